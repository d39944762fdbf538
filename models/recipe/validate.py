"""Which weights are better? Several of them on the validation rows, before anything held out is looked at.

In: WORK/student/<weights> for each name of --weights, the validation rows of WORK/labels.jsonl.gz, and with --sts a file of
STS-B as CSV (first, second, score; it is no part of the recipe's data). Out: per weights, on comments as they stand and
without markers: F1 of any debt at the best margin, on all and on those without a tag word; macro F1 of form; mean F1 of
purpose at each label's best threshold; and the rank correlation with the scores of STS-B.
"""

import csv
import json
import random

import numpy as np
import torch
from scipy.stats import spearmanr
from torch.nn import functional as F

from albert import Albert
from baselines import tag_words
from calibrate import TEMPERATURES, best_temperatures, none_margin, predict
from distil import EXITS, encode, load_shape, load_tokenizer
from heads import TaskModel
from jsonl import read_rows
from label_maps import DEBT, PURPOSE, TASKS
from metrics import binary_f1, label_f1s, macro
from options import read_options, set_up_torch

DEPTH, FREE_ROWS = EXITS[-1], 1500


def main() -> None:
    options = read_options(
        __doc__,
        maxTokens=(128, "longer texts are cut"),
        weights=("tasks.pt", "files in WORK/student, with commas"),
        sts=("", "a CSV file of STS-B"),
    )
    set_up_torch(options)
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    rows = [row for row in read_rows(options.work / "labels.jsonl.gz") if row["split"] == "validation"]
    for name in options.weights.split(","):
        model = TaskModel(Albert(load_shape(options.work)))
        model.load_state_dict(torch.load(options.work / "student" / name), strict=False)
        model.eval().requires_grad_(False)
        report = {key: scores(model, tokenizer, rows, key) for key in ("text", "clean")}
        if options.sts:
            report["sts"] = sts(model, tokenizer, options.sts)
        print(json.dumps({name: report}, indent=1))


def scores(model: TaskModel, tokenizer, rows: list[dict], key: str) -> dict[str, float]:
    """key: `text` or `clean`."""
    return {**debt(model, tokenizer, rows, key), **form(model, tokenizer, rows, key), **purpose(model, tokenizer, rows, key)}


def debt(model: TaskModel, tokenizer, rows: list[dict], key: str) -> dict[str, float]:
    rows = [row for row in rows if row["source"] == "maldonado"]
    logits = predict(model, tokenizer, [row[key] for row in rows], ["debt"])[DEPTH]["debt"]
    answers = torch.tensor([DEBT.index(row["debt"]) for row in rows])
    losses = [[float(F.cross_entropy(logits / t, answers)) for t in TEMPERATURES]] * len(EXITS)
    probability = torch.softmax(logits / best_temperatures(losses)["default"], -1)
    margin, f1 = none_margin(probability, answers)
    admits, tagged = answers.numpy() > 0, tag_words(rows)
    found = (probability[:, 0] - probability[:, 1:].max(1).values).numpy() < margin
    return {"debt": round(f1, 4), "debt.untagged": round(binary_f1(admits[~tagged], found[~tagged]), 4), "debt.tagWords": round(binary_f1(admits, tagged), 4)}


def form(model: TaskModel, tokenizer, rows: list[dict], key: str) -> dict[str, float]:
    free = [row for row in rows if row["form"] and row["source"] == "free"]
    groups = {"free": random.Random(1).sample(free, min(FREE_ROWS, len(free))), "pascarella": [row for row in rows if row["form"] and row["source"] == "pascarella"]}
    report = {}
    for name, own in groups.items():
        winner = predict(model, tokenizer, [row[key] for row in own], ["form"])[DEPTH]["form"].argmax(1).numpy()
        answers = np.array([[row["form"] == label for label in TASKS["form"]] for row in own])
        report[f"form.{name}"] = macro(label_f1s(answers, np.eye(len(TASKS["form"]), dtype=bool)[winner], TASKS["form"]))
    return report


def purpose(model: TaskModel, tokenizer, rows: list[dict], key: str) -> dict[str, float]:
    report = {}
    for sources in (("pascarella",), ("nlbse25-python", "nlbse25-pharo")):
        own = [row for row in rows if row["purpose"] and row["source"] in sources]
        probability = torch.sigmoid(predict(model, tokenizer, [row[key] for row in own], ["purpose"])[DEPTH]["purpose"]).numpy()
        answers, known = (np.array([[label in row["purpose"][part] for label in PURPOSE] for row in own]) for part in ("labels", "known"))
        best = [
            max(binary_f1(answers[known[:, at], at], probability[known[:, at], at] >= threshold) for threshold in np.arange(0.15, 0.86, 0.05))
            for at in range(len(PURPOSE))
            if answers[:, at].any()
        ]
        report["purpose." + sources[0].split("-")[0]] = round(float(np.mean(best)), 4)
    return report


def sts(model: TaskModel, tokenizer, path: str) -> dict[str, float]:
    """{depth: rank correlation of the cosines with people's scores}."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    sides = [encode(model.encoder, [np.array(one.ids) for one in tokenizer.encode_batch([row[at] for row in rows])], "cpu") for at in (0, 1)]
    wanted = [float(row[2]) for row in rows]
    return {str(depth): round(float(spearmanr(F.cosine_similarity(first, second).numpy(), wanted)[0]), 4) for depth, first, second in zip(EXITS, *sides)}


if __name__ == "__main__":
    main()
