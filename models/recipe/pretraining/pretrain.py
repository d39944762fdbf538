"""Pretraining: the model learns our language from holes and from the order of sentences.

In: WORK/shards (build_shards.py), WORK/tokenizer/tokenizer.json, optionally weights to start from. Out, in
WORK/pretraining/<name>/: checkpoint/ (pieces under 16 MB; a killed run goes on from it), curve.jsonl, report.json and,
at the end, weights.pt. The learning rate warms up and falls to zero over --minutes of training, all calls together;
--stopAfter ends this call earlier. A random depth a step keeps the exits 3, 4 and 6 usable. Run from models/recipe:
python3 -m pretraining.pretrain --device cuda --minutes 20, or torchrun --nproc-per-node 2 -m pretraining.pretrain.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer

from albert import Shape
from checkpoint import load_checkpoint, save_checkpoint
from options import read_options, set_up_torch
from pretraining.batch_probe import choose_batch_tokens
from pretraining.heads import Pretraining
from pretraining.held_out import HeldOut
from pretraining.masking import mask_tokens, word_begins
from pretraining.optimizers import build_optimizer
from pretraining.processes import Processes
from pretraining.shard_feed import ShardFeed, compose_rows

CHECKPOINT_SECONDS = 120
WARM_UP = 0.06
SUMS = ("mlmLoss", "mlmHits", "sopLoss", "sopHits", "holes", "pairs", "tokens")

OPTIONS = {
    "name": ("main", "of the run's folder"),
    "width": (128, "tokens of a full row; short windows go into rows half as wide"),
    "batchTokens": (0, "tokens in one step before ramping; 0 to measure what suits the machine"),
    "ramp": (4, "at the end a step holds so many times as many tokens as at the start"),
    "maskRate": (0.25, "share of the tokens to guess"),
    "depths": ("3,4,6", "exits that are trained; the last in half of the steps"),
    "optimizer": ("adamw", "adamw or lamb"),
    "learningRate": (1.5e-3, "peak"),
    "groups": (1, "groups of shared layers: 1 shares all, 6 none"),
    "embedding": (128, "size E of the word table"),
    "sentenceOrder": (1, "0 to learn without sentence order"),
    "initial": ("", "a state dictionary of Albert to start from"),
    "stopAfter": (0.0, "minutes of this call; 0 for all"),
    "steps": (0, "so many steps instead of --minutes"),
    "compile": (0, "1 to compile the layers where that is faster"),
    "compact": (0, "1 to keep the optimizer's state in bfloat16 in checkpoints"),
    "logSteps": (25, "steps in one row of the curve"),
    "heldOutRows": (2048, "windows of the held-out shards to measure on"),
}


def main() -> None:
    options = read_options(__doc__, **OPTIONS)
    report = run(options)
    if report:
        print(json.dumps(report), file=sys.stderr)


def run(options) -> dict | None:
    """Trains under these options; the report of the first process, None on the others."""
    started = time.time()
    set_up_torch(options)
    processes = Processes(options.device)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer" / "tokenizer.json"))
    trainer = Trainer(options, processes, tokenizer, started)
    trainer.train()
    report = trainer.finish()
    processes.finish()
    return report


def build_model(options, vocabulary: int) -> Pretraining:
    sizes = {"hidden_size": 64, "num_attention_heads": 4, "intermediate_size": 128} if options.tiny else {}
    shape = Shape(vocabulary, embedding_size=options.embedding, num_hidden_groups=options.groups, **sizes)
    model = Pretraining(shape, bool(options.sentenceOrder))
    if options.initial:
        model.albert.load_state_dict(torch.load(options.initial, map_location="cpu"))
    return model


class Trainer:
    """Owns the model, its optimizer and the run's folder; `train` goes until the budget or this call is used up."""

    def __init__(self, options, processes: Processes, tokenizer: Tokenizer, started: float):
        self.options, self.processes, self.device = options, processes, processes.device
        self.folder: Path = options.work / "pretraining" / options.name
        self.exits = tuple(map(int, options.depths.split(",")))
        self.begins = word_begins(tokenizer, self.device)
        self.model = build_model(options, tokenizer.get_vocab_size()).to(self.device)
        self.optimizer = build_optimizer(self.model, options.optimizer, options.learningRate)
        state = load_checkpoint(self.folder / "checkpoint", self.device) or {}
        if state:
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.tokens = state.get("step", 0), state.get("tokens", 0)
        self.started, self.usedBefore, self.saved = started, state.get("used", 0.0), time.time()
        widths = (options.width // 2, options.width)
        self.feed = ShardFeed(options.work / "shards", "train", widths, processes, options.seed, state.get("uses", {}))
        self.generator = torch.Generator(self.device)
        self.batchTokens = options.batchTokens or state.get("batchTokens", 0)

    def train(self) -> None:
        if not self.batchTokens:
            self.batchTokens = self.measure_batch()
        self.sums = torch.zeros(len(SUMS), device=self.device, dtype=torch.float64)
        self.logged = time.time()
        batches = self.feed.batches(self.batchTokens)
        if self.processes.is_first:
            print(json.dumps({"step": self.step, "batchTokens": self.batchTokens, "setUpSeconds": round(time.time() - self.started, 1)}), file=sys.stderr, flush=True)
        while (progress := self.processes.agree(self.progress())) < 1:
            rate = self.options.learningRate * min(progress / WARM_UP, (1 - progress) / (1 - WARM_UP))
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            self.generator.manual_seed(self.options.seed * 1_000_003 + self.step)
            depth = self.draw_depth()
            for _ in range(parts := min(self.options.ramp, 1 + int(progress * self.options.ramp))):
                self.backward(compose_rows(*next(batches)), depth, 1 / parts)
            self.processes.add_gradients(self.model)
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.step += 1
            if self.step % self.options.logSteps == 0:
                self.log(rate)
            if self.processes.is_first and time.time() - self.saved > CHECKPOINT_SECONDS:
                self.save()
        if self.step % self.options.logSteps:
            self.log(rate)

    def backward(self, batch: dict, depth: int, share: float) -> None:
        """Adds this batch's gradient; every process sees the whole batch and keeps its own rows."""
        batch |= mask_tokens(batch["ids"], self.begins, self.options.maskRate, self.generator)
        holes, pairs = (batch["wanted"] >= 0).sum(), (batch["order"] >= 0).sum()
        counts = torch.stack([holes, pairs, batch["mask"].sum()])
        own = self.processes.own_rows(batch)
        with self.autocast():
            sums = self.model(own, depth)
        (self.model.loss(sums, holes, pairs) * share).backward()
        if hasattr(self, "sums"):
            self.sums[:4] += torch.stack([sums[key].detach().double() for key in SUMS[:4]])
            self.sums[4:] += counts / self.processes.count

    def autocast(self):
        return torch.autocast("cuda", torch.bfloat16) if self.options.device == "cuda" else contextlib.nullcontext()

    def draw_depth(self) -> int:
        """The deepest exit in half of the steps, the others in turn; the same on every process."""
        shallow = self.exits[:-1]
        return self.exits[-1] if self.step % 2 == 0 or not shallow else shallow[self.step // 2 % len(shallow)]

    def progress(self) -> float:
        """Share of the whole run that is done; 1 also when this call's minutes are over."""
        options, now = self.options, time.time() - self.started
        if options.stopAfter and now > options.stopAfter * 60:
            return 1.0
        if options.steps:
            return self.step / options.steps
        return min(1.0, (self.usedBefore + now) / (0.1 if options.tiny else options.minutes) / 60)

    def measure_batch(self) -> int:
        prepared = self.feed.peek()
        chosen = None
        if self.processes.is_first:
            self.generator.manual_seed(0)
            run_step = lambda batch: self.backward(batch, self.exits[-1], 1.0)  # noqa: E731
            chosen = choose_batch_tokens(self.model, prepared, self.options.width, run_step, self.options)
        return self.processes.agree(chosen and chosen * self.processes.count)

    def log(self, rate: float) -> None:
        """One row of the curve: what the last steps cost and how well they guessed."""
        values = dict(zip(SUMS, self.processes.add_up(self.sums.clone()).tolist()))
        seconds = time.time() - self.logged
        self.tokens += int(values["tokens"])
        holes, pairs = max(values["holes"], 1), max(values["pairs"], 1)
        self.write_row({
            "step": self.step, "tokens": self.tokens, "seconds": round(self.usedBefore + time.time() - self.started, 1),
            "learningRate": round(rate, 7), "mlmLoss": round(values["mlmLoss"] / holes, 4), "mlm": round(values["mlmHits"] / holes, 4),
            "sopLoss": round(values["sopLoss"] / pairs, 4), "sop": round(values["sopHits"] / pairs, 4),
            "tokensPerSecond": round(values["tokens"] / seconds),
        })  # fmt: skip
        self.sums.zero_()
        self.logged = time.time()

    def write_row(self, row: dict) -> None:
        if self.processes.is_first:
            self.folder.mkdir(parents=True, exist_ok=True)
            print(json.dumps(row), file=sys.stderr, flush=True)
            with open(self.folder / "curve.jsonl", "a") as out:
                out.write(json.dumps(row) + "\n")

    def save(self) -> None:
        optimizer = self.optimizer.state_dict()
        if self.options.compact:
            optimizer["state"] = {key: {name: value if name == "step" else value.bfloat16() for name, value in entry.items()} for key, entry in optimizer["state"].items()}
        used = self.usedBefore + time.time() - self.started
        state = {"model": self.model.state_dict(), "optimizer": optimizer, "step": self.step, "tokens": self.tokens, "used": used}
        save_checkpoint(self.folder / "checkpoint", {**state, "uses": self.feed.uses, "batchTokens": self.batchTokens})
        self.saved = time.time()

    def finish(self) -> dict | None:
        """Measures, saves, and writes report.json and weights.pt."""
        if not self.processes.is_first:
            return None
        paths = sorted((self.options.work / "shards").glob("heldOut-*.shard"))
        rows = 128 if self.options.tiny else self.options.heldOutRows
        found = HeldOut(paths, self.options.width, rows, self.begins, self.device).measure(self.model, self.exits, self.autocast)
        self.write_row({"step": self.step, "tokens": self.tokens, "heldOut": found})
        self.save()
        shape = self.model.albert.shape
        parameters = sum(p.numel() for p in self.model.albert.parameters())
        report = {"steps": self.step, "tokens": self.tokens, "encoderParameters": parameters, "batchTokens": self.batchTokens, "heldOut": found, "uses": self.feed.uses, "shape": shape.to_config()}
        torch.save(self.model.state_dict(), self.folder / "weights.pt")
        (self.folder / "report.json").write_text(json.dumps(report, indent=1))
        return report


if __name__ == "__main__":
    main()
