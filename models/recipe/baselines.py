"""Step 12a: what simple methods reach on the same rows: TF-IDF with logistic regression, and a search for tag words.

In: WORK/labels.jsonl.gz. Out: WORK/baselines.npz, per task what the linear model predicts for the held-out rows, bool
[N, L]. Words and pairs, characters by three and four, balanced classes, on the labelled rows that the model was trained on.
"""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from jsonl import read_rows
from label_maps import TASKS
from options import read_options
from train_tasks import TAG_WORD

MAX_TRAIN_ROWS = 30_000


def main() -> None:
    options = read_options(__doc__)
    rows = list(read_rows(options.work / "labels.jsonl.gz"))
    train = [row for row in rows if row["split"] == "train"]
    held = [row for row in rows if row["split"] == "heldOut"]
    found = {task: linear_single(train, held, task) for task in ("debt", "form")}
    np.savez_compressed(options.work / "baselines.npz", purpose=linear_multi(train, held), **found)


def features():
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_features=60_000, sublinear_tf=True, token_pattern=r"(?u)\w+|[^\w\s]")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), min_df=3, max_features=60_000, sublinear_tf=True)
    return make_union(words, characters)


def linear_single(train: list[dict], rows: list[dict], task: str) -> np.ndarray:
    train = [row for row in train if row[task] in TASKS[task] and (task != "debt" or row["source"] == "maldonado")][:MAX_TRAIN_ROWS]
    model = make_pipeline(features(), LogisticRegression(max_iter=200, class_weight="balanced", C=4.0))
    model.fit([row["text"] for row in train], [row[task] for row in train])
    found = model.predict([row["text"] for row in rows])
    return np.array([[label == name for name in TASKS[task]] for label in found])


def linear_multi(train: list[dict], rows: list[dict]) -> np.ndarray:
    labels = TASKS["purpose"]
    train = [row for row in train if row["purpose"]]
    vectorizer = features()
    known = vectorizer.fit_transform([row["text"] for row in train])
    unknown = vectorizer.transform([row["text"] for row in rows])
    found = np.zeros((len(rows), len(labels)), bool)
    for at, label in enumerate(labels):
        used = [index for index, row in enumerate(train) if label in row["purpose"]["known"]]
        answers = [label in train[index]["purpose"]["labels"] for index in used]
        model = LogisticRegression(max_iter=200, class_weight="balanced", C=4.0).fit(known[used], answers)
        found[:, at] = model.predict(unknown)
    return found


def tag_words(rows: list[dict]) -> np.ndarray:
    """bool [N]: the comment holds todo, fixme, xxx or hack."""
    return np.array([bool(TAG_WORD.search(row["text"])) for row in rows])


if __name__ == "__main__":
    main()
