"""Parcels for a machine that is reached by calls of limited size: all that learning from the teachers needs.

In: WORK as it is before distil.py: tokenizer, student/shape.json and the weights to start from, labels.jsonl.gz,
soft.jsonl.gz, teacher/soft.npy, corpus/*.jsonl.gz; and the package of the sentence teacher. Out: WORK/parcels/<n>/ with at most
--megabytes each, the paths inside as in WORK. A file of more than PIECE bytes is cut into pieces `<path>.<n>-of-<count>`,
which parcels/unpack.py joins. The teacher travels in float16; vectors of the corpus are made over there. What training
needs at once comes first, the text in the order of --shards.
Run from models/recipe: python3 -m parcels.pack --work WORK --megabytes 40
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from safetensors.torch import load_file, save

from cache_teacher import teacher_folder
from options import read_options

PIECE = 12_000_000
NEEDED = ["tokenizer/tokenizer.json", "student/shape.json", "labels.jsonl.gz", "soft.jsonl.gz"]


def main() -> None:
    options = read_options(
        __doc__,
        megabytes=(40.0, "the call's limit less the checkout that travels with it"),
        shards=("docs,labelled,queries,general,made,code-*", "text, in the order in which it travels"),
        weights=("released.pt", "weights to start from, in WORK/student"),
        checkpoint=("", "a folder of pieces that came back: its run goes on; `distil` or `tasks` by its name"),
    )
    root = options.work / "parcels"
    shutil.rmtree(root, ignore_errors=True)
    limit, number, room = int(options.megabytes * 1e6), 0, int(options.megabytes * 1e6)
    for path, content in pieces(options):
        assert len(content) <= limit, f"--megabytes is less than a piece of {PIECE:,} bytes"
        if len(content) > room:
            number, room = number + 1, limit
        room -= len(content)
        target = root / str(number) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    for parcel in sorted(root.iterdir()):
        files = [file for file in parcel.rglob("*") if file.is_file()]
        print(f"parcel {parcel.name}: {sum(file.stat().st_size for file in files) / 1e6:.1f} MB, {len(files)} files", file=sys.stderr)


def pieces(options) -> Iterator[tuple[str, bytes]]:
    for path, content in contents(options):
        count = -(-len(content) // PIECE)
        if count == 1:
            yield path, content
        for index in range(count if count > 1 else 0):
            yield f"{path}.{index}-of-{count}", content[index * PIECE : (index + 1) * PIECE]


def contents(options) -> Iterator[tuple[str, bytes]]:
    names = [*NEEDED, f"student/{options.weights}"]
    for name in names:
        yield name, (options.work / name).read_bytes()
    if options.checkpoint:
        folder = Path(options.checkpoint)
        for file in sorted(folder.iterdir()):
            yield f"student/{folder.name}/{file.name}", file.read_bytes()
    yield "sentenceTeacher/tokenizer.json", (teacher_folder() / "tokenizer.json").read_bytes()
    tensors = load_file(teacher_folder() / "model.safetensors")
    yield "sentenceTeacher/model.safetensors", save({name: value.half() for name, value in tensors.items() if value.is_floating_point()})
    for pattern in options.shards.split(","):
        for file in sorted((options.work / "corpus").glob(f"{pattern}.jsonl.gz")):
            yield f"corpus/{file.name}", file.read_bytes()


if __name__ == "__main__":
    main()
