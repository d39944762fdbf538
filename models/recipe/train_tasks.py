"""Step 9: one encoder learns all tasks together.

In: WORK/labels.jsonl.gz, WORK/student/distilled.pt, and the teacher's vectors of the labelled shard. Out:
WORK/student/tasks.pt (encoder and heads) and tasks.jsonl (the curve). Every batch mixes the tasks; a row costs only
where it has an answer, and where the teacher's vector of its text is known, the distillation loss is kept, so that
the sentence vectors stay good. Rows are shown raw (with markers) or cleaned, at random; the tag word of an admitted
debt is sometimes hidden, so that the rest of the sentence is learned too. Resumable.
"""

import json
import random
import re
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

from albert import Albert, Shape
from batches import pad, plan_batches
from checkpoint import load_checkpoint, save_checkpoint
from distil import CHECKPOINT_SECONDS, EXIT_WEIGHTS, EXITS, distillation_loss, load_tokenizer
from heads import TaskModel
from jsonl import read_rows
from label_maps import DEBT, FORM, PURPOSE
from options import read_options, set_up_torch
from schedule import TimeBudget
from strip_markers import strip_markers

TAG_WORD = re.compile(r"\b(todo|fixme|xxx|hack)\b:?", re.IGNORECASE)
# How often a row of each source is shown in an epoch; admitted debt and rare purposes are shown more often.
SHARES = {"maldonado": 1.0, "pascarella": 2.0, "nlbse25-python": 1.0, "nlbse25-pharo": 1.0, "free": 0.6}
RARE_PURPOSES = {"rationale", "explanation", "deprecation"}
DROPOUT = 0.1


def main() -> None:
    options = read_options(
        __doc__,
        maxTokens=(64, "longer texts are cut"),
        batchTokens=(2048, "ids in one batch"),
        learningRate=(4e-4, "peak of the encoder"),
        headRate=(2e-3, "peak of the heads"),
        distilWeight=(0.5, "weight of the distillation loss"),
    )
    set_up_torch(options)
    folder = options.work / "student"
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    encoder = Albert(Shape(vocab_size=tokenizer.get_vocab_size()))
    encoder.load_state_dict(torch.load(folder / "distilled.pt"))
    model = TaskModel(encoder).to(options.device)
    rows = [row for row in read_rows(options.work / "labels.jsonl.gz") if row["split"] == "train"]
    vectors = teacher_vectors(rows, options.work)
    train(model, rows, vectors, tokenizer, options, folder)
    torch.save(model.state_dict(), folder / "tasks.pt")


def teacher_vectors(rows: list[dict], work) -> np.ndarray:
    """[N, 384] in the order of `rows`; zeros where the teacher did not read the text."""
    known = {row["text"]: index for index, row in enumerate(read_rows(work / "corpus" / "labelled.jsonl.gz"))}
    table = np.load(work / "teacher" / "labelled.npy", mmap_mode="r")
    found = np.zeros((len(rows), table.shape[1]), np.float32)
    for index, row in enumerate(rows):
        at = known.get(strip_markers(row["text"])) if row["source"] != "free" else None
        if at is not None:
            found[index] = table[at]
    return found


def train(model: TaskModel, rows: list[dict], vectors: np.ndarray, tokenizer, options, folder) -> None:
    groups = [
        {"params": list(model.encoder.parameters()), "peak": options.learningRate, "weight_decay": 0.01},
        {"params": list(model.heads.parameters()), "peak": options.headRate, "weight_decay": 0.01},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), fused=True)
    state = load_checkpoint(folder / "tasks", options.device)
    step, tokens, used = 0, 0, 0.0
    if state:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, tokens, used = state["step"], state["tokens"], state["used"]
    budget = TimeBudget(0.05 if options.tiny else options.minutes, used)
    rng = random.Random(options.seed + step)
    saved, sums, queue, epoch = time.time(), {}, [], None
    model.train()
    while budget.progress < 1:
        if not queue:
            epoch = draw_epoch(rows, tokenizer, rng)
            queue = plan_batches(np.array([len(ids) for _, ids in epoch]), options.batchTokens, rng)
        chosen = [epoch[index] for index in queue.pop()]
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * budget.factor
        parts = losses(model, chosen, rows, vectors, options)
        total = sum(parts.values())
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, tokens = step + 1, tokens + sum(len(ids) for _, ids in chosen)
        for name, part in parts.items():
            sums.setdefault(name, []).append(float(part.detach()))
        if step % 50 == 0:
            log(folder, step, tokens, budget.used_seconds, sums)
            sums = {}
        if time.time() - saved > CHECKPOINT_SECONDS:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save_checkpoint(folder / "tasks", {**state, "step": step, "tokens": tokens, "used": budget.used_seconds})
            saved = time.time()


