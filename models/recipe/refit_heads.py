"""Step 9c: the heads of form and purpose once more, on the encoder as it stands.

In: WORK/student/blended.pt and the training rows of WORK/labels.jsonl.gz. Out: WORK/student/tasks.pt. blend.py moves the
encoder but not what reads it. The encoder reads each row once, as it stands in the source; then the linear heads learn from
what it said, starting where they are. Debt keeps its head.
"""

import random

import torch

from albert import Albert
from calibrate import predict_states
from distil import load_shape, load_tokenizer
from heads import TaskModel
from jsonl import read_rows
from options import read_options, set_up_torch
from train_tasks import label_losses

STEPS, BATCH = 400, 1024
TASKS_AGAIN = ("form", "purpose")


def main() -> None:
    options = read_options(__doc__, maxTokens=(64, "longer texts are cut"))
    set_up_torch(options)
    folder = options.work / "student"
    model = TaskModel(Albert(load_shape(options.work)))
    model.load_state_dict(torch.load(folder / "blended.pt"))
    rows = [row for row in read_rows(options.work / "labels.jsonl.gz") if row["split"] == "train" and (row["form"] or row["purpose"])]
    states = predict_states(model.eval(), load_tokenizer(options.work, options.maxTokens), [row["text"] for row in rows])
    heads = [model.heads[task] for task in TASKS_AGAIN]
    optimizer = torch.optim.AdamW([value for head in heads for value in head.parameters()], lr=3e-3, weight_decay=0.05)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = 3e-3 * (1 - step / STEPS)
        chosen = random.sample(range(len(rows)), min(BATCH, len(rows)))
        parts = label_losses(model, [state[chosen] for state in states], [rows[index] for index in chosen])
        loss = sum(parts[task] for task in TASKS_AGAIN)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.save(model.state_dict(), folder / "tasks.pt")


if __name__ == "__main__":
    main()
