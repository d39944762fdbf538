"""Step 10: probabilities that mean what they say, and thresholds.

In: WORK/student/tasks.pt and the validation rows of WORK/labels.jsonl.gz and WORK/pairs.jsonl.gz. Out:
WORK/student/calibration.json: per task a temperature for each depth (least negative log likelihood), and a threshold for
each label. Questions: the temperature of "the context says it", and the threshold with the best F1. Several labels: the threshold with the best F1. Debt: `none` gets the margin with the best F1 of debt against
none, because debt is rare; only rows whose debt a person judged count.
"""

import json
import sys

import numpy as np
import torch
from torch.nn import functional as F

from albert import Albert
from answer_metrics import answer_scores, read_answers
from batches import pad
from distil import EXITS, load_shape, load_tokenizer
from heads import TaskModel
from jsonl import read_rows
from label_maps import DEBT, PURPOSE, TASKS
from metrics import binary_f1
from options import read_options, set_up_torch
from train_tasks import PAIR_LABELS, purpose_targets

TEMPERATURES = np.exp(np.linspace(np.log(0.4), np.log(4.0), 60))
ANSWER_TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(20.0), 60))
MIN_POSITIVES = 8


def main() -> None:
    options = read_options(__doc__, maxTokens=(128, "longer texts are cut"), questions=(2000, "validation questions"), rowsPerSource=(3000, "validation rows of one source"))
    set_up_torch(options)
    folder = options.work / "student"
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    model = TaskModel(Albert(load_shape(options.work)))
    model.load_state_dict(torch.load(folder / "tasks.pt"))
    model.eval().requires_grad_(False)
    rows = validation_rows(options)
    # The command line reads comments as they stand, the editor without their markers: both count.
    texts = [row["clean" if index % 2 else "text"] for index, row in enumerate(rows)]
    logits = predict(model, tokenizer, texts, list(TASKS))
    calibration = {task: calibrate(task, rows, [logits[depth][task] for depth in EXITS]) for task in TASKS}
    pairs = [row for row in read_rows(options.work / "pairs.jsonl.gz") if row["split"] == "validation"]
    for task, labels in PAIR_LABELS.items():
        own = [row for row in pairs if row["task"] == task][: options.rowsPerSource]
        logits = predict(model, tokenizer, [(row["first"], row["second"]) for row in own], [task])
        answers = torch.tensor([labels.index(row["label"]) for row in own])
        calibration[task] = {"temperatures": temperatures([logits[depth][task] for depth in EXITS], answers), "thresholds": [0.0, 0.0],
                             "accuracy": float((logits[EXITS[-1]][task].argmax(1) == answers).float().mean())}  # fmt: skip
    calibration["answer"] = calibrate_answers(model, tokenizer, options)
    (folder / "calibration.json").write_text(json.dumps(calibration, indent=1))
    print(json.dumps(calibration), file=sys.stderr)


def calibrate_answers(model: TaskModel, tokenizer, options) -> dict:
    """Temperatures by depth, one threshold; recurring spans are no questions, so they do not count."""
    rows = [row for row in read_rows(options.work / "answers.jsonl.gz") if row["split"] == "validation" and row["source"] != "spans"]
    rows = rows[: options.questions]
    has = torch.tensor([[float(row["start"] >= 0)] for row in rows])
    leads, readings = [], []
    for depth in EXITS:
        readings = read_answers(lambda ids, types, mask: model.qa_outputs(model.encoder(ids, mask, (depth,), types)[0].float()), tokenizer, rows, options.maxTokens)
        leads.append(torch.tensor([[reading.lead] for reading in readings]))
    scales = best_temperatures([[float(F.binary_cross_entropy_with_logits(own / t, has)) for t in ANSWER_TEMPERATURES] for own in leads], ANSWER_TEMPERATURES)
    score = torch.sigmoid(leads[-1] / scales["default"])[:, 0].numpy()
    grid = np.arange(0.1, 0.91, 0.05)
    best = grid[int(np.argmax([answer_scores(rows, readings, score >= value)["f1"] for value in grid]))]
    return {"temperatures": scales, "threshold": round(float(best), 3), "validation": answer_scores(rows, readings, score >= best)}


def validation_rows(options) -> list[dict]:
    counts: dict[str, int] = {}
    rows = []
    for row in read_rows(options.work / "labels.jsonl.gz"):
        if row["split"] == "validation" and counts.get(row["source"], 0) < options.rowsPerSource:
            counts[row["source"]] = counts.get(row["source"], 0) + 1
            rows.append(row)
    return rows


