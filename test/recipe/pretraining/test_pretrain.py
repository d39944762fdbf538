"""The trainer on the committed sample: learns, goes on after a stop, and several processes equal one.

Every run is a few dozen steps of a small model on one CPU thread.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import paths
import torch

from pretraining.export import export, load_pretraining
from pretraining.optimizers import Lamb

SAMPLE = paths.RECIPE / "pretraining" / "sample"


def make_work(folder: str) -> Path:
    """A work folder whose shards and tokenizer are the committed sample; --tiny works in its `tiny`."""
    work = Path(folder)
    (work / "tiny").mkdir()
    for part in ("shards", "tokenizer"):
        (work / "tiny" / part).symlink_to(SAMPLE / part)
    return work


def pretrain(work: Path, name: str, *words: str, processes: int = 1) -> dict:
    start = [sys.executable, "-m"] + (["torch.distributed.run", "--nproc-per-node", str(processes), "--master-port", "29533", "-m"] if processes > 1 else [])
    command = [*start, "pretraining.pretrain", "--work", str(work), "--tiny", "--threads", "1", "--name", name, "--batchTokens", "1024", *words]
    subprocess.run(command, cwd=paths.RECIPE, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return json.loads((work / "tiny" / "pretraining" / name / "report.json").read_text())


def curve(work: Path, name: str) -> list[dict]:
    path = work / "tiny" / "pretraining" / name / "curve.jsonl"
    return [row for row in map(json.loads, path.read_text().splitlines()) if "mlmLoss" in row]


class Pretrain(unittest.TestCase):
    def test_two_processes_have_the_losses_of_one(self):
        with tempfile.TemporaryDirectory() as folder:
            work = make_work(folder)
            for name, processes in (("one", 1), ("two", 2)):
                pretrain(work, name, "--steps", "6", "--logSteps", "1", "--groups", "3", processes=processes)
            for left, right in zip(curve(work, "one"), curve(work, "two"), strict=True):
                self.assertAlmostEqual(left["mlmLoss"], right["mlmLoss"], delta=2e-4)
                self.assertAlmostEqual(left["sopLoss"], right["sopLoss"], delta=2e-4)
                self.assertEqual(left["tokens"], right["tokens"])
            one, two = (load_pretraining(work / "tiny" / "pretraining" / name).state_dict() for name in ("one", "two"))
            self.assertLess(max(float((one[key] - two[key]).abs().max()) for key in one), 2e-4)

    def test_learns_and_its_export_means_the_same_to_transformers(self):
        with tempfile.TemporaryDirectory() as folder:
            work = make_work(folder)
            report = pretrain(work, "main", "--steps", "80", "--learningRate", "0.01", "--ramp", "1")
            rows = curve(work, "main")
            self.assertLess(rows[-1]["mlmLoss"], rows[0]["mlmLoss"] - 0.3)
            self.assertEqual(report["steps"], 80)
            run = work / "tiny" / "pretraining" / "main"
            for half in (False, True):
                difference = export(run, SAMPLE / "tokenizer" / "tokenizer.json", half)
                self.assertIsNotNone(difference)
                self.assertLess(difference, 1e-4)

    def test_goes_on_from_its_checkpoint_whole_or_compact(self):
        with tempfile.TemporaryDirectory() as folder:
            work = make_work(folder)
            for compact in ("0", "1"):
                name = f"compact{compact}"
                pretrain(work, name, "--steps", "10", "--logSteps", "5", "--compact", compact)
                report = pretrain(work, name, "--steps", "20", "--logSteps", "5", "--compact", compact)
                self.assertEqual(report["steps"], 20)
                self.assertEqual([row["step"] for row in curve(work, name)], [5, 10, 15, 20])
                checkpoint = work / "tiny" / "pretraining" / name / "checkpoint"
                for part in json.loads((checkpoint / "done.json").read_text()):
                    self.assertLess((checkpoint / part).stat().st_size, 16_000_000)


class Optimizers(unittest.TestCase):
    def test_lamb_moves_a_matrix_by_its_own_size_times_the_rate(self):
        matrix, bias = torch.nn.Parameter(torch.full((3, 4), 2.0)), torch.nn.Parameter(torch.zeros(4))
        optimizer = Lamb([{"params": [matrix], "weight_decay": 0.01}, {"params": [bias]}], lr=0.1)
        matrix.grad, bias.grad = torch.randn(3, 4, generator=torch.Generator().manual_seed(1)), torch.ones(4)
        before = matrix.detach().clone()
        optimizer.step()
        self.assertAlmostEqual(float((matrix.detach() - before).norm()), 0.1 * float(before.norm()), places=5)
        # The first step of Adam is the sign of the gradient times the rate.
        self.assertTrue(torch.allclose(bias, torch.full((4,), -0.1), atol=1e-5))


if __name__ == "__main__":
    unittest.main()
