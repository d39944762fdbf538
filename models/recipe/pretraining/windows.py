"""From shards to training examples: windows of whole units, cut from one document each.

In: a shard. Out: `Windows`, three positions per example in the shard's text: start, split, end. The text before
`split` is segment A, the text after it segment B, so sentence order is about consecutive segments of one file. A
window starts and ends at units wherever a unit fits; if it does not, or holds one unit only, its split is -1 and it
teaches no order (a cut sentence would give the order away). Everything is vectorised: 25 million tokens take seconds.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pretraining.shard_format import DOCUMENT, UNIT, read_shard

SHORT_SHARE = 0.1
SHORTEST_WINDOW = 8
# [CLS] A [SEP] B [SEP]
SPECIAL_TOKENS = 3


@dataclass
class Text:
    """tokens uint16 [N] without marks; unitEnds int64 [U] and documentEnds int64 [D], ascending, both end at N."""

    tokens: np.ndarray
    unitEnds: np.ndarray
    documentEnds: np.ndarray


@dataclass
class Windows:
    """start, split, end: int64 [W]; split is -1 where the window teaches no order."""

    start: np.ndarray
    split: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: np.ndarray) -> "Windows":
        return Windows(self.start[rows], self.split[rows], self.end[rows])


def read_text(path: Path) -> Text:
    stream = read_shard(path).tokens
    isText = (stream != DOCUMENT) & (stream != UNIT)
    before = np.cumsum(isText) - isText
    documentStarts = before[stream == DOCUMENT]
    tokens = stream[isText]
    return Text(tokens, np.unique(before[stream == UNIT]), np.unique(np.append(documentStarts[1:], len(tokens))))


def plan_windows(text: Text, width: int, rng: np.random.Generator, shortShare: float = SHORT_SHARE) -> Windows:
    """Cuts every document greedily into windows of at most width - 3 tokens; a tenth of them randomly shorter."""
    at = np.concatenate([[0], text.documentEnds[:-1]])
    stop = text.documentEnds
    starts, ends = [], []
    while len(at):
        room = np.full(len(at), width - SPECIAL_TOKENS)
        short = rng.random(len(at)) < shortShare
        room[short] = rng.integers(SHORTEST_WINDOW, width - SPECIAL_TOKENS, short.sum())
        cut = last_boundary(text.unitEnds, np.minimum(at + room, stop))
        cut = np.where(cut > at, cut, np.minimum(at + room, stop))
        starts.append(at)
        ends.append(cut)
        left = cut < stop
        at, stop = cut[left], stop[left]
    start, end = np.concatenate(starts), np.concatenate(ends)
    long = end - start >= SHORTEST_WINDOW
    return add_splits(text, start[long], end[long], rng)


def last_boundary(boundaries: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """The largest of `boundaries` that is not above each limit, or 0."""
    found = np.searchsorted(boundaries, limit, "right") - 1
    return np.where(found >= 0, boundaries[found], 0)


def add_splits(text: Text, start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> Windows:
    """One boundary between units inside each window, drawn evenly; -1 where there is none or an end is not one."""
    first = np.searchsorted(text.unitEnds, start, "right")
    count = np.searchsorted(text.unitEnds, end, "left") - first
    whole = (start == 0) | is_boundary(text.unitEnds, start)
    ordered = (count > 0) & whole & is_boundary(text.unitEnds, end)
    chosen = first + (rng.random(len(start)) * np.maximum(count, 1)).astype(np.int64)
    return Windows(start, np.where(ordered, text.unitEnds[np.minimum(chosen, len(text.unitEnds) - 1)], -1), end)


def is_boundary(boundaries: np.ndarray, places: np.ndarray) -> np.ndarray:
    return last_boundary(boundaries, places) == places


def plan_batches(windows: Windows, widths: tuple[int, ...], tokens: int, rng: np.random.Generator) -> list[tuple[int, np.ndarray]]:
    """-> (width, rows) pairs in random order; each window goes to the narrowest width it fits, so padding stays low.

    Each batch has tokens // width rows; the rows left over at the end of a width are dropped.
    """
    need = windows.end - windows.start + SPECIAL_TOKENS
    batches, below = [], 0
    for width in widths:
        rows = rng.permutation(np.flatnonzero((need > below) & (need <= width)))
        size = max(1, tokens // width)
        batches += [(width, rows[at : at + size]) for at in range(0, len(rows) - size + 1, size)]
        below = width
    rng.shuffle(batches)
    return batches
