"""Step 12: every number of the model card.

In: a model folder, WORK/baselines.npz, the held-out rows of WORK/labels.jsonl.gz and WORK/pairs.jsonl.gz, the held-out
passages of WORK/corpus with the teacher's vectors, and WORK/passages. Out: WORK/<output>. Texts are classified as they
stand in the source, markers included, and once more without markers. The held-out projects, files and classes took no part in training, in choosing
thresholds or in the tokenizer's labelled rows.
"""

import json
import random
import re
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from answer_metrics import answer_scores, read_answers
from baselines import tag_words
from cache_teacher import teacher_folder
from jsonl import read_rows
from label_maps import DEBT, TASKS
from metrics import binary_f1, calibration_error, label_f1s, macro
from model_folder import ModelFolder
from options import read_options, set_up_torch
from sentence_teacher import SentenceTeacher


def main() -> None:
    options = read_options(
        __doc__,
        model=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder"),
        embeddingPassages=(1200, "held-out passages for the comparison with the teacher"),
        shards=("docs", "shards with teacher vectors"),
        pairs=(3000, "held-out pairs of each kind"),
        output=("metrics.json", "file in WORK"),
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
    report["cleaned"] = cleaned_report(folder, linear, held)
    pairs = [row for row in read_rows(options.work / "pairs.jsonl.gz") if row["split"] == "heldOut"]
    for task, name in (("stale", "stale"), ("order", "coherence")):
        if name in folder.tasks:
            report[name] = pair_report(folder, name, [row for row in pairs if row["task"] == task][: options.pairs])
    if "answer" in folder.tasks:
        report["answer"] = answer_report(folder, options)
    report["embedding"] = embedding_report(folder, options)
    report["retrieval"] = retrieval_report(folder, options)
    (options.work / options.output).write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1), file=sys.stderr)


def cleaned_report(folder: ModelFolder, linear: dict, held: list[dict]) -> dict[str, float]:
    """The main number of each set at full depth where the comments come without their markers, as the editor reads them."""
    depth, vectors = max(folder.pool([row["clean"] for row in held]).items())
    pooled = {depth: vectors}
    reports = {"debt": debt_report(folder, linear["debt"], held, pooled)[f"model@{depth}"]["f1"]}
    for source in ("pascarella", "free"):
        reports[f"form.{source}"] = form_report(folder, linear["form"], held, pooled, source)[f"model@{depth}"]["macroF1"]
    for sources in (["pascarella"], ["nlbse25-python", "nlbse25-pharo"]):
        reports["purpose." + sources[0].split("-")[0]] = purpose_report(folder, linear["purpose"], held, pooled, sources)[f"model@{depth}"]["macroF1"]
    return reports


def debt_report(folder: ModelFolder, linear: np.ndarray, held: list[dict], pooled: dict) -> dict:
    """F1 of any debt against none per held-out project, with and without the comments that carry a tag word."""
    used = [index for index, row in enumerate(held) if row["debt"] and row["source"] == "maldonado"]
    rows = [held[index] for index in used]
    answers = np.array([row["debt"] != "none" for row in rows])
    projects = np.array([row["project"] for row in rows])
    tagged = tag_words(rows)
    predicted = {}
    for depth, vectors in pooled.items():
        probability, labels = folder.classify(select(vectors, used), "debt", depth)
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
        probability, labels = folder.classify(select(vectors, used), "form", depth)
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
        probability, predicted = folder.classify(select(vectors, used), "purpose", depth)
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
    for depth, ways in pooled.items():
        own = ways["mean"]
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


def select(pooled: dict[str, torch.Tensor], rows: list[int]) -> dict[str, torch.Tensor]:
    return {way: vectors[rows] for way, vectors in pooled.items()}


def pair_report(folder: ModelFolder, name: str, rows: list[dict]) -> dict:
    """Accuracy on pairs, half of them each way; for `stale` also by how the pair was made."""
    answers = np.array([row["label"] in ("stale", "swapped") for row in rows])
    report: dict = {"rows": len(rows)}
    for depth, vectors in folder.pool([(row["first"], row["second"]) for row in rows]).items():
        wrong = 1 - folder.coherence(vectors, depth) if name == "coherence" else folder.classify(vectors, name, depth)[0][:, 1]
        found = wrong >= 0.5
        report[f"model@{depth}"] = {"accuracy": round(float((found == answers).mean()), 4), "f1": round(binary_f1(answers, found), 4)}
    for why in sorted({row["why"] for row in rows if row["why"]}):
        made = np.array([row["why"] == why for row in rows])
        report[f"accuracy, {why}"] = round(float((found == answers)[made].mean()), 4)
    report["ece"] = calibration_error(np.maximum(wrong, 1 - wrong), found == answers)
    return report


def answer_report(folder: ModelFolder, options) -> dict:
    """Questions of held-out articles and projects, by source; recurring spans are no questions."""
    task = folder.tasks["answer"]
    report: dict = {}
    for source in ("squad", "wording"):
        rows = [row for row in read_rows(options.work / "answers.jsonl.gz") if row["split"] == "heldOut" and row["source"] == source][: options.pairs]
        readings = read_answers(folder.span_logits, folder.tokenizer, rows, folder.taskSet["maxTokens"])
        leads = np.array([max(reading.lead, -100.0) for reading in readings])
        report[source] = answer_scores(rows, readings, 1 / (1 + np.exp(-leads / task["temperatures"]["default"])) >= task["threshold"])
    return report


def retrieval_report(folder: ModelFolder, options, count: int = 1500) -> dict:
    """Held-out projects: which comment documents the thing of this name? Mean reciprocal rank of the right one."""
    names, comments = [], []
    for path in sorted((options.work / "passages").glob("*.jsonl.gz")):
        for row in read_rows(path):
            if row["split"] == "heldOut" and row["kind"] in ("doc", "docstring") and row.get("signature") and len(row["text"]) > 30:
                name = re.search(r"([A-Za-z_$][\w$]*)\s*\(", row["signature"])
                if name and row["text"][:200] not in comments:
                    names.append(" ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name[1])).lower())
                    comments.append(row["text"][:200])
    order = random.Random(1).sample(range(len(names)), min(count, len(names)))
    names, comments = [names[index] for index in order], [comments[index] for index in order]
    teacher = SentenceTeacher(teacher_folder())
    ways = {"teacher": [torch.from_numpy(teacher.encode(texts).astype(np.float32)) for texts in (names, comments)]}
    pooled = [folder.pool(texts) for texts in (names, comments)]
    ways |= {f"model@{depth}": [F.normalize(side[depth]["mean"], dim=-1) for side in pooled] for depth in pooled[0]}
    report: dict = {"comments": len(names)}
    for way, (queries, found) in ways.items():
        similarity = queries @ found.T
        ranks = (similarity > similarity.diagonal()[:, None]).sum(1) + 1
        report[way] = {"mrr": round(float((1 / ranks).mean()), 4), "top10": round(float((ranks <= 10).float().mean()), 4)}
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
