"""How sure must the model be at the first exit to stop there? And is it worth it?

In: a model folder and the rows of one split of WORK/labels.jsonl.gz. Out: for every depth, for patience (leave where the
first two exits agree) and for several leads: layers that each task and all of them together need, how many texts get the
labels of the full depth, the points of F1 that a task is expected to lose against it (its calibrated probabilities taken
for the truth), and the F1 against the labels of people. Texts are read as they stand and without markers: numbers are
means of both, expected losses the greater one.
Choose on `validation`, where no task should be expected to lose more than 0.3 points; the choice stands in
server/src/engine/labels/sureness.ts. `heldOut` is for looking at what was chosen.
"""

import json
from pathlib import Path

import numpy as np

from jsonl import read_rows
from label_maps import TASKS
from metrics import binary_f1, label_f1s, macro
from model_folder import ModelFolder
from options import read_options, set_up_torch

LEADS = [0.2, 0.25, 0.3, 0.35, 0.4, 0.5]


def main() -> None:
    options = read_options(
        __doc__,
        model=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder"),
        split=("validation", "validation or heldOut"),
        rowsPerSource=(2500, "rows of one source"),
    )
    set_up_torch(options)
    folder = ModelFolder(options.work / "model" if options.tiny else Path(options.model), bfloat16=True)
    rows = choose_rows(options)
    exits = folder.taskSet["depths"]
    reports: dict[str, list[dict]] = {}
    for key in ("text", "clean"):
        pooled = folder.pool([row[key] for row in rows])
        found = {task: [folder.classify(pooled[depth], task, depth) for depth in exits] for task in TASKS}
        for name, leaves in ways(folder, exits).items():
            chosen = {task: choose_exits(found[task], leaves, task) for task in TASKS}
            reports.setdefault(name, []).append(report(rows, found, chosen, exits))
    print(json.dumps({name: join(both) for name, both in reports.items()}, indent=1))


def join(both: list[dict]) -> dict[str, float]:
    """Means of the two ways of reading a comment; of expected losses the greater one."""
    return {key: round(float((np.max if key.endswith("expectedLoss") else np.mean)([one[key] for one in both])), 4) for key in both[0]}


def choose_rows(options) -> list[dict]:
    counts: dict[str, int] = {}
    rows = []
    for row in read_rows(options.work / "labels.jsonl.gz"):
        if row["split"] == options.split and counts.get(row["source"], 0) < options.rowsPerSource:
            counts[row["source"]] = counts.get(row["source"], 0) + 1
            rows.append(row)
    return rows


def ways(folder: ModelFolder, exits: list[int]) -> dict:
    """Per way a function of (task, what was found at each exit, exit) -> bool [N]: who leaves there if still in."""

    def lead(least: float):
        return lambda task, found, at: leads(folder.tasks[task], found[at][0]) >= least if at == 0 else np.zeros(len(found[at][0]), bool)

    def agree(task, found, at):
        return (found[at][1] == found[at - 1][1]).all(1) if at > 0 else np.zeros(len(found[at][1]), bool)

    fixed = {f"depth {depth}": (lambda task, found, at, own=index: np.full(len(found[at][0]), at == own)) for index, depth in enumerate(exits)}
    return {**fixed, "patience": agree, **{f"lead {least}": lead(least) for least in LEADS}}


def leads(task: dict, probability: np.ndarray) -> np.ndarray:
    """[N, L] -> [N], as server/src/engine/labels/sureness.ts has it."""
    thresholds = np.array([label["threshold"] for label in task["labels"]])
    if task["kind"] == "multiLabel":
        above = (probability - thresholds) / np.maximum(1 - thresholds, 1e-6)
        return np.where(probability >= thresholds, above, (thresholds - probability) / np.maximum(thresholds, 1e-6)).min(1)
    margins = np.sort(probability - thresholds, 1)
    return margins[:, -1] - margins[:, -2]


def choose_exits(found: list, leaves, task: str) -> np.ndarray:
    """[N]: the exit at which each text leaves; the last one for whoever is left."""
    last = len(found) - 1
    exits = np.full(len(found[0][0]), last)
    for at in range(last - 1, -1, -1):
        exits[leaves(task, found, at)] = at
    return exits


def report(rows: list[dict], found: dict, chosen: dict[str, np.ndarray], exits: list[int]) -> dict[str, float]:
    layers = np.array(exits)
    numbers: dict[str, float] = {"layers": layers[np.max(list(chosen.values()), 0)].mean()}
    for task, exit_of in chosen.items():
        labels = np.select([(exit_of == at)[:, None] for at in range(len(exits))], [one[1] for one in found[task]]).astype(bool)
        full, truth = found[task][-1][1], found[task][-1][0]
        numbers[f"{task}.layers"] = layers[exit_of].mean()
        numbers[f"{task}.same"] = (labels == full).all(1).mean()
        numbers[f"{task}.expectedLoss"] = 100 * (expected_f1(truth, full) - expected_f1(truth, labels))
        numbers.update(measured(rows, task, labels))
    return numbers


def expected_f1(truth: np.ndarray, labels: np.ndarray) -> float:
    return float(2 * (truth * labels).sum() / (truth.sum() + labels.sum()))


def measured(rows: list[dict], task: str, labels: np.ndarray) -> dict[str, float]:
    if task == "debt":
        used = [index for index, row in enumerate(rows) if row["debt"] and row["source"] == "maldonado"]
        projects = np.array([rows[index]["project"] for index in used])
        answers, admits = np.array([rows[index]["debt"] != "none" for index in used]), ~labels[used, 0]
        return {"debt.f1": float(np.mean([binary_f1(answers[projects == one], admits[projects == one]) for one in sorted(set(projects))]))}
    names = TASKS[task]
    f1s = {}
    for source in ("pascarella", "free") if task == "form" else ("pascarella", "nlbse25"):
        used = [index for index, row in enumerate(rows) if row[task] and row["source"].startswith(source)]
        known = None
        if task == "form":
            answers = np.array([[rows[index]["form"] == name for name in names] for index in used])
        else:
            answers, known = (np.array([[name in rows[index]["purpose"][part] for name in names] for index in used]) for part in ("labels", "known"))
        f1s[f"{task}.{source}.f1"] = macro(label_f1s(answers, labels[used], names, known))
    return f1s


if __name__ == "__main__":
    main()
