"""Step 9: one encoder learns all tasks together.

In: WORK/labels.jsonl.gz, soft.jsonl.gz, answers.jsonl.gz and pairs.jsonl.gz, WORK/student/distilled.pt, and the passages of
step 7 with the teacher's vectors. Out: WORK/student/tasks.pt (encoder and heads) and tasks.jsonl (the curve). Each batch is
of one kind, drawn by its share: labelled comments, comments with the probabilities of label_teacher.py and the vectors of
the sentence teacher, questions, pairs of comment and code, pairs of segments, or passages with vectors only. A labelled row costs only where it has an answer. Rows are shown raw (with markers) or
cleaned, at random; a task tag is sometimes hidden, whatever the answer is, so that the rest of the sentence is learned too.
Resumable; torchrun as in distil.py.
"""

import json
import random
import re
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from albert import Albert, pool_mean
from answer_windows import answer_stream
from batches import pad, plan_batches
from checkpoint import load_checkpoint, save_checkpoint
from distil import CHECKPOINT_SECONDS, EXIT_WEIGHTS, EXITS, distillation_loss, load_passages, load_shape, load_tokenizer
from heads import TaskModel
from jsonl import read_rows
from label_maps import DEBT, FORM, ORDER, PURPOSE, STALE, TASKS
from mixed import Mixed
from optimizers import Optimizers
from options import read_options, set_up_torch
from pretraining.processes import Processes
from schedule import TimeBudget

TAG_WORD = re.compile(r"\b(todo|fixme|xxx|hack)\b:?", re.IGNORECASE)
# How often a row of each source is shown in an epoch; admitted debt and rare purposes are shown more often.
SHARES = {"maldonado": 1.0, "pascarella": 2.0, "nlbse25-python": 2.0, "nlbse25-pharo": 2.0, "free": 0.6}
RARE_PURPOSES = {"rationale", "explanation", "deprecation"}
RARE_COLUMNS = [PURPOSE.index(label) for label in sorted(RARE_PURPOSES)]
UNTAGGED_DEBT, TAGGED_DEBT, RARE_PURPOSE = 3.0, 1.5, 2.0
HIDE_TAG, ADD_TAG = 0.15, 0.08
TAGS = ["TODO ", "TODO: ", "FIXME ", "FIXME: ", "XXX ", "XXX: ", "HACK: ", "TODO(name): ", "todo: "]
# Share of the batches of each kind, unless --kinds says otherwise. Pairs stayed at chance while they had a fifth of the first 3.9 million tokens (version
# 0.2.0), so they get none until a longer run, or pretraining on pairs, can afford them.
KINDS = {"labels": 0.26, "soft": 0.34, "distil": 0.26, "answer": 0.14, "stale": 0.0, "order": 0.0}
PAIR_TOKENS = {"stale": 80, "order": 112}
PAIR_LABELS = {"stale": STALE, "order": ORDER}
DROPOUT = 0.1
UNKNOWN = -100


def main() -> None:
    options = read_options(
        __doc__,
        shards=("docs,labelled,general,queries,code-*", "passages with the teacher's vectors"),
        maxTokens=(128, "longer texts are cut"),
        batchTokens=(4096, "ids in one batch"),
        learningRate=(1e-3, "peak of the encoder"),
        headRate=(2e-3, "peak of the heads"),
        kinds=("", "shares of the batches, as labels=0.14,soft=0.34,distil=0.52; kinds that are not named get none"),
        initial=("distilled.pt", "weights to start from, in WORK/student, with commas: a file of the encoder alone overrides one with heads"),
    )
    set_up_torch(options)
    folder = options.work / "student"
    model = TaskModel(Albert(load_shape(options.work))).to(options.device)
    load_initial(model, [torch.load(folder / name, map_location=options.device) for name in options.initial.split(",")])
    train(model, options, folder)
    torch.save(model.state_dict(), folder / "tasks.pt")


