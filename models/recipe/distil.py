"""Step 7: the student learns the teacher's sentence vectors.

In: WORK/corpus and WORK/teacher (same order), WORK/student/initial.pt. Out: WORK/student/distilled.pt and
distil.jsonl (the curve). Each batch is read once at full depth; the loss is taken at the exits 3, 4 and 6 together:
cosine distance to the teacher's vector, and for each Matryoshka length the KL divergence between the batch's
similarity rows of student and teacher. Resumable: a killed run goes on from its last checkpoint. A shard that the teacher
has not read yet joins at the next epoch, so that both may run at once. `torchrun --nproc_per_node 2` with --threads 1
gives each core of a CPU its own process, which is faster than two threads where others use the machine too.
"""

import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from albert import Albert, Shape, pool_mean
from batches import pad, plan_batches
from checkpoint import load_checkpoint, save_checkpoint
from jsonl import read_rows
from mixed import Mixed
from optimizers import Optimizers
from options import read_options, set_up_torch
from pretraining.processes import Processes
from schedule import TimeBudget

EXITS = (3, 4, 6)
EXIT_WEIGHTS = (0.25, 0.25, 1.0)
DIMENSIONS = (384, 256, 128, 64)
SHARPNESS = 20.0
CHECKPOINT_SECONDS = 180


def main() -> None:
    options = read_options(
        __doc__,
        shards=("docs,labelled,code", "names of the shards, with commas"),
        maxTokens=(96, "longer passages are cut"),
        batchTokens=(4096, "ids in one batch"),
        learningRate=(2e-3, "peak"),
        steps=(0, "stop after so many steps instead of --minutes; 0 for no limit"),
        initial=("initial.pt", "weights to start from, in WORK/student"),
    )
    set_up_torch(options)
    folder = options.work / "student"
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    passages = load_passages(options, tokenizer)
    student = Albert(load_shape(options.work)).to(options.device)
    student.load_state_dict(encoder_of(torch.load(folder / options.initial, map_location=options.device)))
    train(student, passages, tokenizer, options, folder)
    report = evaluate(student, passages, options.device)
    print(json.dumps(report), file=sys.stderr)
    if not options.steps:
        torch.save(student.state_dict(), folder / "distilled.pt")
        (folder / "distil.json").write_text(json.dumps(report, indent=1))


def encoder_of(state: dict) -> dict:
    """The encoder's weights of a file that may have heads too, under the encoder's own names."""
    prefix = "encoder." if "encoder.embeddings.word_embeddings.weight" in state else ""
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def load_tokenizer(work: Path, maxTokens: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(work / "tokenizer" / "tokenizer.json"))
    tokenizer.enable_truncation(maxTokens)
    return tokenizer


def load_shape(work: Path) -> Shape:
    return Shape.from_config(json.loads((work / "student" / "shape.json").read_text()))


def cached_shards(options) -> list[str]:
    """Those of --shards that the teacher has read; a name that ends in * stands for all that begin so."""
    patterns = options.shards.split(",")
    return [path.stem for pattern in patterns for path in sorted((options.work / "teacher").glob(f"{pattern}.npy"))]


def load_passages(options, tokenizer: Tokenizer) -> dict:
    """{split: (ids: list of uint16 arrays, vectors: float16 [N, 384])} for `train` and `heldOut`."""
    found: dict = {"train": ([], []), "heldOut": ([], [])}
    for shard in cached_shards(options):
        rows = list(read_rows(options.work / "corpus" / f"{shard}.jsonl.gz"))
        vectors = np.load(options.work / "teacher" / f"{shard}.npy", mmap_mode="r")
        assert len(rows) == len(vectors), f"{shard}: run cache_teacher.py again"
        ids = [np.array(row.ids, np.uint16) for row in tokenizer.encode_batch([row["text"] for row in rows])]
        for split, (idList, vectorList) in found.items():
            chosen = [index for index, row in enumerate(rows) if (row["split"] == "train") == (split == "train")]
            idList += [ids[index] for index in chosen]
            vectorList.append(vectors[chosen])
    return {split: (ids, np.concatenate(vectors)) for split, (ids, vectors) in found.items()}


