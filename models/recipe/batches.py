"""Token ids in batches of nearly equal length.

In: rows of token ids. Out: lists of row indices whose padded batch holds at most `tokens` ids, and padded tensors.
Sorting by length (with a little noise) keeps padding near zero; the order of the batches is random.
"""

import random

import numpy as np
import torch


def plan_batches(lengths: np.ndarray, tokens: int, rng: random.Random) -> list[np.ndarray]:
    """lengths [N] -> index arrays that together hold every row once, in random order."""
    noisy = lengths + np.array([rng.random() * 3 for _ in range(len(lengths))])
    order = np.argsort(noisy, kind="stable")
    batches, start = [], 0
    while start < len(order):
        end, width = start, 0
        while end < len(order):
            width = max(width, int(lengths[order[end]]))
            if (end + 1 - start) * width > tokens and end > start:
                break
            end += 1
        batches.append(order[start:end])
        start = end
    rng.shuffle(batches)
    return batches


def pad(rows: list[np.ndarray], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """B rows of ids -> ids and mask, both [B, T] int64; padding is id 0."""
    width = max(map(len, rows))
    ids = np.zeros((len(rows), width), np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
    tensor = torch.from_numpy(ids).to(device)
    return tensor, (tensor != 0).long()
