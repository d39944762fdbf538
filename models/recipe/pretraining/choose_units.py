"""Which units and documents of the whole corpus are kept: no exact repeats, no near duplicates, no giant project.

In: the arrays of tokenize_documents.py, one set per project, projects of the training split first. Out: one boolean
per unit and one per document. Everything is decided on hashes, with sorting instead of dictionaries, so that
hundreds of millions of tokens fit into memory and take seconds.
"""

import numpy as np

from pretraining.tokenize_documents import BINS, EMPTY_BIN

# A long sentence is kept once; a short one (`Returns the size.`) is language, not a copy, and may come back.
LONG_UNIT_TOKENS = 8
COPIES_OF_LONG, COPIES_OF_SHORT = 1, 6
# Documents that agree in a whole band of their sketches are compared; 8 bands of 4 find 99 % of pairs at 0.8.
BAND = 4
SAME_SHARE = 0.7
SHORTEST_DOCUMENT = 12


def unrepeated_units(hashes: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """hashes uint64 [U], lengths [U], in reading order -> bool [U]: the first copies of each unit."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    isFirst = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    firstAt = np.maximum.accumulate(np.where(isFirst, np.arange(len(order)), 0))
    copy = np.empty(len(order), np.int64)
    copy[order] = np.arange(len(order)) - firstAt
    allowed = np.where(lengths >= LONG_UNIT_TOKENS, COPIES_OF_LONG, COPIES_OF_SHORT)
    return (copy < allowed) & (lengths > 0)


def distinct_documents(sketches: np.ndarray) -> np.ndarray:
    """sketches uint32 [D, BINS] -> bool [D]: False for a document that nearly equals an earlier one."""
    distinct = np.ones(len(sketches), bool)
    for band in range(0, BINS, BAND):
        part = np.ascontiguousarray(sketches[:, band : band + BAND])
        keys = part.view([("", np.uint32)] * BAND).reshape(-1)
        # A band of empty bins says only that the document is short.
        full = np.flatnonzero((part != EMPTY_BIN).all(1))
        _, firstOf = np.unique(keys[full], return_index=True)
        _, group = np.unique(keys[full], return_inverse=True)
        first = full[firstOf[group]]
        later = full != first
        same = (sketches[full[later]] == sketches[first[later]]).mean(1)
        distinct[full[later][same >= SAME_SHARE]] = False
    return distinct


def cap_projects(lengths: np.ndarray, project: np.ndarray, limit: int, rng: np.random.Generator) -> np.ndarray:
    """lengths [D], project [D] -> bool [D]: a random choice of at most about `limit` tokens of each project."""
    order = rng.permutation(len(lengths))
    order = order[np.argsort(project[order], kind="stable")]
    running = np.cumsum(lengths[order])
    starts = np.concatenate([[True], project[order][1:] != project[order][:-1]])
    before = np.maximum.accumulate(np.where(starts, running - lengths[order], 0))
    kept = np.zeros(len(lengths), bool)
    kept[order] = running - before <= limit
    return kept