def draw_epoch(rows: list[dict], tokenizer, rng: random.Random) -> list[tuple[int, np.ndarray]]:
    """(row index, ids) for one epoch: rows by their share, each in one of its forms."""
    indices = [index for index, row in enumerate(rows) for _ in range(times(row, rng))]
    texts = [shown_text(rows[index], rng) for index in indices]
    return [(index, np.array(row.ids, np.uint16)) for index, row in zip(indices, tokenizer.encode_batch(texts))]


def times(row: dict, rng: random.Random) -> int:
    share = SHARES[row["source"]]
    if row["debt"] not in (None, "none") or RARE_PURPOSES & set((row["purpose"] or {"labels": []})["labels"]):
        share *= 2
    return int(share) + (rng.random() < share % 1)


def shown_text(row: dict, rng: random.Random) -> str:
    text = row["text"] if rng.random() < 0.6 else row["clean"]
    if row["debt"] not in (None, "none") and rng.random() < 0.25:
        text = TAG_WORD.sub(" ", text)
    return text


def losses(model: TaskModel, chosen: list, rows: list[dict], vectors: np.ndarray, options) -> dict[str, torch.Tensor]:
    """Weighted loss per task, summed over the exits."""
    device = options.device
    batch, mask = pad([ids for _, ids in chosen], device)
    with torch.autocast(device, torch.bfloat16):
        outputs = model(batch, mask, EXITS, DROPOUT)
    picked = [rows[index] for index, _ in chosen]
    debt = torch.tensor([DEBT.index(row["debt"]) if row["debt"] else -100 for row in picked], device=device)
    form = torch.tensor([FORM.index(row["form"]) if row["form"] else -100 for row in picked], device=device)
    purpose, known = purpose_targets(picked, device)
    target = torch.from_numpy(vectors[[index for index, _ in chosen]]).to(device)
    read = target.abs().sum(1) > 0
    found = {name: target.new_zeros(()) for name in ("debt", "form", "purpose", "distil")}
    for weight, (pooled, logits) in zip(EXIT_WEIGHTS, outputs):
        logits = {task: values.float() for task, values in logits.items()}
        for task, answers in (("debt", debt), ("form", form)):
            if (answers >= 0).any():
                found[task] = found[task] + weight * F.cross_entropy(logits[task], answers, ignore_index=-100)
        if known.any():
            binary = F.binary_cross_entropy_with_logits(logits["purpose"], purpose, weight=known, reduction="sum")
            found["purpose"] = found["purpose"] + weight * 3 * binary / known.sum()
    if read.sum() >= 8:
        found["distil"] = options.distilWeight * distillation_loss([pooled[read] for pooled, _ in outputs], target[read])
    return found


def purpose_targets(rows: list[dict], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Targets and weights, both [B, 8]; weight 0 where the row's source does not annotate the label."""
    targets, known = torch.zeros(len(rows), len(PURPOSE)), torch.zeros(len(rows), len(PURPOSE))
    for index, row in enumerate(rows):
        for label in (row["purpose"] or {"known": []})["known"]:
            known[index, PURPOSE.index(label)] = 1
        for label in (row["purpose"] or {"labels": []})["labels"]:
            targets[index, PURPOSE.index(label)] = 1
    return targets.to(device), known.to(device)


def log(folder, step: int, tokens: int, seconds: float, sums: dict) -> None:
    means = {name: round(sum(values) / len(values), 4) for name, values in sums.items()}
    row = {"step": step, "tokens": tokens, "seconds": round(seconds, 1), **means}
    print(json.dumps(row), file=sys.stderr, flush=True)
    with open(folder / "tasks.jsonl", "a") as out:
        out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
