"""Step 12: every number of the model card.

In: a model folder, WORK/baselines.npz, the held-out rows of WORK/labels.jsonl.gz, the held-out passages of WORK/corpus with the teacher's
vectors. Out: WORK/metrics.json. Texts are classified as they stand in the source, markers included. The held-out
projects, files and classes took no part in training, in choosing thresholds or in the tokenizer's labelled rows.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from baselines import tag_words
from jsonl import read_rows
from label_maps import DEBT, TASKS
from metrics import binary_f1, calibration_error, label_f1s, macro
from model_folder import ModelFolder
from options import read_options, set_up_torch


def main() -> None:
    options = read_options(
        __doc__,
        model=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder"),
        embeddingPassages=(1200, "held-out passages for the comparison with the teacher"),
        shards=("docs", "shards with teacher vectors"),
    )
    set_up_torch(options)
    folder = ModelFolder(options.work / "model" if options.tiny else Path(options.model), bfloat16=True)
    rows = list(read_rows(options.work / "labels.jsonl.gz"))
    linear = dict(np.load(options.work / "baselines.npz"))
    held = [row for row in rows if row["split"] == "heldOut"]
    pooled = folder.pool([row["text"] for row in held])
    report = {"debt": debt_report(folder, linear["debt"], held, pooled)}
    for source in ("pascarella", "free"):
        report[f"form.{source}"] = form_report(folder, linear["form"], held, pooled, source)
    for sources in (["pascarella"], ["nlbse25-python", "nlbse25-pharo"]):
        report["purpose." + sources[0].split("-")[0]] = purpose_report(folder, linear["purpose"], held, pooled, sources)
    report["embedding"] = embedding_report(folder, options)
    (options.work / "metrics.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1), file=sys.stderr)


def debt_report(folder: ModelFolder, linear: np.ndarray, held: list[dict], pooled: dict) -> dict:
    """F1 of any debt against none per held-out project, with and without the comments that carry a tag word."""
    used = [index for index, row in enumerate(held) if row["debt"]]
    rows = [held[index] for index in used]
    answers = np.array([row["debt"] != "none" for row in rows])
    projects = np.array([row["project"] for row in rows])
    tagged = tag_words(rows)
    predicted = {}
    for depth, vectors in pooled.items():
        probability, labels = folder.classify(vectors[used], "debt", depth)
        predicted[f"model@{depth}"] = ~labels[:, 0]
    linear = linear[used]
    predicted |= {"tfidf": ~linear[:, 0], "tagWords": tagged}
    report: dict = {"rows": len(rows), "debt": int(answers.sum()), "untaggedDebt": int((answers & ~tagged).sum())}
    for name, found in predicted.items():
        perProject = {project: round(binary_f1(answers[projects == project], found[projects == project]), 4) for project in sorted(set(projects))}
        report[name] = {"f1": round(float(np.mean(list(perProject.values()))), 4), **perProject,
                        "f1Untagged": round(binary_f1(answers[~tagged], found[~tagged]), 4)}  # fmt: skip
    kinds = one_hot(rows, "debt")
    report["types"] = {"model": label_f1s(kinds, labels, DEBT), "tfidf": label_f1s(kinds, linear, DEBT)}
    report["ece"] = calibration_error(probability.max(1), kinds[np.arange(len(rows)), probability.argmax(1)])
    return report


def form_report(folder: ModelFolder, linear: np.ndarray, held: list[dict], pooled: dict, source: str) -> dict:
    used = [index for index, row in enumerate(held) if row["form"] and row["source"] == source]
    rows = [held[index] for index in used]
    answers = one_hot(rows, "form")
    report: dict = {"rows": len(rows)}
    for depth, vectors in pooled.items():
        probability, labels = folder.classify(vectors[used], "form", depth)
        found = label_f1s(answers, labels, TASKS["form"])
        report[f"model@{depth}"] = {"macroF1": macro(found), **(found if depth == max(pooled) else {})}
    found = label_f1s(answers, linear[used], TASKS["form"])
    report["tfidf"] = {"macroF1": macro(found), **found}
    report["ece"] = calibration_error(probability.max(1), answers[np.arange(len(rows)), probability.argmax(1)])
    return report


def purpose_report(folder: ModelFolder, linear: np.ndarray, held: list[dict], pooled: dict, sources: list[str]) -> dict:
    used = [index for index, row in enumerate(held) if row["purpose"] and row["source"] in sources]
    rows = [held[index] for index in used]
    labels = TASKS["purpose"]
    answers = np.array([[label in row["purpose"]["labels"] for label in labels] for row in rows])
    known = np.array([[label in row["purpose"]["known"] for label in labels] for row in rows])
    report: dict = {"rows": len(rows)}
    for depth, vectors in pooled.items():
        probability, predicted = folder.classify(vectors[used], "purpose", depth)
        found = label_f1s(answers, predicted, labels, known)
        report[f"model@{depth}"] = {"macroF1": macro(found), **(found if depth == max(pooled) else {})}
    found = label_f1s(answers, linear[used], labels, known)
    report["tfidf"] = {"macroF1": macro(found), **found}
    report["ece"] = calibration_error(probability[known], answers[known])
    return report


def embedding_report(folder: ModelFolder, options) -> dict:
    """Held-out passages: agreement with the teacher, and how often both name the same nearest neighbour."""
    texts, vectors = [], []
    for shard in options.shards.split(","):
        table = np.load(options.work / "teacher" / f"{shard}.npy", mmap_mode="r")
        for index, row in enumerate(read_rows(options.work / "corpus" / f"{shard}.jsonl.gz")):
            if row["split"] == "heldOut" and len(texts) < options.embeddingPassages:
                texts.append(row["text"])
                vectors.append(table[index].astype(np.float32))
    teacher = torch.from_numpy(np.array(vectors))
    pairs = torch.triu_indices(len(texts), len(texts), 1)
    wanted = teacher @ teacher.T
    report: dict = {"passages": len(texts)}
    pooled = folder.pool(texts)
    for depth, own in pooled.items():
        sizes = folder.tasks["embedding"]["dimensions"] if depth == max(pooled) else [own.shape[1]]
        for size in sizes:
            short = F.normalize(own[:, :size], dim=-1)
            similarity = short @ short.T
            row = {"spearman": rank_correlation(similarity[pairs[0], pairs[1]], wanted[pairs[0], pairs[1]])}
            row["teacherNearestInTop10"] = nearest_in_top(similarity, wanted, 10)
            if size == own.shape[1]:
                row["cosine"] = round(float((short * teacher).sum(1).mean()), 4)
            report[f"depth{depth}/{size}"] = row
    return report


def rank_correlation(left: torch.Tensor, right: torch.Tensor) -> float:
    ranks = [values.argsort().argsort().double() for values in (left, right)]
    return round(float(torch.corrcoef(torch.stack(ranks))[0, 1]), 4)


def nearest_in_top(similarity: torch.Tensor, wanted: torch.Tensor, count: int) -> float:
    """Share of passages whose nearest neighbour by the teacher is among our `count` nearest."""
    hidden = torch.eye(len(wanted)) * 9
    nearest = (wanted - hidden).argmax(1, keepdim=True)
    top = (similarity - hidden).topk(min(count, len(wanted) - 1), dim=1).indices
    return round(float((top == nearest).any(1).float().mean()), 4)


def one_hot(rows: list[dict], task: str) -> np.ndarray:
    return np.array([[row[task] == label for label in TASKS[task]] for row in rows])


if __name__ == "__main__":
    main()