def load_initial(model: TaskModel, states: list[dict]) -> None:
    """Heads that no file has start at random; an encoder has to be whole."""
    for state in states:
        isEncoder = "embeddings.word_embeddings.weight" in state
        found = (model.encoder if isEncoder else model).load_state_dict(state, strict=False)
        missing = [name for name in found.missing_keys if isEncoder or name.startswith("encoder.")]
        assert not missing and not found.unexpected_keys, f"does not fit: {missing or found.unexpected_keys}"


def train(model: TaskModel, options, folder) -> None:
    processes = Processes(options.device)
    optimizers = Optimizers(model, options.learningRate, options.headRate)
    state = load_checkpoint(folder / "tasks", options.device)
    step, tokens, used = 0, 0, 0.0
    if state:
        model.load_state_dict(state["model"])
        optimizers.load_state_dict(state["optimizer"])
        step, tokens, used = state["step"], state["tokens"], state["used"]
    mixed = Mixed(model.encoder)
    rng = random.Random(options.seed + step + 1000 * processes.rank)
    kinds = read_kinds(options.kinds)
    streams = open_streams(options, kinds, rng)
    budget = TimeBudget(0.05 if options.tiny else options.minutes, used)
    saved, sums = time.time(), {}
    model.train()
    while (factor := processes.agree(budget.factor)) > 0:
        kind = rng.choices(list(kinds), kinds.values())[0]
        ids, types, answers = next(streams[kind])
        batch, mask = pad(ids, options.device)
        segments = None if types is None else pad(types, options.device)[0]
        states = mixed.half(batch, mask, EXITS, segments)
        parts = losses(model, kind, states, mask, answers)
        sum(parts.values()).backward()
        mixed.pull()
        for parameter in model.parameters():
            # The processes read batches of different kinds, but have to add up the same tensors.
            parameter.grad = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        processes.add_gradients(model)
        optimizers.step(factor)
        mixed.push()
        step += 1
        tokens += int(processes.add_up(torch.tensor([float(mask.sum())]))[0])
        for name, part in parts.items():
            sums.setdefault(name, []).append(float(part.detach()))
        if not processes.is_first:
            continue
        if step % 50 == 0:
            log(folder, step, tokens, budget.used_seconds, sums)
            sums = {}
        if time.time() - saved > CHECKPOINT_SECONDS:
            state = {"model": model.state_dict(), "optimizer": optimizers.state_dict()}
            save_checkpoint(folder / "tasks", {**state, "step": step, "tokens": tokens, "used": budget.used_seconds})
            saved = time.time()
    processes.finish()
    if not processes.is_first:
        sys.exit(0)


def read_kinds(given: str) -> dict[str, float]:
    if not given:
        return KINDS
    kinds = {name: float(share) for name, share in (part.split("=") for part in given.split(","))}
    assert set(kinds) <= set(KINDS), f"no such kind of batch: {set(kinds) - set(KINDS)}"
    return kinds


def open_streams(options, kinds: dict[str, float], rng: random.Random) -> dict:
    """{kind: endless batches (rows of ids, rows of segments or None, what is known about each row)}."""
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    size = options.batchTokens
    openers = {
        "labels": lambda: label_stream(train_rows(options.work / "labels.jsonl.gz"), tokenizer, size, rng),
        "distil": lambda: passage_stream(*load_passages(options, tokenizer)["train"], size, rng),
        "soft": lambda: soft_stream(options, tokenizer, rng),
        "answer": lambda: answer_stream(list(read_rows(options.work / "answers.jsonl.gz")), options, rng),
        **{task: lambda task=task: pair_stream(train_rows(options.work / "pairs.jsonl.gz", task), task, options, rng) for task in PAIR_TOKENS},
    }
    return {kind: openers[kind]() for kind, share in kinds.items() if share > 0}


