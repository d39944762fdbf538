"""Step 8b: a larger model and a linear one learn the labels together, and label what nobody labelled.

In: WORK/labels.jsonl.gz, WORK/passages. Out: WORK/soft.jsonl.gz, rows {text, clean, probabilities: {debt, form, purpose}}
of passages that are in no labelled set, and WORK/soft.json, what each of the two and their mean reach on the validation rows.
all-MiniLM-L6-v2 (Apache-2.0) is fine-tuned on the rows of train_tasks.py, read raw or cleaned; the linear model is that of
baselines.py with probabilities. They err differently: one knows meanings, the other exact words, so their mean is
better than both, and the small model that learns from it (train_tasks.py) inherits that. Nothing held out is read.
"""

import json
import random
import sys
from types import SimpleNamespace

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from torch import nn

from baselines import features
from batches import pad, plan_batches
from cache_teacher import load_teacher
from heads import TaskModel
from jsonl import read_rows, write_rows
from label_maps import DEBT, PURPOSE, TASKS
from metrics import binary_f1, label_f1s, macro
from mixed import Mixed
from options import read_options, set_up_torch
from schedule import TimeBudget
from train_tasks import label_losses, shown, times

# How much the fine-tuned model counts in the mean. Alone it is far better at debt, where the linear one seldom dares.
READER_SHARE = {"debt": 0.85, "form": 0.5, "purpose": 0.6}
RATE, HEAD_RATE, DECAY = 1.5e-4, 1e-3, 0.01
COMMENTS = {"line", "block", "doc", "docstring"}
LONGEST = 600


def main() -> None:
    options = read_options(
        __doc__,
        maxTokens=(128, "longer texts are cut"),
        batchTokens=(4096, "ids in one batch"),
        passages=(160_000, "unlabelled passages to label"),
        perProject=(4000, "of one project at most"),
    )
    set_up_torch(options)
    rows = list(read_rows(options.work / "labels.jsonl.gz"))
    train = [row for row in rows if row["split"] == "train"]
    validation = [row for row in rows if row["split"] == "validation"]
    linear = Linear(train)
    reader = Reader(options)
    reader.learn(train, options)
    texts = [row["text"] for row in validation]
    both = [linear.probabilities(texts), reader.probabilities(texts)]
    report = {name: scores(validation, found) for name, found in zip(("linear", "reader", "mean"), [*both, weighted(*both)])}
    print(json.dumps(report, indent=1), file=sys.stderr)
    (options.work / "soft.json").write_text(json.dumps(report, indent=1))
    passages = unlabelled(options, {row["text"][:80] for row in rows})
    texts = [row["text"] for row in passages]
    found = weighted(linear.probabilities(texts), reader.probabilities(texts))
    for index, row in enumerate(passages):
        row["probabilities"] = {task: [round(float(value), 4) for value in found[task][index]] for task in TASKS}
    write_rows(options.work / "soft.jsonl.gz", passages)


class Linear:
    """TF-IDF of words and characters with logistic regression, one for each task."""

    def __init__(self, train: list[dict]):
        self._features = features()
        known = csr_matrix(self._features.fit_transform([row["text"] for row in train]))
        self._models = {task: [self._fit(known, train, task)] for task in ("debt", "form")}
        self._models["purpose"] = [self._fit(known, train, label) for label in PURPOSE]

    def _fit(self, known: csr_matrix, train: list[dict], name: str) -> LogisticRegression:
        if name in PURPOSE:
            used = [index for index, row in enumerate(train) if row["purpose"] and name in row["purpose"]["known"]]
            answers = [name in train[index]["purpose"]["labels"] for index in used]
        else:
            used = [index for index, row in enumerate(train) if row[name] in TASKS[name] and (name != "debt" or row["source"] == "maldonado")]
            answers = [TASKS[name].index(train[index][name]) for index in used]
        return LogisticRegression(max_iter=200, C=8.0).fit(known[used], answers)

    def probabilities(self, texts: list[str]) -> dict[str, np.ndarray]:
        """N texts -> {task: [N, labels]}."""
        known = csr_matrix(self._features.transform(texts))
        found = {task: self._models[task][0].predict_proba(known) for task in ("debt", "form")}
        return {**found, "purpose": np.stack([model.predict_proba(known)[:, 1] for model in self._models["purpose"]], 1)}


