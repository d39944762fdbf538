"""How good the model is on projects that it never saw: words in holes and sentence order, at every exit.

In: a model and the heldOut shards. Out: for each exit the share of words guessed and of orders told right, and the
mean losses. Windows, holes and swaps are the same every time, so the numbers of a run can be compared.
"""

import numpy as np
import torch

from pretraining.compose import compose
from pretraining.heads import Pretraining
from pretraining.masking import WordBegins, mask_tokens
from pretraining.windows import plan_windows, read_text

RATE = 0.15
BATCH_ROWS = 64


class HeldOut:
    def __init__(self, paths, width: int, rows: int, begins: WordBegins, device: str):
        rng = np.random.default_rng(11)
        self._batches = []
        left = rows
        for path in paths:
            text = read_text(path)
            windows = plan_windows(text, width, rng)
            windows = windows.take(rng.permutation(len(windows))[:left])
            left -= len(windows)
            tokens = torch.from_numpy(text.tokens.astype(np.int16))
            generator = torch.Generator().manual_seed(11)
            plain = WordBegins(begins.marked.cpu(), begins.punctuation.cpu())
            for at in range(0, len(windows), BATCH_ROWS):
                part = windows.take(np.arange(at, min(at + BATCH_ROWS, len(windows))))
                start, split, end = (torch.from_numpy(values) for values in (part.start, part.split, part.end))
                batch = compose(tokens, start, split, end, torch.from_numpy(rng.random(len(part)) < 0.5), width)
                batch |= mask_tokens(batch["ids"], plain, RATE, generator)
                self._batches.append({key: value.to(device) for key, value in batch.items()})

    @torch.no_grad()
    def measure(self, model: Pretraining, exits: tuple[int, ...], autocast) -> dict[str, float]:
        """{mlm@3: share, sop@3: share, mlmLoss@3: nats, sopLoss@3: nats, …}."""
        report: dict[str, float] = {}
        holes = sum(int((batch["wanted"] >= 0).sum()) for batch in self._batches)
        pairs = sum(int((batch["order"] >= 0).sum()) for batch in self._batches)
        model.eval()
        for exit in exits:
            totals: dict[str, float] = {}
            for batch in self._batches:
                with autocast(), torch.compiler.set_stance("force_eager"):
                    sums = model(batch, exit)
                for key, value in sums.items():
                    totals[key] = totals.get(key, 0.0) + float(value)
            for name, count in (("mlm", holes), ("sop", pairs)):
                report[f"{name}@{exit}"] = round(totals[f"{name}Hits"] / max(count, 1), 4)
                report[f"{name}Loss@{exit}"] = round(totals[f"{name}Loss"] / max(count, 1), 4)
        model.train()
        return {"holes": holes, "pairs": pairs, **report}
