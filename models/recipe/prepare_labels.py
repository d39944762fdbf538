"""Step 8: one table of labelled passages for all tasks.

In: DATA/comment-*/*.jsonl.gz, WORK/passages, WORK/codeLines.jsonl.gz. Out: WORK/labels.jsonl.gz with rows
{text, clean, form, debt, purpose: {labels, known} | null, source, project, split}; a task without an answer is null
and costs nothing in training. Debt may be `some`: admitted, of a kind that nobody named. Every row keeps the split of its project, file or class (label_splits.py).
"""

import random
import sys
import zlib
from collections import Counter, defaultdict

from free_labels import free_label_rows
from jsonl import read_rows, write_rows
from label_maps import NLBSE, PASCARELLA_FORM, PASCARELLA_KNOWN, PASCARELLA_NOT_PURPOSE, PASCARELLA_PURPOSE
from label_splits import split_of
from options import read_options
from strip_markers import strip_markers

# The same text again teaches nothing; held-out rows stay as they came.
MAX_COPIES = 2


def main() -> None:
    options = read_options(__doc__)
    rows = [*debt_rows(options.data), *java_rows(options.data), *sentence_rows(options.data)]
    free = free_label_rows(options.work)
    for row in free:
        if row["split"] == "train" and zlib.crc32(row["project"].encode()) % 12 == 0:
            row["split"] = "validation"
    rows = drop_copies(rows + free)
    for row in rows:
        row["clean"] = row["clean"] or strip_markers(row["text"])
    random.shuffle(rows)
    write_rows(options.work / "labels.jsonl.gz", rows[:2000] if options.tiny else rows)
    report(rows)


def debt_rows(data):
    for row in read_rows(data / "comment-debt" / "maldonado-satd.jsonl.gz"):
        yield make_row(row, "maldonado", row["project"], debt=row["label"])


def java_rows(data):
    for row in read_rows(data / "comment-purpose" / "pascarella-java.jsonl.gz"):
        label = row["label"]
        mapped = PASCARELLA_PURPOSE.get(label)
        purpose = {"labels": [mapped] if mapped else [], "known": PASCARELLA_KNOWN}
        if label in PASCARELLA_NOT_PURPOSE:
            purpose = None
        yield make_row(row, "pascarella", row["project"], form=PASCARELLA_FORM.get(label, "prose"), purpose=purpose)


def sentence_rows(data):
    for name, (names, known) in NLBSE.items():
        for row in read_rows(data / "comment-purpose" / f"{name}-train.jsonl.gz"):
            labels = sorted({names[label] for label in row["labels"] if label in names})
            if labels:
                yield make_row(row, name, name, purpose={"labels": labels, "known": sorted({*known, *labels})})


def make_row(row: dict, source: str, project: str, form=None, debt=None, purpose=None) -> dict:
    return {"text": row["text"], "clean": None, "form": form, "purpose": purpose, "debt": debt,
            "source": source, "project": project, "split": split_of(row)}  # fmt: skip


def drop_copies(rows: list[dict]) -> list[dict]:
    copies: Counter = Counter()
    kept = []
    for row in rows:
        key = (" ".join(row["text"].split()), row["form"], row["debt"])
        copies[key] += row["split"] == "train"
        if row["split"] != "train" or copies[key] <= MAX_COPIES:
            kept.append(row)
    return kept


def report(rows: list[dict]) -> None:
    counts: dict = defaultdict(Counter)
    for row in rows:
        for task in ("form", "debt"):
            if row[task]:
                counts[row["source"], row["split"], task][row[task]] += 1
        for label in (row["purpose"] or {"labels": []})["labels"]:
            counts[row["source"], row["split"], "purpose"][label] += 1
    for key, counter in sorted(counts.items()):
        print(*key, dict(counter), file=sys.stderr)


if __name__ == "__main__":
    main()
