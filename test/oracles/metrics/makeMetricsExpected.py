"""Writes test/fixtures/metrics/expected.json: what scikit-learn says about random decisions.

In: nothing but this folder. Out: cases with probabilities, truths and thresholds, and precision, recall, F1 and support by
label, micro and macro averages, accuracy and confusion. Labels that never occur and labels that are never predicted are among
them. The calibration error is computed here from its definition, scikit-learn has none.
Run: python makeMetricsExpected.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, multilabel_confusion_matrix, precision_recall_fscore_support

TARGET = Path(__file__).parents[2] / "fixtures" / "metrics" / "expected.json"
BINS = 15


def rates(truths, predicted, labels, average):
    precision, recall, f1, _ = precision_recall_fscore_support(
        truths, predicted, labels=labels, average=average, zero_division=0
    )
    return {"precision": precision, "recall": recall, "f1": f1}


def calibration_error(probabilities, truths):
    """The mean over bins of equal width, weighted by their size, of |mean probability - share of truths|."""
    bins = np.minimum(BINS - 1, np.floor(probabilities * BINS).astype(int))
    error = 0.0
    for index in range(BINS):
        inside = bins == index
        if inside.any():
            error += inside.mean() * abs(probabilities[inside].mean() - truths[inside].mean())
    return error


def describe(kind, probabilities, truths, thresholds):
    count = probabilities.shape[1]
    if kind == "singleLabel":
        true, predicted = truths.argmax(1), probabilities.argmax(1)
        labels = list(range(count))
        confusion = confusion_matrix(true, predicted, labels=labels)
        picked = np.arange(len(true)), predicted
        ece = calibration_error(probabilities[picked], truths[picked])
    else:
        true, predicted = truths.astype(int), (probabilities >= thresholds).astype(int)
        labels = None
        confusion = multilabel_confusion_matrix(true, predicted)
        ece = calibration_error(probabilities.ravel(), truths.ravel())
    precision, recall, f1, support = precision_recall_fscore_support(true, predicted, labels=labels, zero_division=0)
    # Ours leaves labels out of the mean that neither occur nor are predicted.
    occurring = [index for index in range(count) if support[index] or (confusion.sum(0)[index] if kind == "singleLabel" else predicted[:, index].sum())]
    return {
        "labels": [
            {"precision": p, "recall": r, "f1": f, "support": int(s)} for p, r, f, s in zip(precision, recall, f1, support)
        ],
        "micro": rates(true, predicted, labels, "micro"),
        "macro": rates(true, predicted, occurring, "macro"),
        "accuracy": accuracy_score(true, predicted),
        "confusion": confusion.tolist(),
        "ece": float(ece),
    }


def make_case(kind, seed, texts, labels, never):
    random = np.random.default_rng(seed)
    logits = random.normal(size=(texts, labels)) * 2
    if kind == "singleLabel":
        probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        choice = (logits + random.gumbel(size=logits.shape)).argmax(1)
        choice[choice == never] = (never + 1) % labels
        truths = np.eye(labels)[choice]
        thresholds = np.zeros(labels)
    else:
        probabilities = 1 / (1 + np.exp(-logits))
        truths = (random.uniform(size=logits.shape) < probabilities).astype(float)
        truths[:, never] = 0
        thresholds = np.linspace(0.2, 0.8, labels)
    probabilities = probabilities.round(6)
    return {
        "kind": kind,
        "probabilities": probabilities.tolist(),
        "truths": truths.tolist(),
        "thresholds": thresholds.tolist(),
        "expected": describe(kind, probabilities, truths, thresholds),
    }


def main():
    cases = [make_case(kind, seed, 37 + 10 * seed, 3 + seed, seed % 3) for kind in ["singleLabel", "multiLabel"] for seed in range(3)]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
