"""Step 12b: replay.jsonl of the model folder, texts on which the model's knowledge is held while a user trains it further.

In: replay_texts.txt (written for this project), and of the labelled data the training rows that are in the public domain
(Pascarella, NLBSE'25; CC0), so many of each class. Out: replay.jsonl in --output, texts without labels: what the model
says of them is asked when it is needed. No held-out row is among them. A manifest that is there gets the new sum.

    python choose_replay.py --data DATA --output ../marginalia-small
"""

import hashlib
import json
import random
from collections import Counter
from pathlib import Path

from jsonl import read_rows
from label_maps import NLBSE
from label_splits import split_of
from options import read_options

# Long texts cost time in every training and say little more.
MOST_CHARACTERS = 300


def main() -> None:
    here = Path(__file__).parent
    options = read_options(
        __doc__,
        output=(str(here.parent / "marginalia-small"), "the model folder"),
        perClass=(40, "texts of each class of a data set"),
    )
    own = (here / "replay_texts.txt").read_text(encoding="utf-8").splitlines()
    texts = [text for text in own if text.strip()]
    known = {key_of(text) for text in texts}
    counts: Counter = Counter()
    rows = [(source, row) for source, row in public_rows(options.data) if split_of(row) == "train"]
    random.Random(1).shuffle(rows)
    for source, row in rows:
        text, labels = row["text"].strip(), row.get("labels") or [row["label"]]
        names = [(source, label) for label in labels]
        if len(text) > MOST_CHARACTERS or key_of(text) in known or all(counts[name] >= options.perClass for name in names):
            continue
        counts.update(names)
        known.add(key_of(text))
        texts.append(text)
    target = Path(options.output) / "replay.jsonl"
    target.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8")
    add_to_manifest(target)
    print(f"{len(texts)} texts, {len(own)} of them our own")


def public_rows(data: Path):
    for row in read_rows(data / "comment-purpose" / "pascarella-java.jsonl.gz"):
        yield "pascarella", row
    for name in NLBSE:
        for row in read_rows(data / "comment-purpose" / f"{name}-train.jsonl.gz"):
            yield name, row


def key_of(text: str) -> str:
    return " ".join(text.lower().split())


def add_to_manifest(file: Path) -> None:
    path = file.parent / "manifest.json"
    if path.exists():
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["files"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
        manifest["files"] = dict(sorted(manifest["files"].items()))
        path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
