"""n-gram masking of whole words, for a whole batch at once on the device that trains.

In: ids [B, T]. Out: ids with holes, and the places and ids to guess [B, K]. As in ALBERT: spans of one to three whole
words, n with p(n) = (1/n) / sum(1/k), drawn until the share is reached, none overlapping another; of the chosen tokens
80 % become [MASK], 10 % a random piece, 10 % stay. A word is what white space and punctuation set apart. Drawing one
span after the other is the same as letting every span whose number is smaller than those of all overlapping ones win,
round after round, which is how it is done here. B rows, T width, W words, K places, V vocabulary.
"""

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

MASK, FIRST_PIECE = 4, 5
MAX_WORDS = 3
# Overlapping spans are at most two words apart, so a few rounds settle nearly all; the rest stays unmasked.
ROUNDS = 6


@dataclass
class WordBegins:
    """Two tables over the vocabulary, bool [V]: pieces that begin a word by themselves, and pieces without a letter."""

    marked: torch.Tensor
    punctuation: torch.Tensor


def word_begins(tokenizer: Tokenizer, device: str) -> WordBegins:
    pieces = [tokenizer.id_to_token(index) for index in range(tokenizer.get_vocab_size())]
    isPunctuation = [index >= FIRST_PIECE and not any(map(str.isalnum, piece)) for index, piece in enumerate(pieces)]
    marked = [piece.startswith("▁") for piece in pieces]
    return WordBegins(torch.tensor(marked, device=device), torch.tensor(isPunctuation, device=device))


def mask_tokens(ids: torch.Tensor, begins: WordBegins, rate: float, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """ids [B, T] -> `ids` with holes [B, T], `places` [B, K], `wanted` [B, K] (-100 where a row has fewer holes)."""
    eligible = ids >= FIRST_PIECE
    numbers = torch.rand(ids.shape, generator=generator, device=ids.device)
    lengths = draw_span_lengths(ids.shape, generator, ids.device)
    chosen = choose_tokens(word_index(ids, begins), eligible, numbers, lengths, rate)
    count = int(ids.shape[1] * rate) + 4
    place = torch.arange(ids.shape[1], device=ids.device)
    places = torch.where(chosen, place, ids.shape[1]).sort(1).values[:, :count]
    isPlace = places < ids.shape[1]
    places = torch.where(isPlace, places, 0)
    kept = torch.zeros_like(chosen).scatter_(1, places, isPlace)
    # Place 0 is [CLS], which is never chosen; it only stands for "no place" here.
    kept[:, 0] = False
    wanted = torch.where(isPlace, ids.gather(1, places), -100)
    return {"ids": fill_holes(ids, kept, len(begins.marked), generator), "places": places, "wanted": wanted}


def draw_span_lengths(shape, generator: torch.Generator, device) -> torch.Tensor:
    """int64: 1, 2 or 3 with probabilities 6/11, 3/11, 2/11."""
    weights = torch.tensor([1 / n for n in range(1, MAX_WORDS + 1)], device=device)
    bounds = (weights / weights.sum()).cumsum(0)[:-1]
    return torch.bucketize(torch.rand(shape, generator=generator, device=device), bounds) + 1


def word_index(ids: torch.Tensor, begins: WordBegins) -> torch.Tensor:
    """[B, T] -> the number of each token's word in its row; special tokens are words of their own."""
    special = ids < FIRST_PIECE
    alone = begins.punctuation[ids] | special
    afterAlone = torch.nn.functional.pad(alone[:, :-1], (1, 0), value=True)
    return (begins.marked[ids] | alone | afterAlone).cumsum(1) - 1


def choose_tokens(words, eligible, numbers, lengths, rate: float) -> torch.Tensor:
    """words, eligible, numbers, lengths [B, T] (numbers and lengths per word) -> bool [B, T]."""
    size, wide = words.shape
    ones = torch.ones_like(words)
    wordTokens = torch.zeros_like(words).scatter_add_(1, words, ones)
    isWord = torch.zeros_like(words).scatter_add_(1, words, eligible.long()) > 0
    lengths = shorten_spans(lengths, isWord)
    spanTokens = sum(torch.where(lengths > step, shift(wordTokens, step, 0), 0) for step in range(MAX_WORDS))
    budget = eligible.sum(1, keepdim=True) * rate
    # A span that alone is over the budget of its row (a hash, a path) would hide nearly all of a short text.
    allowed = isWord & (spanTokens <= budget.clamp(min=1.0) + 1)
    winners = settle_overlaps(numbers, lengths, allowed)
    order = torch.where(winners, numbers, 2.0).argsort(1)
    tokensInOrder = torch.where(winners, spanTokens, 0).gather(1, order)
    before = tokensInOrder.cumsum(1) - tokensInOrder
    # The span that crosses the budget is taken when at least half of it fits, so the share is right on average.
    fits = (before + 0.5 * tokensInOrder <= budget) | (before == 0)
    taken = torch.zeros_like(winners).scatter_(1, order, fits & winners.gather(1, order))
    covered = sum((shift(taken, -step, False) & (shift(lengths, -step, 0) > step)) for step in range(MAX_WORDS)) > 0
    return covered.gather(1, words) & eligible


def shorten_spans(lengths: torch.Tensor, isWord: torch.Tensor) -> torch.Tensor:
    """A span ends before a special token and before the end of its row."""
    lengths = torch.where(shift(isWord, 1, False), lengths, 1)
    return torch.where(shift(isWord, 2, False), lengths, lengths.clamp(max=2))


def settle_overlaps(numbers: torch.Tensor, lengths: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Spans that win against all overlapping ones in the order of their numbers; [B, W] each."""
    alive, winners = allowed.clone(), torch.zeros_like(allowed)
    for _ in range(ROUNDS):
        beaten = torch.zeros_like(alive)
        for step in range(1, MAX_WORDS):
            both = alive & shift(alive, step, False) & (lengths > step)
            smaller = numbers < shift(numbers, step, 2.0)
            beaten |= both & ~smaller
            beaten |= shift(both & smaller, -step, False)
        won = alive & ~beaten
        winners |= won
        touched = won.clone()
        for step in range(1, MAX_WORDS):
            touched |= shift(won, step, False) & (lengths > step)
            touched |= shift(won & (lengths > step), -step, False)
        alive = alive & ~touched
    return winners


def shift(values: torch.Tensor, step: int, fill) -> torch.Tensor:
    """shift(x, 1, f)[:, i] is x[:, i + 1]; what comes from outside is `fill`."""
    if step == 0:
        return values
    if step > 0:
        return torch.nn.functional.pad(values[:, step:], (0, step), value=fill)
    return torch.nn.functional.pad(values[:, :step], (-step, 0), value=fill)


def fill_holes(ids: torch.Tensor, holes: torch.Tensor, vocabulary: int, generator: torch.Generator) -> torch.Tensor:
    """80 % [MASK], 10 % a random piece, 10 % the piece itself."""
    draw = torch.rand(ids.shape, generator=generator, device=ids.device)
    noise = torch.randint(FIRST_PIECE, vocabulary, ids.shape, generator=generator, device=ids.device)
    filled = torch.where(draw < 0.8, MASK, torch.where(draw < 0.9, noise, ids))
    return torch.where(holes, filled, ids)