@torch.no_grad()
def predict(model: TaskModel, tokenizer, texts: list, tasks: list[str]) -> dict[int, dict[str, torch.Tensor]]:
    """N texts, or pairs of texts -> {depth: {task: logits [N, labels]}}."""
    encoded = tokenizer.encode_batch(texts)
    order = sorted(range(len(encoded)), key=lambda index: len(encoded[index].ids))
    found: dict = {depth: {task: [] for task in tasks} for depth in EXITS}
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        batch, mask = pad([np.array(encoded[index].ids) for index in part], "cpu")
        types, _ = pad([np.array(encoded[index].type_ids) for index in part], "cpu")
        with torch.autocast("cpu", torch.bfloat16):
            states = model.encoder(batch, mask, EXITS, types)
        for depth, state in zip(EXITS, states):
            for task in tasks:
                found[depth][task].append(model.logits(state, task))
    back = torch.tensor(order).argsort()
    return {depth: {task: torch.cat(parts)[back] for task, parts in row.items()} for depth, row in found.items()}


@torch.no_grad()
def predict_states(model: TaskModel, tokenizer, texts: list[str]) -> list[torch.Tensor]:
    """N texts -> per exit the state of [CLS], [N, 1, H]."""
    ids = [row.ids for row in tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    found: list[list[torch.Tensor]] = [[] for _ in EXITS]
    for start in range(0, len(order), 64):
        batch, mask = pad([np.array(ids[index]) for index in order[start : start + 64]], "cpu")
        with torch.autocast("cpu", torch.bfloat16):
            states = model.encoder(batch, mask, EXITS)
        for parts, state in zip(found, states):
            parts.append(state[:, :1].float())
    back = torch.tensor(order).argsort()
    return [torch.cat(parts)[back] for parts in found]


def calibrate(task: str, rows: list[dict], logits: list[torch.Tensor]) -> dict:
    """logits: [N, labels] per exit -> {temperatures: {depth: t}, thresholds: [per label]}."""
    if task == "purpose":
        targets, known = purpose_targets(rows, "cpu")
        losses = [[float(F.binary_cross_entropy_with_logits(own / t, targets, weight=known)) for t in TEMPERATURES] for own in logits]
        scales = best_temperatures(losses)
        full = torch.sigmoid(logits[-1] / scales["default"])
        return {"temperatures": scales, "thresholds": [label_threshold(full[:, at], targets[:, at], known[:, at]) for at in range(len(PURPOSE))]}
    used = [index for index, row in enumerate(rows) if row[task] in TASKS[task] and (task != "debt" or row["source"] == "maldonado")]
    answers = torch.tensor([TASKS[task].index(rows[index][task]) for index in used])
    scales = temperatures([own[used] for own in logits], answers)
    thresholds = [0.0] * len(TASKS[task])
    found: dict = {"temperatures": scales, "thresholds": thresholds}
    if task == "debt":
        full = torch.softmax(logits[-1][used] / scales["default"], -1)
        thresholds[DEBT.index("none")], found["f1"] = none_margin(full, answers)
    return found


def temperatures(logits: list[torch.Tensor], answers: torch.Tensor) -> dict:
    return best_temperatures([[float(F.cross_entropy(own / t, answers)) for t in TEMPERATURES] for own in logits])


def best_temperatures(losses: list[list[float]], grid: np.ndarray = TEMPERATURES) -> dict:
    """Per exit the loss at each temperature of the grid -> {depth: temperature, default}."""
    best = {str(depth): round(float(grid[int(np.argmin(row))]), 4) for depth, row in zip(EXITS, losses)}
    return {**best, "default": best[str(EXITS[-1])]}


def label_threshold(probability: torch.Tensor, target: torch.Tensor, known: torch.Tensor) -> float:
    """The threshold in 0.15 to 0.85 with the best F1, drawn halfway to 0.5 because validation sets are small."""
    probability, target = probability[known > 0].numpy(), target[known > 0].numpy() > 0
    if target.sum() < MIN_POSITIVES:
        return 0.5
    grid = np.arange(0.15, 0.86, 0.05)
    best = grid[int(np.argmax([binary_f1(target, probability >= value) for value in grid]))]
    return round(float((best + 0.5) / 2), 3)


def none_margin(probability: torch.Tensor, answers: torch.Tensor) -> tuple[float, float]:
    """How much more probable than any debt `none` has to be, and the F1 of debt against none there: the middle of the
    margins whose F1 is within half a point of the best, because one project chooses for all others."""
    debt = answers.numpy() > 0
    lead = (probability[:, 0] - probability[:, 1:].max(1).values).numpy()
    grid = np.arange(-0.6, 0.96, 0.05)
    scores = np.array([binary_f1(debt, lead < value) for value in grid])
    good = grid[scores >= scores.max() - 0.005]
    return round(float(good.mean()), 3), round(float(scores.max()), 4)


if __name__ == "__main__":
    main()
