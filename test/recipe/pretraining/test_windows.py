"""Shards, windows and batches on documents small enough to be read."""

import tempfile
import unittest
from pathlib import Path

import paths  # noqa: F401
import numpy as np
import torch

from pretraining.compose import compose
from pretraining.shard_format import DOCUMENT, UNIT, read_shard, write_shard
from pretraining.windows import SPECIAL_TOKENS, Text, plan_batches, plan_windows, read_text

# Two documents: units of 4, 3 and 5 tokens, and one unit of 40.
UNITS = [[10, 11, 12, 13], [20, 21, 22], [30, 31, 32, 33, 34]]
LONG = list(range(100, 140))


def stream() -> np.ndarray:
    first = [DOCUMENT] + [token for unit in UNITS for token in [*unit, UNIT]]
    return np.array(first + [DOCUMENT, *LONG, UNIT], np.uint16)


class Windows(unittest.TestCase):
    def test_a_shard_comes_back_as_it_was_written(self):
        with tempfile.TemporaryDirectory() as folder:
            for codec in ("xz", "gzip"):
                path = Path(folder) / f"{codec}.shard"
                row = write_shard(path, stream(), np.array([0, 3], np.uint16), {"projects": ["a"]}, codec)
                shard = read_shard(path)
                self.assertTrue(np.array_equal(shard.tokens, stream()))
                self.assertEqual(shard.documentProject.tolist(), [0, 3])
                self.assertEqual((row["tokens"], row["documents"], row["bytes"]), (58, 2, path.stat().st_size))

    def test_marks_become_ends_of_units_and_documents(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.shard"
            write_shard(path, stream(), np.array([0, 0], np.uint16), {})
            text = read_text(path)
        self.assertEqual(text.tokens.tolist(), UNITS[0] + UNITS[1] + UNITS[2] + LONG)
        self.assertEqual(text.unitEnds.tolist(), [4, 7, 12, 52])
        self.assertEqual(text.documentEnds.tolist(), [12, 52])

    def test_windows_hold_whole_units_of_one_document_and_cut_only_what_does_not_fit(self):
        text = Text(np.arange(52, dtype=np.uint16), np.array([4, 7, 12, 52]), np.array([12, 52]))
        windows = plan_windows(text, 16 + SPECIAL_TOKENS, np.random.default_rng(0), shortShare=0)
        self.assertEqual(sorted(zip(windows.start.tolist(), windows.end.tolist())), [(0, 12), (12, 28), (28, 44), (44, 52)])
        splits = dict(zip(windows.start.tolist(), windows.split.tolist()))
        self.assertIn(splits.pop(0), (4, 7))
        self.assertEqual(set(splits.values()), {-1})

    def test_no_token_of_a_document_is_lost_or_read_twice(self):
        rng = np.random.default_rng(1)
        unitEnds = np.cumsum(rng.integers(1, 60, 5000))
        documentEnds = np.unique(np.append(rng.choice(unitEnds, 300), unitEnds[-1]))
        text = Text(np.zeros(unitEnds[-1], np.uint16), unitEnds, documentEnds)
        windows = plan_windows(text, 128, rng)
        self.assertTrue(((windows.end - windows.start) <= 128 - SPECIAL_TOKENS).all())
        order = np.argsort(windows.start)
        self.assertTrue((windows.start[order][1:] >= windows.end[order][:-1]).all())
        covered = (windows.end - windows.start).sum() / unitEnds[-1]
        self.assertGreater(covered, 0.98)
        crossing = np.searchsorted(documentEnds, windows.start, "right") != np.searchsorted(documentEnds, windows.end, "left")
        self.assertEqual(int(crossing.sum()), 0)

    def test_half_of_the_pairs_are_swapped_and_labelled_so(self):
        tokens = torch.arange(0, 60, dtype=torch.int16)
        rows = compose(tokens, torch.tensor([10, 10, 10]), torch.tensor([12, 12, -1]), torch.tensor([15, 15, 15]), torch.tensor([False, True, True]), 10)
        self.assertEqual(
            rows["ids"].tolist(),
            [[2, 10, 11, 3, 12, 13, 14, 3, 0, 0], [2, 12, 13, 14, 3, 10, 11, 3, 0, 0], [2, 10, 11, 12, 13, 14, 3, 0, 0, 0]],
        )
        self.assertEqual(rows["segments"].tolist()[:2], [[0, 0, 0, 0, 1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]])
        self.assertEqual(rows["segments"][2].sum().item(), 0)
        self.assertEqual(rows["order"].tolist(), [0, 1, -100])

    def test_a_batch_holds_rows_of_its_width(self):
        rng = np.random.default_rng(2)
        text = Text(np.zeros(50_000, np.uint16), np.arange(10, 50_001, 10), np.arange(250, 50_001, 250))
        windows = plan_windows(text, 128, rng)
        for width, rows in plan_batches(windows, (64, 128), 1024, rng):
            self.assertEqual(len(rows), 1024 // width)
            self.assertTrue((windows.end[rows] - windows.start[rows] + SPECIAL_TOKENS <= width).all())


if __name__ == "__main__":
    unittest.main()
