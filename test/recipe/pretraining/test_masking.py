"""n-gram masking against a slow reference that draws one span after the other, and its distributions.

Run: python3 -m unittest discover -s test/recipe/pretraining
"""

import collections
import unittest

import paths  # noqa: F401
import torch

from pretraining.masking import MASK, WordBegins, choose_tokens, draw_span_lengths, fill_holes, mask_tokens, word_index

VOCABULARY = 200
# Ids 5-99 begin a word, 100-179 go on with it, 180-199 are punctuation.
BEGINS = WordBegins(
    marked=torch.arange(VOCABULARY).ge(5) & torch.arange(VOCABULARY).lt(100),
    punctuation=torch.arange(VOCABULARY).ge(180),
)


def random_rows(rows: int, width: int, seed: int) -> torch.Tensor:
    """[CLS] A [SEP] B [SEP] and padding, of random lengths."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, VOCABULARY, (rows, width), generator=generator)
    ids[:, 0] = 2
    for row in range(rows):
        length = int(torch.randint(12, width + 1, (1,), generator=generator))
        ids[row, length - 1] = 3
        ids[row, length // 2] = 3
        ids[row, length:] = 0
    return ids


def reference(words, eligible, numbers, lengths, rate):
    """One row at a time, one span after the other, in the order of their numbers."""
    chosen = torch.zeros_like(eligible)
    for row in range(len(words)):
        places = collections.defaultdict(list)
        for place, word in enumerate(words[row].tolist()):
            places[word].append(place)
        isWord = {word: bool(eligible[row, at[0]]) for word, at in places.items()}
        budget, taken, hidden = float(eligible[row].sum()) * rate, set(), 0
        for word in sorted((w for w in places if isWord[w]), key=lambda w: float(numbers[row, w])):
            count = 1
            while count < int(lengths[row, word]) and isWord.get(word + count):
                count += 1
            span = range(word, word + count)
            tokens = sum(len(places[w]) for w in span)
            if taken.intersection(span) or tokens > max(budget, 1) + 1:
                continue
            if hidden and hidden + 0.5 * tokens > budget:
                break
            taken.update(span)
            hidden += tokens
        for word in taken:
            chosen[row, places[word]] = True
    return chosen


class Masking(unittest.TestCase):
    def test_equals_drawing_one_span_after_the_other(self):
        for seed in range(5):
            ids = random_rows(60, 96, seed)
            generator = torch.Generator().manual_seed(seed)
            numbers = torch.rand(ids.shape, generator=generator)
            lengths = draw_span_lengths(ids.shape, generator, ids.device)
            words, eligible = word_index(ids, BEGINS), ids >= 5
            fast = choose_tokens(words, eligible, numbers, lengths, 0.25)
            slow = reference(words, eligible, numbers, lengths, 0.25)
            self.assertEqual(int((fast != slow).any(1).sum()), 0, f"seed {seed}")

    def test_hides_the_asked_share_of_tokens(self):
        ids = random_rows(4000, 128, 1)
        for rate in (0.15, 0.25):
            masked = mask_tokens(ids, BEGINS, rate, torch.Generator().manual_seed(2))
            share = float((masked["wanted"] >= 0).sum() / (ids >= 5).sum())
            self.assertAlmostEqual(share, rate, delta=0.004)

    def test_spans_of_one_two_three_words_come_six_three_two_times_in_eleven(self):
        lengths = draw_span_lengths((100_000,), torch.Generator().manual_seed(3), "cpu")
        shares = [float((lengths == n).float().mean()) for n in (1, 2, 3)]
        for share, wanted in zip(shares, (6 / 11, 3 / 11, 2 / 11)):
            self.assertAlmostEqual(share, wanted, delta=0.006)

    def test_hides_whole_words_and_no_special_token(self):
        ids = random_rows(500, 128, 4)
        words, eligible = word_index(ids, BEGINS), ids >= 5
        generator = torch.Generator().manual_seed(4)
        chosen = choose_tokens(words, eligible, torch.rand(ids.shape, generator=generator), draw_span_lengths(ids.shape, generator, "cpu"), 0.15)
        self.assertFalse(bool((chosen & ~eligible).any()))
        perWord = torch.zeros_like(words).scatter_add_(1, words, chosen.long())
        sizes = torch.zeros_like(words).scatter_add_(1, words, torch.ones_like(words))
        self.assertTrue(bool(((perWord == 0) | (perWord == sizes)).all()))

    def test_punctuation_sets_words_apart(self):
        # "alpha beta-s . gamma" as pieces: begin, begin, inside, mark, inside.
        ids = torch.tensor([[2, 10, 11, 120, 190, 121, 3, 0]])
        self.assertEqual(word_index(ids, BEGINS).tolist(), [[0, 1, 2, 2, 3, 4, 5, 6]])

    def test_of_the_holes_80_10_10_become_mask_noise_themselves(self):
        ids = torch.full((1000, 100), 50)
        filled = fill_holes(ids, torch.ones_like(ids, dtype=torch.bool), VOCABULARY, torch.Generator().manual_seed(5))
        self.assertAlmostEqual(float((filled == MASK).float().mean()), 0.8, delta=0.005)
        # One noise id in 195 is the id itself.
        self.assertAlmostEqual(float((filled == 50).float().mean()), 0.1 + 0.1 / 195, delta=0.005)
        self.assertTrue(bool((filled >= MASK).all()))

    def test_asks_for_what_stood_there(self):
        ids = random_rows(300, 64, 6)
        masked = mask_tokens(ids, BEGINS, 0.15, torch.Generator().manual_seed(6))
        asked = masked["wanted"] >= 0
        self.assertTrue(bool((ids.gather(1, masked["places"]) == masked["wanted"])[asked].all()))
        restored = masked["ids"].scatter(1, masked["places"], torch.where(asked, masked["wanted"], 2))
        self.assertTrue(torch.equal(restored, ids))


if __name__ == "__main__":
    unittest.main()
