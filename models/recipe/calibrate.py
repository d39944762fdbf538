"""Step 10: probabilities that mean what they say, and thresholds.

In: WORK/student/tasks.pt and the validation rows of WORK/labels.jsonl.gz. Out: WORK/student/calibration.json: per task
a temperature for each depth (least negative log likelihood), and a threshold for each label. Several labels: the
threshold with the best F1. Debt: `none` gets the margin with the best F1 of debt against none, because debt is rare.
"""

import json
import sys

import numpy as np
import torch
from torch.nn import functional as F

from albert import Albert, Shape
from batches import pad
from distil import EXITS, load_tokenizer
from heads import TaskModel
from jsonl import read_rows
from label_maps import PURPOSE, TASKS
from metrics import binary_f1
from options import read_options, set_up_torch
from train_tasks import purpose_targets

TEMPERATURES = np.exp(np.linspace(np.log(0.4), np.log(4.0), 60))
MIN_POSITIVES = 8


def main() -> None:
    options = read_options(__doc__, maxTokens=(128, "longer texts are cut"), rowsPerSource=(2500, "validation rows of one source"))
    set_up_torch(options)
    folder = options.work / "student"
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    model = TaskModel(Albert(Shape(vocab_size=tokenizer.get_vocab_size())))
    model.load_state_dict(torch.load(folder / "tasks.pt"))
    model.eval()
    rows = validation_rows(options)
    logits = predict(model, tokenizer, [row["text"] for row in rows])
    calibration = {task: calibrate(task, rows, [logits[depth][task] for depth in EXITS]) for task in TASKS}
    (folder / "calibration.json").write_text(json.dumps(calibration, indent=1))
    print(json.dumps(calibration), file=sys.stderr)


def validation_rows(options) -> list[dict]:
    counts: dict[str, int] = {}
    rows = []
    for row in read_rows(options.work / "labels.jsonl.gz"):
        if row["split"] == "validation" and counts.get(row["source"], 0) < options.rowsPerSource:
            counts[row["source"]] = counts.get(row["source"], 0) + 1
            rows.append(row)
    return rows


@torch.no_grad()
def predict(model: TaskModel, tokenizer, texts: list[str]) -> dict[int, dict[str, torch.Tensor]]:
    """N texts -> {depth: {task: logits [N, labels]}}."""
    ids = [row.ids for row in tokenizer.encode_batch(texts)]
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    found = {depth: {task: torch.zeros(len(ids), len(labels)) for task, labels in TASKS.items()} for depth in EXITS}
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        batch, mask = pad([np.array(ids[index]) for index in part], "cpu")
        with torch.autocast("cpu", torch.bfloat16):
            outputs = model(batch, mask, EXITS)
        for depth, (_, logits) in zip(EXITS, outputs):
            for task, values in logits.items():
                found[depth][task][part] = values.float()
    return found


def calibrate(task: str, rows: list[dict], logits: list[torch.Tensor]) -> dict:
    """logits: [N, labels] per exit -> {temperatures: {depth: t}, thresholds: [per label]}."""
    if task == "purpose":
        targets, known = purpose_targets(rows, "cpu")
        losses = [[float(F.binary_cross_entropy_with_logits(own / t, targets, weight=known)) for t in TEMPERATURES] for own in logits]
    else:
        used = [index for index, row in enumerate(rows) if row[task]]
        answers = torch.tensor([TASKS[task].index(rows[index][task]) for index in used])
        logits = [own[used] for own in logits]
        losses = [[float(F.cross_entropy(own / t, answers)) for t in TEMPERATURES] for own in logits]
    temperatures = {str(depth): round(float(TEMPERATURES[int(np.argmin(row))]), 4) for depth, row in zip(EXITS, losses)}
    full = logits[-1] / temperatures[str(EXITS[-1])]
    if task == "purpose":
        thresholds = [label_threshold(torch.sigmoid(full[:, at]), targets[:, at], known[:, at]) for at in range(len(PURPOSE))]
    else:
        thresholds = [0.0] * len(TASKS[task])
        if task == "debt":
            thresholds[0] = none_margin(torch.softmax(full, -1), answers)
    return {"temperatures": {**temperatures, "default": temperatures[str(EXITS[-1])]}, "thresholds": thresholds}


def label_threshold(probability: torch.Tensor, target: torch.Tensor, known: torch.Tensor) -> float:
    """The threshold in 0.15 to 0.85 with the best F1, drawn halfway to 0.5 because validation sets are small."""
    probability, target = probability[known > 0].numpy(), target[known > 0].numpy() > 0
    if target.sum() < MIN_POSITIVES:
        return 0.5
    grid = np.arange(0.15, 0.86, 0.05)
    best = grid[int(np.argmax([binary_f1(target, probability >= value) for value in grid]))]
    return round(float((best + 0.5) / 2), 3)


def none_margin(probability: torch.Tensor, answers: torch.Tensor) -> float:
    """How much more probable than any debt `none` has to be: the margin with the best F1 of debt against none."""
    debt = answers.numpy() > 0
    lead = (probability[:, 0] - probability[:, 1:].max(1).values).numpy()
    grid = np.arange(-0.6, 0.91, 0.05)
    return round(float(grid[int(np.argmax([binary_f1(debt, lead < value) for value in grid]))]), 3)


if __name__ == "__main__":
    main()
