"""What a fine-tuned model has forgotten: the old tasks and the vectors before and after, on held-out texts.

In: the model folder before, one folder or several after it (with commas between), the labelled data. Out: a table on
standard output, losses in points. Texts are those of projects, files and classes that no training of ours has seen:

    python forgetting.py --data DATA --before ../marginalia-small --after NEW

`same labels` is how often both models decide alike, `near` how often the nearest text by the old vectors is among the
ten nearest by the new ones.
"""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from evaluate import nearest_in_top, one_hot
from label_maps import TASKS
from metrics import binary_f1, label_f1s, macro
from model_folder import ModelFolder
from options import read_options, set_up_torch
from prepare_labels import debt_rows, java_rows, sentence_rows


def main() -> None:
    options = read_options(
        __doc__,
        before=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder before"),
        after=("", "the model folders after, with commas between"),
        most=(250, "rows of one source and label"),
        vectors=(1000, "texts whose vectors are compared"),
    )
    set_up_torch(options)
    rows = held_out_rows(options)
    before = answers_of(Path(options.before), rows)
    for folder in filter(None, options.after.split(",")):
        after = answers_of(Path(folder), rows)
        print(f"{folder}\n{'':24}" + "".join(f"{name:>12}" for name in ("before", "after", "lost", "same labels")))
        for depth in before["depths"]:
            old, new = before[depth], after[depth]
            for task, score in old["scores"].items():
                lost = 100 * (score - new["scores"][task])
                same = float((old["labels"][task] == new["labels"][task]).all(1).mean())
                print(f"{f'{task} @{depth}':24}{score:12.4f}{new['scores'][task]:12.4f}{lost:12.2f}{same:12.3f}")
        for depth in before["depths"]:
            ways = [F.normalize(part[depth]["mean"][: options.vectors], dim=-1) for part in (before, after)]
            cosines = (ways[0] * ways[1]).sum(1)
            near = nearest_in_top(ways[1] @ ways[1].T, ways[0] @ ways[0].T, 10)
            low = float(cosines.quantile(0.1))
            print(f"{f'vectors @{depth}':24} cosine {float(cosines.mean()):.4f}, lowest tenth {low:.4f}, near {near:.4f}", flush=True)


def held_out_rows(options) -> list[dict]:
    """At most so many rows of each source and label of debt or form, drawn once and for all."""
    rows = [*debt_rows(options.data), *java_rows(options.data), *sentence_rows(options.data)]
    held = [row for row in rows if row["split"] == "heldOut"]
    random.Random(1).shuffle(held)
    counts: Counter = Counter()
    kept = []
    for row in held:
        key = (row["source"], row["debt"], row["form"])
        counts[key] += 1
        if counts[key] <= options.most:
            kept.append(row)
    return kept


def answers_of(folder: Path, rows: list[dict]) -> dict:
    model = ModelFolder(folder, bfloat16=True)
    pooled = model.pool([row["text"] for row in rows])
    found: dict = {"depths": list(pooled)}
    for depth, ways in pooled.items():
        labels = {task: model.classify(ways, task, depth)[1] for task in TASKS}
        found[depth] = {"mean": ways["mean"], "labels": labels, "scores": scores_of(rows, labels)}
    return found


def scores_of(rows: list[dict], labels: dict) -> dict:
    """Debt: F1 of any against none, mean over projects. Form and purpose: macro F1."""
    debts, forms, purposes = (np.array([row[task] is not None for row in rows]) for task in ("debt", "form", "purpose"))
    projects = np.array([row["project"] for row in rows])
    admits = np.array([row["debt"] not in (None, "none") for row in rows])
    of_project = [binary_f1(admits[used], ~labels["debt"][used, 0]) for used in (debts & (projects == one) for one in sorted(set(projects[debts])))]
    answered = [row for row, used in zip(rows, purposes) if used]
    known, truths = ([[label in row["purpose"][key] for label in TASKS["purpose"]] for row in answered] for key in ("known", "labels"))
    return {
        "debt": float(np.mean(of_project)),
        "form": macro(label_f1s(one_hot([row for row, used in zip(rows, forms) if used], "form"), labels["form"][forms], TASKS["form"])),
        "purpose": macro(label_f1s(np.array(truths), labels["purpose"][purposes], TASKS["purpose"], np.array(known))),
    }


if __name__ == "__main__":
    main()
