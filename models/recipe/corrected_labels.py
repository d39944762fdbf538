"""A person corrects labels of a task that the model has: does that task get better where they work, and what do others lose?

In: the shipped model, the labelled comments of one project that no training of ours has seen. Out: a table: F1 of debt
against none and macro F1 of its labels on the project's other comments, and the losses of forgetting.py, in points. Half
of the project, drawn by text, is what the person goes through; they correct --count labels that the model gets wrong, and
say yes to as many as --confirmed that it gets right. The other half is only measured. Training is `marginalia finetune`,
with --flags as a user would add them.

    python corrected_labels.py --data DATA
    python corrected_labels.py --data DATA --confirmed 100 --seeds 1,2,3
"""

import json
import os
import random
import shlex
import shutil
import subprocess
import zlib
from collections import Counter
from pathlib import Path

import numpy as np

from forgetting import answers_of, held_out_rows
from metrics import binary_f1, label_f1s, macro
from model_folder import ModelFolder
from options import read_options, set_up_torch
from prepare_labels import debt_rows

ROOT = Path(__file__).parent.parent.parent
LABELS = ["none", "design", "defect", "requirement", "documentation", "test"]


def main() -> None:
    options = read_options(
        __doc__,
        model=(str(ROOT / "models" / "marginalia-small"), "the model folder before"),
        project=("jruby-1.4.0", "whose labels are corrected; one that the model was not trained on"),
        count=(100, "labels that are corrected"),
        confirmed=(0, "labels that are confirmed beside them"),
        seeds=("1", "of the training, with commas between"),
        flags=("", "more flags of `marginalia finetune`"),
        most=(250, "rows of one source and label, of those that tell what was forgotten"),
        measured=(1500, "at most so many comments of the project's other half"),
    )
    set_up_torch(options)
    folder = options.work / "corrected"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    before = Path(options.model)
    seen, measured = divide_project(options)
    corrected = correct(seen, before, options)
    train = folder / "train.jsonl"
    train.write_text("".join(json.dumps({"text": row["text"], "labels": [row["debt"]]}) + "\n" for row in corrected))
    print(f"{options.project}: {len(corrected)} labels, {dict(Counter(row['debt'] for row in corrected))}; measured on {len(measured)} other comments")
    others = [row for row in held_out_rows(options) if row["project"] != options.project]
    old = {"project": project_scores(before, measured), "others": answers_of(before, others)}
    for seed in options.seeds.split(","):
        after = folder / f"model-{seed}"
        node = os.environ.get("NODE", "node")
        words = ["finetune", "--train", train, "--task", "debt", "--seed", seed, "--model", before, "--output", after, *shlex.split(options.flags)]
        subprocess.run([node, ROOT / "server" / "src" / "cli.ts", *map(str, words)], check=True, stdout=subprocess.DEVNULL)
        report(seed, old, {"project": project_scores(after, measured), "others": answers_of(after, others)})


def divide_project(options) -> tuple[list[dict], list[dict]]:
    """Each text once. What is measured has no text of what is gone through."""
    rows = {row["text"]: row for row in debt_rows(options.data) if row["project"] == options.project and row["debt"] in LABELS}
    halves: list[list[dict]] = [[], []]
    for text, row in rows.items():
        halves[zlib.crc32(text.encode()) % 2].append(row)
    random.Random(1).shuffle(halves[1])
    # All that admit debt, and as many of the others as there is room for.
    admits = [row for row in halves[1] if row["debt"] != "none"]
    others = [row for row in halves[1] if row["debt"] == "none"]
    return halves[0], [*admits, *others[: max(0, options.measured - len(admits))]]


def correct(rows: list[dict], model: Path, options) -> list[dict]:
    """Rows that the model gets wrong and, if asked for, rows that it gets right."""
    rows = [*rows]
    random.Random(2).shuffle(rows)
    rows = rows[:3000]
    said = predicted(model, rows)[max(predicted_depths(model))]
    is_right = [said[index, LABELS.index(row["debt"])] for index, row in enumerate(rows)]
    wrong = [row for row, right in zip(rows, is_right) if not right][: options.count]
    return [*wrong, *[row for row, right in zip(rows, is_right) if right][: options.confirmed]]


def predicted_depths(folder: Path) -> list[int]:
    return json.loads((folder / "tasks.json").read_text())["depths"]


def predicted(folder: Path, rows: list[dict]) -> dict[int, np.ndarray]:
    """{depth: bool [N, L]} in the order of LABELS."""
    model = ModelFolder(folder, bfloat16=True)
    order = [model.labels("debt").index(label) for label in LABELS]
    return {depth: model.classify(ways, "debt", depth)[1][:, order] for depth, ways in model.pool([row["text"] for row in rows]).items()}


def project_scores(folder: Path, rows: list[dict]) -> dict[int, dict[str, float]]:
    answers = np.array([[row["debt"] == label for label in LABELS] for row in rows])
    return {
        depth: {
            "debt or none, F1": binary_f1(~answers[:, 0], ~found[:, 0]),
            "labels, macro F1": macro(label_f1s(answers, found, LABELS)),
            "right": float((answers & found).any(1).mean()),
        }
        for depth, found in predicted(folder, rows).items()
    }


def report(seed: str, old: dict, new: dict) -> None:
    print(f"seed {seed}\n{'':32}{'before':>12}{'after':>12}{'gained':>12}")
    for depth, scores in old["project"].items():
        for name, score in scores.items():
            now = new["project"][depth][name]
            print(f"{f'here: {name} @{depth}':32}{score:12.4f}{now:12.4f}{100 * (now - score):12.2f}")
    for depth in old["others"]["depths"]:
        for task, score in old["others"][depth]["scores"].items():
            now = new["others"][depth]["scores"][task]
            print(f"{f'elsewhere: {task} @{depth}':32}{score:12.4f}{now:12.4f}{100 * (now - score):12.2f}", flush=True)


if __name__ == "__main__":
    main()
