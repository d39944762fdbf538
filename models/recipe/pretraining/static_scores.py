"""How near a cheap encoder comes to its teacher on texts that neither a fit nor a training has seen.

In: a function from rows of ids to unit vectors, held-out rows, and the teacher's vectors of them. Out: rank
correlation of all similarities, how often the teacher's nearest text is found among the first one or ten, and the
mean reciprocal rank of it. The teacher itself would have 1 everywhere.
"""

import random

import numpy as np
import torch

TEXTS = 2000


@torch.no_grad()
def compare_with_teacher(encode, rows: list[np.ndarray], target: torch.Tensor) -> dict[str, float]:
    chosen = random.Random(1).sample(range(len(rows)), min(TEXTS, len(rows)))
    own = encode([rows[index] for index in chosen])
    wanted, found = (without_self(vectors @ vectors.T) for vectors in (torch.nn.functional.normalize(target[chosen], dim=-1), own))
    pairs = torch.triu_indices(len(chosen), len(chosen), 1)
    nearest = wanted.argmax(1)
    rank = (found >= found.gather(1, nearest[:, None])).sum(1).float()
    return {
        "texts": len(chosen),
        "spearman": round(rank_correlation(wanted[pairs[0], pairs[1]], found[pairs[0], pairs[1]]), 4),
        "nearest@1": round(float((rank <= 1).float().mean()), 4),
        "nearest@10": round(float((rank <= 10).float().mean()), 4),
        "mrr": round(float((1 / rank).mean()), 4),
    }


def without_self(similarity: torch.Tensor) -> torch.Tensor:
    return similarity - 4 * torch.eye(len(similarity))


def rank_correlation(left: torch.Tensor, right: torch.Tensor) -> float:
    """Spearman's coefficient of two [N]."""
    ranks = [values.argsort().argsort().double() for values in (left, right)]
    return float(torch.corrcoef(torch.stack(ranks))[0, 1])
