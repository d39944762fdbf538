"""The numbers of the model card, from predictions and answers; nothing here knows a model."""

import numpy as np


def binary_f1(answers: np.ndarray, predicted: np.ndarray) -> float:
    """Both bool [N] -> F1 of True."""
    hits = int((answers & predicted).sum())
    return 2 * hits / max(1, int(answers.sum()) + int(predicted.sum()))


def label_f1s(answers: np.ndarray, predicted: np.ndarray, labels: list[str], known: np.ndarray | None = None) -> dict:
    """bool [N, L] twice, and where a row says something about a label -> F1 and support of each label that occurs."""
    found = {}
    for at, label in enumerate(labels):
        rows = slice(None) if known is None else known[:, at]
        support = int(answers[rows, at].sum())
        if support:
            found[label] = {"f1": round(binary_f1(answers[rows, at], predicted[rows, at]), 4), "support": support}
    return found


def macro(f1s: dict) -> float:
    return round(float(np.mean([row["f1"] for row in f1s.values()])), 4)


def calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy over equal bins of confidence."""
    edges = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[edges == at].mean() - correct[edges == at].mean()) * (edges == at).mean() for at in range(bins) if (edges == at).any()]
    return round(float(sum(gaps)), 4)