def train_rows(path: Path, task: str | None = None) -> list[dict]:
    return [row for row in read_rows(path) if row["split"] == "train" and (task is None or row["task"] == task)]


def label_stream(rows: list[dict], tokenizer, batchTokens: int, rng: random.Random):
    while True:
        drawn = [shown(row, rng) for row in rows for _ in range(times(row, rng))]
        ids = [np.array(row.ids, np.uint16) for row in tokenizer.encode_batch([text for _, text in drawn])]
        for chosen in plan_batches(np.array([len(row) for row in ids]), batchTokens, rng):
            yield [ids[index] for index in chosen], None, [drawn[index][0] for index in chosen]


def passage_stream(ids: list[np.ndarray], vectors: np.ndarray, batchTokens: int, rng: random.Random):
    lengths = np.array([len(row) for row in ids])
    while True:
        for chosen in plan_batches(lengths, batchTokens, rng):
            yield [ids[index] for index in chosen], None, torch.from_numpy(vectors[chosen].astype(np.float32))


def soft_stream(options, tokenizer, rng: random.Random):
    """What a teacher says of comments that nobody labelled: {task: probabilities [B, L], vector: [B, 384]}."""
    rows = list(read_rows(options.work / "soft.jsonl.gz"))
    vectors = np.load(options.work / "teacher" / "soft.npy", mmap_mode="r")
    known = {task: np.array([row["probabilities"][task] for row in rows], np.float32) for task in TASKS}
    weights = 1 + 2 * (known["debt"][:, 0] < 0.7) + (known["form"][:, 0] < 0.7) + (known["purpose"][:, RARE_COLUMNS].max(1) > 0.3)
    while True:
        drawn = [index for index, weight in enumerate(weights) for _ in range(int(weight / 2 + rng.random()))]
        texts = [rows[index]["text" if rng.random() < 0.6 else "clean"] for index in drawn]
        ids = [np.array(row.ids, np.uint16) for row in tokenizer.encode_batch(texts)]
        for chosen in plan_batches(np.array([len(row) for row in ids]), options.batchTokens, rng):
            own = np.array(drawn)[chosen]
            found = {task: torch.from_numpy(values[own]) for task, values in known.items()}
            yield [ids[index] for index in chosen], None, {**found, "vector": torch.from_numpy(vectors[own].astype(np.float32))}


def pair_stream(rows: list[dict], task: str, options, rng: random.Random):
    encoded = load_tokenizer(options.work, PAIR_TOKENS[task]).encode_batch([(row["first"], row["second"]) for row in rows])
    ids = [np.array(row.ids, np.uint16) for row in encoded]
    types = [np.array(row.type_ids, np.uint16) for row in encoded]
    answers = np.array([PAIR_LABELS[task].index(row["label"]) for row in rows])
    lengths = np.array([len(row) for row in ids])
    while True:
        for chosen in plan_batches(lengths, options.batchTokens, rng):
            yield [ids[index] for index in chosen], [types[index] for index in chosen], torch.from_numpy(answers[chosen])


def times(row: dict, rng: random.Random) -> int:
    share = SHARES[row["source"]]
    if row["debt"] not in (None, "none", "some"):
        share *= TAGGED_DEBT if TAG_WORD.search(row["text"]) else UNTAGGED_DEBT
    if RARE_PURPOSES & set((row["purpose"] or {"labels": []})["labels"]):
        share *= RARE_PURPOSE
    return int(share) + (rng.random() < share % 1)


def shown(row: dict, rng: random.Random) -> tuple[dict, str]:
    """The row and its text in one of its forms. A comment without debt that gets a task tag admits some from then on."""
    text = row["text"] if rng.random() < 0.6 else row["clean"]
    if row["debt"] == "none" and row["form"] in (None, "prose") and rng.random() < ADD_TAG:
        marker = re.match(r"[\s/*#-]*", text).end()
        return {**row, "debt": "some", "purpose": None}, text[:marker] + rng.choice(TAGS) + text[marker:]
    return row, TAG_WORD.sub(" ", text) if rng.random() < HIDE_TAG else text


