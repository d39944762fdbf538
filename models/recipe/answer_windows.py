"""Questions with their context as rows of ids: [CLS] question [SEP] part of the context [SEP].

In: rows of prepare_answers.py. Out: batches of ids, segments, and where the answer starts and ends. A context that is
longer than the row is cut to a part that holds the answer whole, at a random place, or to any part where there is no answer;
so the parts look like the windows in which the program reads long texts.
"""

import random
from typing import NamedTuple

import numpy as np
import torch

from batches import plan_batches
from distil import load_tokenizer

# How often a question of each source is shown in an epoch.
SHARES = {"squad": 3.0, "wording": 1.0, "spans": 0.4}
MAX_QUESTION = 48


class Encoded(NamedTuple):
    question: np.ndarray
    context: np.ndarray
    """First and last token of the answer in the context; -1 where there is none."""
    first: int
    last: int
    source: str


class Window(NamedTuple):
    ids: np.ndarray
    types: np.ndarray
    start: int
    end: int


def encode_questions(rows: list[dict], options) -> list[Encoded]:
    tokenizer = load_tokenizer(options.work, 512)
    questions = tokenizer.encode_batch([row["question"] for row in rows], add_special_tokens=False)
    contexts = tokenizer.encode_batch([row["context"] for row in rows], add_special_tokens=False)
    found = []
    for row, question, context in zip(rows, questions, contexts):
        touched = [at for at, (start, end) in enumerate(context.offsets) if end > row["start"] and start < row["end"]] if row["start"] >= 0 else [-1]
        if touched and context.ids:
            ids = [np.array(part.ids, np.int64) for part in (question, context)]
            found.append(Encoded(ids[0][:MAX_QUESTION], ids[1], touched[0], touched[-1], row["source"]))
    return found


def window_of(row: Encoded, maxTokens: int, marks: tuple[int, int], rng: random.Random) -> Window | None:
    """None where the answer does not fit."""
    cls, sep = marks
    room = maxTokens - 3 - len(row.question)
    first, last, length = row.first, row.last, len(row.context)
    lowest, highest = (0, max(0, length - room)) if first < 0 else (max(0, last + 1 - room), min(first, max(0, length - room)))
    if lowest > highest:
        return None
    start = rng.randint(lowest, highest)
    part = row.context[start : start + room]
    offset = len(row.question) + 2
    ids = np.concatenate([[cls], row.question, [sep], part, [sep]])
    types = np.zeros(len(ids), np.int64)
    types[offset:] = 1
    return Window(ids, types, *((0, 0) if first < 0 else (first - start + offset, last - start + offset)))


def batch_of(windows: list[Window]) -> tuple[list[np.ndarray], list[np.ndarray], dict]:
    """Rows of ids, rows of segments, and {spans: [B, 2], allowed: bool [B, T], [CLS] and the context}."""
    width = max(len(window.ids) for window in windows)
    allowed = np.zeros((len(windows), width), bool)
    for index, window in enumerate(windows):
        allowed[index, : len(window.ids) - 1] = window.types[:-1] == 1
        allowed[index, 0] = True
    spans = torch.tensor([[window.start, window.end] for window in windows])
    return [window.ids for window in windows], [window.types for window in windows], {"spans": spans, "allowed": torch.from_numpy(allowed)}


def special_marks(options) -> tuple[int, int]:
    tokenizer = load_tokenizer(options.work, 512)
    return tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")


def answer_stream(rows: list[dict], options, rng: random.Random):
    encoded = encode_questions([row for row in rows if row["split"] == "train"], options)
    marks = special_marks(options)
    while True:
        drawn = [row for row in encoded for _ in range(int(SHARES[row.source]) + (rng.random() < SHARES[row.source] % 1))]
        windows = [window for row in drawn if (window := window_of(row, options.maxTokens, marks, rng))]
        for chosen in plan_batches(np.array([len(window.ids) for window in windows]), options.batchTokens, rng):
            yield batch_of([windows[index] for index in chosen])