def train(student: Albert, passages: dict, tokenizer: Tokenizer, options, folder: Path) -> None:
    processes = Processes(options.device)
    shards = cached_shards(options)
    ids, vectors = passages["train"]
    lengths = np.array([len(row) for row in ids])
    optimizers = Optimizers(student, options.learningRate)
    state = None if options.steps else load_checkpoint(folder / "distil", options.device)
    step, tokens, used = 0, 0, 0.0
    if state:
        student.load_state_dict(state["student"])
        optimizers.load_state_dict(state["optimizer"])
        step, tokens, used = state["step"], state["tokens"], state["used"]
    mixed = Mixed(student)
    budget = TimeBudget(0.05 if options.tiny else options.minutes, used)
    rng = random.Random(options.seed + step + 1000 * processes.rank)
    saved = time.time()
    curve: list[float] = []
    queue: list[np.ndarray] = []
    while not (options.steps and step >= options.steps):
        factor = processes.agree(min(1.0, (step + 1) / 30) if options.steps else budget.factor)
        if factor <= 0:
            break
        if not queue:
            if cached_shards(options) != shards:
                shards = cached_shards(options)
                ids, vectors = load_passages(options, tokenizer)["train"]
                lengths = np.array([len(row) for row in ids])
            queue = plan_batches(lengths, options.batchTokens, rng)
        chosen = queue.pop()
        batch, mask = pad([ids[index] for index in chosen], options.device)
        target = torch.from_numpy(vectors[chosen].astype(np.float32)).to(options.device)
        states = mixed.half(batch, mask, EXITS)
        loss = distillation_loss([pool_mean(state.float(), mask) for state in states], target)
        loss.backward()
        mixed.pull()
        processes.add_gradients(student)
        optimizers.step(factor)
        mixed.push()
        shared = processes.add_up(torch.tensor([float(lengths[chosen].sum()), loss.item() / processes.count]))
        step, tokens = step + 1, tokens + int(shared[0])
        curve.append(float(shared[1]))
        if not processes.is_first:
            continue
        if step % 50 == 0:
            log(folder, step, tokens, budget.used_seconds, sum(curve) / len(curve))
            curve.clear()
        if not options.steps and time.time() - saved > CHECKPOINT_SECONDS:
            state = {"student": student.state_dict(), "optimizer": optimizers.state_dict()}
            save_checkpoint(folder / "distil", {**state, "step": step, "tokens": tokens, "used": budget.used_seconds})
            saved = time.time()
    processes.finish()
    if not processes.is_first:
        sys.exit(0)


def log(folder: Path, step: int, tokens: int, seconds: float, loss: float) -> None:
    row = {"step": step, "tokens": tokens, "seconds": round(seconds, 1), "loss": round(loss, 4)}
    print(json.dumps(row), file=sys.stderr, flush=True)
    with open(folder / "distil.jsonl", "a") as out:
        out.write(json.dumps(row) + "\n")


def distillation_loss(pooled: list[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
    """pooled: one [B, H] per exit; target [B, 384] of unit length -> scalar."""
    wanted = F.log_softmax(without_self(target @ target.T) * SHARPNESS, dim=-1)
    total = target.new_zeros(())
    for vectors, weight in zip(pooled, EXIT_WEIGHTS):
        cosine = 1 - F.cosine_similarity(vectors, target).mean()
        divergence = target.new_zeros(())
        for size in DIMENSIONS:
            short = F.normalize(vectors[:, :size], dim=-1)
            found = F.log_softmax(without_self(short @ short.T) * SHARPNESS, dim=-1)
            divergence = divergence + F.kl_div(found, wanted, log_target=True, reduction="batchmean")
        total = total + weight * (2 * cosine + 0.25 * divergence / len(DIMENSIONS))
    return total


def without_self(similarity: torch.Tensor) -> torch.Tensor:
    """A passage is always nearest to itself, which teaches nothing."""
    return similarity - 2 * torch.eye(len(similarity), device=similarity.device)


@torch.no_grad()
def evaluate(student: Albert, passages: dict, device: str, count: int = 1500) -> dict:
    """On held-out passages: cosine to the teacher, and rank correlation of all pair similarities, per exit and length."""
    ids, vectors = passages["heldOut"]
    chosen = random.Random(1).sample(range(len(ids)), min(count, len(ids)))
    target = torch.from_numpy(vectors[chosen].astype(np.float32))
    own = encode(student, [ids[index] for index in chosen], device)
    pairs = torch.triu_indices(len(chosen), len(chosen), 1)
    wanted = (target @ target.T)[pairs[0], pairs[1]]
    report: dict = {"passages": len(chosen)}
    for exit, vectorsAtExit in zip(EXITS, own):
        report[f"cosine@{exit}"] = round(float(F.cosine_similarity(vectorsAtExit, target).mean()), 4)
        for size in DIMENSIONS if exit == EXITS[-1] else DIMENSIONS[:1]:
            short = F.normalize(vectorsAtExit[:, :size], dim=-1)
            found = (short @ short.T)[pairs[0], pairs[1]]
            report[f"spearman@{exit}/{size}"] = round(spearman(found, wanted), 4)
    return report


@torch.no_grad()
def encode(student: Albert, rows: list[np.ndarray], device: str) -> list[torch.Tensor]:
    """N rows of ids -> one float32 [N, H] of mean-pooled states per exit, in the order of `rows`."""
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    found = [torch.zeros(len(rows), student.shape.hidden_size) for _ in EXITS]
    for start in range(0, len(order), 64):
        part = order[start : start + 64]
        batch, mask = pad([rows[index] for index in part], device)
        with torch.autocast(device, torch.bfloat16):
            states = student(batch, mask, EXITS)
        for vectors, state in zip(found, states):
            vectors[part] = pool_mean(state.float(), mask).cpu()
    return found


def spearman(left: torch.Tensor, right: torch.Tensor) -> float:
    """Rank correlation of two [N]."""
    ranks = [values.argsort().argsort().double() for values in (left, right)]
    return float(torch.corrcoef(torch.stack(ranks))[0, 1])


if __name__ == "__main__":
    main()
