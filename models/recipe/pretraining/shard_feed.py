"""Which text comes next: one shard after the other, the next one made ready while the last one is learned.

In: a folder of shards, into which more may be put while training runs. Out: batches of rows without holes, on the
device. The shard used least comes next, so a new one is taken up at once; each use cuts other windows and swaps other
pairs. Waiting for text is what an expensive machine must not do, so reading and planning happen in a thread.
"""

import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from pretraining.compose import compose
from pretraining.processes import Processes
from pretraining.windows import Windows, plan_batches, plan_windows, read_text


@dataclass
class Prepared:
    """A shard in memory: its tokens on the device, and the windows of this use."""

    name: str
    tokens: torch.Tensor
    windows: Windows
    rng: np.random.Generator


class ShardFeed:
    def __init__(self, folder: Path, split: str, widths: tuple[int, ...], processes: Processes, seed: int, uses: dict[str, int]):
        self._folder, self._split, self._widths, self._seed = folder, split, widths, seed
        self._processes = processes
        self._thread = ThreadPoolExecutor(1)
        self._next: Future | None = None
        self.uses = dict(uses)

    def peek(self) -> Prepared:
        """The shard that comes next, for measuring on real rows."""
        if self._next is None:
            self._start()
        return self._next.result()

    def batches(self, batchTokens: int):
        """Endless (prepared, width, rows); rows are indices into prepared.windows."""
        while True:
            prepared = self.peek()
            self.uses[prepared.name] = self.uses.get(prepared.name, 0) + 1
            self._start()
            yield from ((prepared, width, rows) for width, rows in plan_batches(prepared.windows, self._widths, batchTokens, prepared.rng))

    def _start(self) -> None:
        names = sorted(path.name for path in self._folder.glob(f"{self._split}-*.shard"))
        if not names:
            raise FileNotFoundError(f"no {self._split}-*.shard in {self._folder}; build them with build_shards.py")
        name = self._processes.agree(min(names, key=lambda name: (self.uses.get(name, 0), name)))
        self._next = self._thread.submit(self._prepare, name, self.uses.get(name, 0))

    def _prepare(self, name: str, use: int) -> Prepared:
        rng = np.random.default_rng([self._seed, zlib.crc32(name.encode()), use])
        text = read_text(self._folder / name)
        windows = plan_windows(text, max(self._widths), rng)
        return Prepared(name, torch.from_numpy(text.tokens.astype(np.int16)).to(self._processes.device), windows, rng)


def compose_rows(prepared: Prepared, width: int, rows: np.ndarray) -> dict[str, torch.Tensor]:
    """The batch of these windows, pairs swapped by the toss of a coin."""
    device = prepared.tokens.device
    windows = prepared.windows.take(rows)
    start, split, end = (torch.from_numpy(part).to(device) for part in (windows.start, windows.split, windows.end))
    swap = torch.from_numpy(prepared.rng.random(len(rows)) < 0.5).to(device)
    return compose(prepared.tokens, start, split, end, swap, width)
