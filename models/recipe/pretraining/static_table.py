"""The static tier: one vector and one weight per piece, so that a weighted mean of vectors is already a retriever.

In: passages with the teacher's vectors (WORK/corpus/<shard>.jsonl.gz, WORK/teacher/<shard>.npy, same order) and
WORK/tokenizer/tokenizer.json. Out: WORK/static/table.safetensors with `vectors` float16 [V, D] and `weights` float16
[V], and report.json. The start is closed: weights fall with a piece's frequency (SIF: a / (a + p)), vectors are the
ridge regression of the teacher's vectors on those weighted means, rotated so that the first D dimensions keep most.
Then both are trained on the same loss as the encoder's. Run from models/recipe: python3 -m pretraining.static_table
"""

import json
import random
import sys
import time

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional as F

from jsonl import read_rows
from options import read_options, set_up_torch
from pretraining.static_scores import compare_with_teacher

SPECIAL_IDS = 5
SIF = 1e-3
RIDGE = 3.0
SHARPNESS = 20.0


def main() -> None:
    options = read_options(
        __doc__,
        shards=("docs,labelled,code", "names of the shards, with commas"),
        dimensions=(256, "length of a vector"),
        maxTokens=(128, "longer passages are cut"),
        batchTexts=(1024, "texts in one step"),
        learningRate=(3e-3, "peak"),
        steps=(0, "so many steps instead of --minutes"),
    )
    set_up_torch(options)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer" / "tokenizer.json"))
    tokenizer.enable_truncation(options.maxTokens)
    texts = load_texts(options, tokenizer)
    table = StaticTable(*initial_table(*texts["train"], tokenizer.get_vocab_size(), options.dimensions))
    before = compare_with_teacher(table, *texts["heldOut"])
    train(table, texts, options)
    after = compare_with_teacher(table, *texts["heldOut"])
    report = {"texts": len(texts["train"][0]), "dimensions": options.dimensions, "initial": before, "trained": after}
    folder = options.work / "static"
    folder.mkdir(exist_ok=True)
    vectors, weights = table.vectors.detach().half(), table.weights().detach().half()
    save_file({"vectors": vectors.contiguous(), "weights": weights.contiguous()}, folder / "table.safetensors")
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report), file=sys.stderr)


class StaticTable(torch.nn.Module):
    """vectors [V, D]; logits [V], whose softplus are the weights, so a weight never turns a vector around."""

    def __init__(self, vectors: torch.Tensor, weights: torch.Tensor):
        super().__init__()
        self.vectors = torch.nn.Parameter(vectors)
        self.logits = torch.nn.Parameter(weights.expm1().clamp(min=1e-6).log())

    def weights(self) -> torch.Tensor:
        return F.softplus(self.logits)

    def forward(self, rows: list[np.ndarray]) -> torch.Tensor:
        """B rows of ids -> [B, D] of unit length."""
        ids = torch.from_numpy(np.concatenate(rows).astype(np.int64))
        offsets = torch.from_numpy(np.cumsum([0] + [len(row) for row in rows[:-1]]))
        summed = F.embedding_bag(ids, self.vectors, offsets, mode="sum", per_sample_weights=self.weights()[ids])
        return F.normalize(summed, dim=-1)


def load_texts(options, tokenizer: Tokenizer) -> dict[str, tuple[list[np.ndarray], torch.Tensor]]:
    """{split: (rows of ids without special tokens, the teacher's vectors [N, 384])}."""
    found: dict = {"train": ([], []), "heldOut": ([], [])}
    for shard in options.shards.split(","):
        path = options.work / "teacher" / f"{shard}.npy"
        if not path.exists():
            print(f"static table: no vectors of the teacher for {shard}; run cache_teacher.py to use it", file=sys.stderr)
            continue
        rows = list(read_rows(options.work / "corpus" / f"{shard}.jsonl.gz"))
        vectors = np.load(path, mmap_mode="r")
        assert len(rows) == len(vectors), f"{shard}: run cache_teacher.py again"
        encoded = tokenizer.encode_batch([row["text"] for row in rows], add_special_tokens=False)
        for index, (row, own) in enumerate(zip(rows, encoded)):
            if own.ids:
                ids, targets = found["train" if row["split"] == "train" else "heldOut"]
                ids.append(np.array(own.ids, np.uint16))
                targets.append(vectors[index])
    return {split: (ids, torch.from_numpy(np.array(targets, np.float32))) for split, (ids, targets) in found.items()}