class Encoder(nn.Module):
    """MiniLM in the place of our own encoder: hidden states of one position, the mean over the text, [B, 1, H]."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model
        self.shape = SimpleNamespace(hidden_size=model.config.hidden_size)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
        states = self.model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        weights = mask[..., None].to(states.dtype)
        return [(states * weights).sum(1, keepdim=True) / weights.sum(1, keepdim=True)]


class Reader:
    """The fine-tuned MiniLM."""

    def __init__(self, options):
        self._tokenizer, model = load_teacher("cpu")
        self._model = TaskModel(Encoder(model.float()))
        self._maxTokens = options.maxTokens

    def learn(self, train: list[dict], options) -> None:
        model, rng = self._model, random.Random(options.seed)
        isHead = lambda name: not name.startswith("encoder.")
        groups = [
            {"params": [value for name, value in model.named_parameters() if isHead(name) == head], "peak": HEAD_RATE if head else RATE}
            for head in (False, True)
        ]
        optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), weight_decay=DECAY, fused=True)
        mixed, budget, stream = Mixed(model.encoder), TimeBudget(options.minutes), self._stream(train, options.batchTokens, rng)
        model.train()
        mixed.half.train()
        step, sums = 0, {}
        while (factor := budget.factor) > 0:
            ids, rows = next(stream)
            batch, mask = pad(ids, "cpu")
            parts = label_losses(model, mixed.half(batch, mask), rows)
            sum(parts.values()).backward()
            mixed.pull()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            mixed.push()
            step += 1
            for name, part in parts.items():
                sums.setdefault(name, []).append(float(part.detach()))
            if step % 50 == 0:
                print(step, round(budget.used_seconds), {name: round(float(np.mean(values)), 4) for name, values in sums.items()}, file=sys.stderr, flush=True)
                sums = {}
        model.eval()

    def _stream(self, train: list[dict], batchTokens: int, rng: random.Random):
        while True:
            drawn = [shown(row, rng) for row in train for _ in range(times(row, rng))]
            ids = self._ids([text for _, text in drawn])
            for chosen in plan_batches(np.array([len(row) for row in ids]), batchTokens, rng):
                yield [ids[index] for index in chosen], [drawn[index][0] for index in chosen]

    def _ids(self, texts: list[str]) -> list[np.ndarray]:
        return [np.array(row, np.uint16) for row in self._tokenizer(texts, truncation=True, max_length=self._maxTokens)["input_ids"]]

    @torch.inference_mode()
    def probabilities(self, texts: list[str]) -> dict[str, np.ndarray]:
        """N texts -> {task: [N, labels]}."""
        half, ids = Mixed(self._model.encoder).half.eval(), self._ids(texts)
        found = {task: np.zeros((len(texts), len(labels)), np.float32) for task, labels in TASKS.items()}
        for chosen in plan_batches(np.array([len(row) for row in ids]), 8192, random.Random(0)):
            states = half(*pad([ids[index] for index in chosen], "cpu"))[0]
            for task in TASKS:
                logits = self._model.logits(states, task)
                found[task][chosen] = (torch.sigmoid(logits) if task == "purpose" else torch.softmax(logits, -1)).numpy()
        return found


def weighted(linear: dict[str, np.ndarray], reader: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {task: share * reader[task] + (1 - share) * linear[task] for task, share in READER_SHARE.items()}


def scores(rows: list[dict], found: dict[str, np.ndarray]) -> dict[str, float]:
    """F1 of any debt against none, macro F1 of form and purpose by source, on rows whose labels are known."""
    used = [index for index, row in enumerate(rows) if row["source"] == "maldonado"]
    answers = np.array([rows[index]["debt"] != "none" for index in used])
    report = {"debt": binary_f1(answers, found["debt"][used].argmax(1) > 0)}
    for source in ("pascarella", "free"):
        used = [index for index, row in enumerate(rows) if row["form"] and row["source"] == source]
        answers = np.array([[rows[index]["form"] == label for label in TASKS["form"]] for index in used])
        predicted = np.eye(len(TASKS["form"]), dtype=bool)[found["form"][used].argmax(1)]
        report[f"form.{source}"] = macro(label_f1s(answers, predicted, TASKS["form"]))
    for sources in (("pascarella",), ("nlbse25-python", "nlbse25-pharo")):
        used = [index for index, row in enumerate(rows) if row["purpose"] and row["source"] in sources]
        answers, known = (np.array([[label in rows[index]["purpose"][key] for label in PURPOSE] for index in used]) for key in ("labels", "known"))
        report[f"purpose.{sources[0]}"] = macro(label_f1s(answers, found["purpose"][used] >= 0.5, PURPOSE, known))
    return {name: round(float(value), 4) for name, value in report.items()}


def unlabelled(options, seen: set[str]) -> list[dict]:
    """Comments of training projects, mostly short ones of code, each text once."""
    rng, chosen = random.Random(options.seed), []
    for path in sorted((options.work / "passages").glob("*.jsonl.gz")):
        rows = [row for row in read_rows(path) if row["split"] == "train" and row["kind"] in COMMENTS]
        rng.shuffle(rows)
        taken = 0
        for row in rows:
            key = row["raw"][:80]
            if taken < options.perProject and key not in seen:
                seen.add(key)
                taken += 1
                chosen.append({"text": row["raw"][:LONGEST], "clean": row["text"][:LONGEST]})
    rng.shuffle(chosen)
    return chosen[: options.passages]


if __name__ == "__main__":
    main()
