"""Reads questions as the program does, and scores the answers as SQuAD does.

In: rows of prepare_answers.py and a function from ids to start and end logits. Out: per row the lead of the best span over
"no answer" and the span's text; exact match and F1 of words (Rajpurkar et al., 2018). A context of several windows: best is
the greatest over them, none the least.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer

MAX_ANSWER, MAX_QUESTION = 30, 64
Logits = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


class Reading(NamedTuple):
    """Start and end logit of the best span, less those of [CLS]."""

    lead: float
    text: str


def read_answers(logitsOf: Logits, tokenizer: Tokenizer, rows: list[dict], maxTokens: int) -> list[Reading]:
    """logitsOf: ids, segments and mask [B, T] -> [B, T, 2]."""
    tokenizer = Tokenizer.from_str(tokenizer.to_str())
    tokenizer.no_truncation()
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    questions = [row.ids for row in tokenizer.encode_batch([row["question"] for row in rows], add_special_tokens=False)]
    contexts = tokenizer.encode_batch([row["context"] for row in rows], add_special_tokens=False)
    windows = []
    for number, (question, context) in enumerate(zip(questions, contexts)):
        free = maxTokens - 3
        asked = question[: min(MAX_QUESTION, free // 2)]
        room = free - len(asked)
        overlap = min(room // 2, max(MAX_ANSWER, room // 3))
        for start in range(0, max(1, len(context.ids)), room - overlap):
            part = context.ids[start : start + room]
            windows.append((number, start, len(asked) + 2, [cls, *asked, sep, *part, sep]))
            if start + room >= len(context.ids):
                break
    none, best = defaultdict(lambda: np.inf), {}
    order = sorted(range(len(windows)), key=lambda index: len(windows[index][3]))
    for at in range(0, len(order), 32):
        part = [windows[index] for index in order[at : at + 32]]
        width = max(len(row) for *_, row in part)
        ids, types, mask = (torch.zeros(len(part), width, dtype=torch.long) for _ in range(3))
        for index, (_, _, offset, row) in enumerate(part):
            ids[index, : len(row)], mask[index, : len(row)], types[index, offset : len(row)] = torch.tensor(row), 1, 1
        logits = logitsOf(ids, types, mask).float().numpy()
        for (number, start, offset, row), own in zip(part, logits):
            score, first, last = best_span(own[offset : len(row) - 1])
            none[number] = min(none[number], float(own[0].sum()))
            if score > best.get(number, (-np.inf,))[0]:
                best[number] = (score, first + start, last + start)
    found = []
    for number, (row, context) in enumerate(zip(rows, contexts)):
        if number not in best:
            found.append(Reading(-np.inf, ""))
            continue
        score, first, last = best[number]
        found.append(Reading(score - none[number], row["context"][context.offsets[first][0] : context.offsets[last][1]]))
    return found


def best_span(logits: np.ndarray) -> tuple[float, int, int]:
    """[T, 2] -> the greatest start + end over spans of at most MAX_ANSWER tokens, and its tokens."""
    if len(logits) == 0:
        return -np.inf, 0, 0
    sums = logits[:, :1] + logits[:, 1]
    apart = np.arange(len(logits)) - np.arange(len(logits))[:, None]
    sums = np.where((apart >= 0) & (apart < MAX_ANSWER), sums, -np.inf)
    first, last = divmod(int(sums.argmax()), len(logits))
    return float(sums[first, last]), first, last


def normalized(text: str) -> list[str]:
    return [word for word in re.sub(r"[^\w\s]", "", text.lower()).split() if word not in ("a", "an", "the")]


def word_f1(found: str, wanted: str) -> float:
    left, right = normalized(found), normalized(wanted)
    if not left or not right:
        return float(left == right)
    shared = sum((Counter(left) & Counter(right)).values())
    return 2 * shared / (len(left) + len(right))


def answer_scores(rows: list[dict], readings: list[Reading], answered: np.ndarray) -> dict[str, float]:
    """answered: bool [N], where the reader gives its span rather than none -> means over the rows, as SQuAD 2.0."""
    wanted = [row["context"][row["start"] : row["end"]] if row["start"] >= 0 else "" for row in rows]
    given = [reading.text if says else "" for reading, says in zip(readings, answered)]
    f1s = np.array([word_f1(one, other) for one, other in zip(given, wanted)])
    exact = np.array([normalized(one) == normalized(other) for one, other in zip(given, wanted)])
    has = np.array([row["start"] >= 0 for row in rows])
    forced = np.array([word_f1(reading.text, text) for reading, text in zip(readings, wanted)])
    return {"rows": len(rows), "answerable": int(has.sum()), "exact": round(float(exact.mean()), 4), "f1": round(float(f1s.mean()), 4),
            "f1SpanOfAnswerable": round(float(forced[has].mean()), 4), "noneAccuracy": round(float(1 - answered[~has].mean()), 4) if (~has).any() else 0.0,
            "answeredOfAnswerable": round(float(answered[has].mean()), 4)}  # fmt: skip