def initial_table(rows: list[np.ndarray], target: torch.Tensor, vocabulary: int, dimensions: int):
    """The best linear table for SIF weights, by conjugate gradients; rows [N], target [N, 384] -> [V, D], [V]."""
    counts = torch.from_numpy(np.bincount(np.concatenate(rows), minlength=vocabulary)).float()
    weights = SIF / (SIF + counts / counts.sum())
    weights[:SPECIAL_IDS] = 1e-4
    mixing = mean_matrix(rows, weights, vocabulary)
    vectors = solve_ridge(mixing, target - target.mean(0)) + target.mean(0)
    _, _, basis = torch.linalg.svd(vectors * counts.sqrt()[:, None], full_matrices=False)
    return vectors @ basis[:dimensions].T, weights


def mean_matrix(rows: list[np.ndarray], weights: torch.Tensor, vocabulary: int) -> torch.Tensor:
    """Sparse [N, V] whose rows turn a table into weighted means."""
    ids = torch.from_numpy(np.concatenate(rows).astype(np.int64))
    lengths = torch.tensor([len(row) for row in rows])
    text = torch.repeat_interleave(torch.arange(len(rows)), lengths)
    total = torch.zeros(len(rows)).index_add_(0, text, weights[ids])
    values = weights[ids] / total[text]
    return torch.sparse_coo_tensor(torch.stack([text, ids]), values, (len(rows), vocabulary)).coalesce().to_sparse_csr()


def solve_ridge(mixing: torch.Tensor, target: torch.Tensor, steps: int = 40) -> torch.Tensor:
    """[N, V], [N, H] -> [V, H]: minimises |mixing x - target|² + RIDGE · |x|² / V, all columns at once."""
    turned = mixing.to_sparse_coo().t().coalesce().to_sparse_csr()
    strength = RIDGE * mixing.values().square().sum() / mixing.shape[1]
    found = torch.zeros(mixing.shape[1], target.shape[1])
    left = turned @ target
    direction, size = left.clone(), left.square().sum(0)
    for _ in range(steps):
        product = turned @ (mixing @ direction) + strength * direction
        step = size / (direction * product).sum(0).clamp(min=1e-12)
        found += step * direction
        left -= step * product
        new = left.square().sum(0)
        direction = left + (new / size.clamp(min=1e-12)) * direction
        size = new
    return found


def train(table: StaticTable, texts: dict, options) -> None:
    """Rows of similarities as the teacher has them: KL divergence inside each batch, the loss of distil.py."""
    rows, target = texts["train"]
    optimizer = torch.optim.Adam(table.parameters(), lr=options.learningRate)
    rng = random.Random(options.seed)
    size = min(options.batchTexts, len(rows))
    started, step, minutes = time.time(), 0, 0.05 if options.tiny else options.minutes
    while (progress := step / options.steps if options.steps else (time.time() - started) / 60 / minutes) < 1:
        chosen = rng.sample(range(len(rows)), size)
        wanted = similarity_rows(target[chosen])
        found = similarity_rows(table([rows[index] for index in chosen]))
        loss = F.kl_div(found, wanted, log_target=True, reduction="batchmean")
        optimizer.zero_grad()
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = options.learningRate * (1 - progress)
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(json.dumps({"step": step, "seconds": round(time.time() - started, 1), "loss": round(loss.item(), 4)}), file=sys.stderr)


def similarity_rows(vectors: torch.Tensor) -> torch.Tensor:
    """[B, D] of unit length -> log probabilities [B, B]; a text is never its own neighbour."""
    similarity = vectors @ vectors.T - 2 * torch.eye(len(vectors))
    return F.log_softmax(similarity * SHARPNESS, dim=-1)


if __name__ == "__main__":
    main()
