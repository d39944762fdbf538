"""The documents of each project as token ids, with the marks by which duplicates are found.

In: WORK/documents/<project>.jsonl.gz, WORK/tokenizer/tokenizer.json. Out: WORK/tokenized/<project>.npz with
`tokens` uint16 [N], `unitLengths` uint16 [U], `documentUnits` int32 [D] (how many units each document has),
`unitHashes` uint64 [U] and `sketches` uint32 [D, BINS] (one-permutation MinHash of token triples). One process a
core; a project that is done is left alone. Run from models/recipe: python3 -m pretraining.tokenize_documents
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from jsonl import read_rows
from options import read_options
from pretraining.shard_format import fingerprint
from pretraining.word_tokenizer import WordTokenizer

MAX_UNIT_TOKENS = 400
# A document whose pieces are mostly single characters or unknown is data, not language.
MAX_TOKENS_PER_CHARACTER = 0.6
BINS = 32
EMPTY_BIN = np.uint32(0xFFFFFFFF)
ODD = [np.uint64(value) for value in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)]

tokenizer: WordTokenizer | None = None


def main() -> None:
    options = read_options(__doc__)
    tokenize_all(options.work, options.threads)


def tokenize_all(work: Path, processes: int) -> None:
    """Tokenizes what is not tokenized yet with the tokenizer at hand, largest projects first."""
    vocabulary = work / "tokenizer" / "tokenizer.json"
    mark = fingerprint(vocabulary)
    folder = work / "tokenized" / mark
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted((work / "documents").glob("*.jsonl.gz"), key=lambda path: -path.stat().st_size)
    waiting = [path for path in paths if not target_of(folder, path).exists()]
    started, tokens = time.time(), 0
    with ProcessPoolExecutor(processes, initializer=set_up, initargs=(vocabulary,)) as pool:
        for count in pool.map(tokenize_project, waiting, [target_of(folder, path) for path in waiting]):
            tokens += count
    seconds = time.time() - started
    print(f"tokenized {tokens:,} tokens of {len(waiting)} projects, {tokens / max(seconds, 1e-9):,.0f} tokens/s", file=sys.stderr)


def target_of(folder: Path, path: Path) -> Path:
    return folder / path.name.replace(".jsonl.gz", ".npz")


def set_up(vocabulary: Path) -> None:
    global tokenizer
    tokenizer = WordTokenizer(vocabulary)


def tokenize_project(path: Path, target: Path) -> int:
    """One project's documents -> its arrays on disk; answers the number of tokens."""
    tokens: list[int] = []
    unitLengths: list[int] = []
    documentUnits: list[int] = []
    for row in read_rows(path):
        units = [tokenizer.encode(unit)[:MAX_UNIT_TOKENS] for unit in row["units"]]
        length = sum(map(len, units))
        if length == 0 or length > MAX_TOKENS_PER_CHARACTER * sum(map(len, row["units"])):
            continue
        documentUnits.append(len(units))
        for unit in units:
            unitLengths.append(len(unit))
            tokens += unit
    arrays = {
        "tokens": np.array(tokens, np.uint16),
        "unitLengths": np.array(unitLengths, np.uint16),
        "documentUnits": np.array(documentUnits, np.int32),
    }
    arrays["unitHashes"] = hash_units(arrays["tokens"], arrays["unitLengths"])
    arrays["sketches"] = sketch_documents(arrays["tokens"], document_lengths(arrays))
    temporary = target.with_suffix(".part.npz")
    np.savez(temporary, **arrays)
    temporary.rename(target)
    return len(tokens)


def document_lengths(arrays: dict) -> np.ndarray:
    """int64 [D]: how many tokens each document has."""
    ends = np.concatenate([[0], np.cumsum(arrays["unitLengths"].astype(np.int64))])
    return np.diff(ends[np.concatenate([[0], np.cumsum(arrays["documentUnits"])])])


def hash_units(tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """tokens [N] in units of `lengths` [U] -> uint64 [U]: equal for equal units, 0 for empty ones."""
    lengths = lengths.astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    place = (np.arange(len(tokens)) - np.repeat(starts, lengths)).astype(np.uint64)
    terms = scramble(tokens.astype(np.uint64) * ODD[0] + place * ODD[1])
    hashes = np.zeros(len(lengths), np.uint64)
    filled = lengths > 0
    if filled.any():
        hashes[filled] = np.add.reduceat(terms, starts[filled])
    return hashes


def sketch_documents(tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """tokens [N] in documents of `lengths` [D] -> uint32 [D, BINS]: per bin the smallest hash of its token triples."""
    sketches = np.full((len(lengths), BINS), EMPTY_BIN)
    if len(tokens) < 3:
        return sketches
    document = np.repeat(np.arange(len(lengths)), lengths)
    wide = tokens.astype(np.uint64)
    hashes = scramble(wide[:-2] * ODD[0] + wide[1:-1] * ODD[1] + wide[2:] * ODD[2])
    inside = document[:-2] == document[2:]
    bins = document[:-2][inside] * BINS + (hashes[inside] >> np.uint64(59)).astype(np.int64)
    np.minimum.at(sketches.reshape(-1), bins, (hashes[inside] & np.uint64(0xFFFFFFFE)).astype(np.uint32))
    return sketches


def scramble(values: np.ndarray) -> np.ndarray:
    """Spreads every bit of uint64 values over all others (the finalizer of MurmurHash3)."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


if __name__ == "__main__":
    main()