def losses(model: TaskModel, kind: str, states: list[torch.Tensor], mask: torch.Tensor, answers) -> dict[str, torch.Tensor]:
    """Loss per task, the exits weighted."""
    if kind == "distil":
        return {"distil": distillation_loss([pool_mean(state.float(), mask) for state in states], answers.to(mask.device))}
    if kind == "soft":
        return soft_losses(model, states, mask, answers)
    if kind == "answer":
        return {kind: answer_loss(model, states, answers)}
    if kind in PAIR_TOKENS:
        weighted = zip(EXIT_WEIGHTS, states)
        return {kind: sum(weight * F.cross_entropy(model.logits(state, kind, DROPOUT), answers.to(mask.device)) for weight, state in weighted)}
    return label_losses(model, states, answers)


def soft_losses(model: TaskModel, states: list[torch.Tensor], mask: torch.Tensor, answers: dict) -> dict[str, torch.Tensor]:
    answers = {name: value.to(mask.device) for name, value in answers.items()}
    found = {"vector": distillation_loss([pool_mean(state.float(), mask) for state in states], answers["vector"])}
    for task in TASKS:
        parts = []
        for weight, state in zip(EXIT_WEIGHTS, states):
            logits = model.logits(state, task, DROPOUT)
            isMany = task == "purpose"
            parts.append(weight * (3 * F.binary_cross_entropy_with_logits(logits, answers[task]) if isMany else F.cross_entropy(logits, answers[task])))
        found[f"soft.{task}"] = sum(parts)
    return found


def answer_loss(model: TaskModel, states: list[torch.Tensor], answers: dict) -> torch.Tensor:
    """Start and end of the answer, or [CLS] twice."""
    device = states[0].device
    allowed, spans = answers["allowed"].to(device), answers["spans"].to(device)
    losses = [F.cross_entropy(model.span_logits(F.dropout(state.float(), DROPOUT, model.training), allowed).flatten(0, 1), spans.flatten()) for state in states]
    return sum(weight * loss for weight, loss in zip(EXIT_WEIGHTS, losses))


def label_losses(model: TaskModel, states: list[torch.Tensor], rows: list[dict]) -> dict[str, torch.Tensor]:
    device = states[0].device
    debt = torch.tensor([DEBT.index(row["debt"]) if row["debt"] in DEBT else UNKNOWN for row in rows], device=device)
    admits = torch.tensor([float(row["debt"] != "none") for row in rows], device=device)
    judged = torch.tensor([row["debt"] is not None for row in rows], device=device)
    form = torch.tensor([FORM.index(row["form"]) if row["form"] else UNKNOWN for row in rows], device=device)
    purpose, known = purpose_targets(rows, device)
    found = {name: states[0].new_zeros((), dtype=torch.float32) for name in ("debt", "admits", "form", "purpose")}
    for weight, state in zip(EXIT_WEIGHTS, states):
        logits = {task: model.logits(state, task, DROPOUT) for task in ("debt", "form", "purpose")}
        for task, answers in (("debt", debt), ("form", form)):
            if (answers >= 0).any():
                found[task] = found[task] + weight * F.cross_entropy(logits[task], answers, ignore_index=UNKNOWN)
        if judged.any():
            # Any debt against none: also for rows whose kind of debt nobody named.
            margin = torch.logsumexp(logits["debt"][:, 1:], 1) - logits["debt"][:, 0]
            found["admits"] = found["admits"] + weight * F.binary_cross_entropy_with_logits(margin[judged], admits[judged])
        if known.any():
            binary = F.binary_cross_entropy_with_logits(logits["purpose"], purpose, weight=known, reduction="sum")
            found["purpose"] = found["purpose"] + weight * 3 * binary / known.sum()
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
