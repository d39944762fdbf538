"""The product's own fine-tuning on the sentences of NLBSE'25: mean F1 over the labels of Python and Pharo.

In: the labelled data. Out: a line of JSON for each run, and the mean F1 of each language and of all labels, by split.
Everything is done by `marginalia finetune` and `marginalia evaluate`, as a user would; --flags are handed to the first.

    python class_comments.py --data DATA
    python class_comments.py --data DATA --splits class --languages python --seeds 1,2 --flags "--epochs 5"

`class`: the classes of the test rows are those that the shipped model never saw either (label_splits.py). `row`: a fifth
of the sentences, drawn by their text; others of the same class may be learned from, as in the published comparison, and
the shipped model's own training saw most of these sentences, with broader labels. The published test rows are not in the
data, so neither number is that of the competition.
"""

import json
import os
import shlex
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np

from jsonl import read_rows
from label_splits import split_of
from options import read_options

ROOT = Path(__file__).parent.parent.parent


def main() -> None:
    options = read_options(
        __doc__,
        languages=("python,pharo", "with commas between"),
        splits=("class,row", "with commas between"),
        seeds=("1", "with commas between"),
        context=(0, "1: the name of the class goes in as the context of its sentences"),
        test=("heldOut", "`validation` measures on other classes than those of the final number, to choose settings by"),
        flags=("", "more flags of `marginalia finetune`"),
    )
    folder = options.work / "class-comments"
    shutil.rmtree(folder, ignore_errors=True)
    for split in options.splits.split(","):
        found = []
        for language in options.languages.split(","):
            train, test = write_rows(folder / f"{language}-{split}", language, split, options)
            scores = [label_scores(train, test, seed, options) for seed in options.seeds.split(",")]
            mean = {label: round(float(np.mean([one[label] for one in scores])), 4) for label in scores[0]}
            found.append(list(mean.values()))
            each = [round(float(np.mean(list(one.values()))), 4) for one in scores]
            rows = {"training": lines_of(train), "test": lines_of(test)}
            print(json.dumps({"split": split, "language": language, "meanF1": round(float(np.mean(found[-1])), 4), "bySeed": each, "f1": mean, **rows}), flush=True)
        print(json.dumps({"split": split, "meanLabelF1": round(float(np.mean(sum(found, []))), 4)}), flush=True)


def write_rows(folder: Path, language: str, split: str, options) -> tuple[Path, Path]:
    folder.mkdir(parents=True)
    parts: dict[str, list[dict]] = {"train": [], "test": []}
    for row in read_rows(options.data / "comment-purpose" / f"nlbse25-{language}-train.jsonl.gz"):
        part = part_of(row, split, options.test)
        if part:
            context = {"context": row["context"]} if options.context else {}
            parts[part].append({"text": row["text"], "labels": row["labels"], **context})
    learned = {row["text"] for row in parts["train"]}
    parts["test"] = [row for row in parts["test"] if row["text"] not in learned]
    for part, rows in parts.items():
        (folder / f"{part}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return folder / "train.jsonl", folder / "test.jsonl"


def part_of(row: dict, split: str, test: str) -> str | None:
    """Where settings are chosen, the rows of the final number are not looked at."""
    if split == "row":
        share = zlib.crc32(row["text"].encode()) % 10
        found = "heldOut" if share < 2 else "validation" if share == 2 else "train"
    else:
        found = split_of(row)
    if found == test:
        return "test"
    return None if test == "validation" and found == "heldOut" else "train"


def label_scores(train: Path, test: Path, seed: str, options) -> dict[str, float]:
    output = train.parent / f"model-{seed}"
    marginalia("finetune", "--train", train, "--task", "kind", "--kind", "multi", "--seed", seed, "--output", output, *shlex.split(options.flags))
    measured = json.loads(marginalia("evaluate", "--test", test, "--task", "kind", "--model", output))
    return {label: one["f1"] for label, one in measured["labels"].items() if one["support"] > 0}


def marginalia(*words) -> str:
    node = os.environ.get("NODE", "node")
    return subprocess.run([node, ROOT / "server" / "src" / "cli.ts", *map(str, words)], check=True, stdout=subprocess.PIPE, text=True).stdout


def lines_of(file: Path) -> int:
    return len(file.read_text().splitlines())


if __name__ == "__main__":
    main()
