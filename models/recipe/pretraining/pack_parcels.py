"""Parcels for a machine that is reached by calls of limited size: which shards go with which call.

In: WORK/shards/index.json, WORK/tokenizer/tokenizer.json, optionally weights to start from and a checkpoint. Out:
WORK/parcels/<n>/ with at most --megabytes each: the first holds the tokenizer, a held-out shard, the weights and as
many train shards as fit, the others train shards only. Files are hard links, so packing takes no space and no time.
Run from models/recipe: python3 -m pretraining.pack_parcels --megabytes 54 [--initial FILE] [--checkpoint FOLDER]
"""

import json
import os
import shutil
import sys
from pathlib import Path

from options import read_options


def main() -> None:
    options = read_options(
        __doc__,
        megabytes=(54.0, "the call's limit less the checkout that travels with it"),
        initial=("", "a state dictionary of Albert to start from"),
        checkpoint=("", "a folder of pieces that came back from a lost machine"),
    )
    shards = options.work / "shards"
    index = json.loads((shards / "index.json").read_text())
    held = [shards / row["file"] for row in index["shards"] if row["split"] == "heldOut"][:1]
    first = [*held, options.work / "tokenizer" / "tokenizer.json", *([Path(options.initial)] if options.initial else [])]
    pieces = sorted(Path(options.checkpoint).glob("*")) if options.checkpoint else []
    train = [(shards / row["file"], row["tokens"]) for row in index["shards"] if row["split"] == "train"]
    parcels = fill_parcels([*first, *pieces], [path for path, _ in train], options.megabytes * 1e6)
    root = options.work / "parcels"
    shutil.rmtree(root, ignore_errors=True)
    tokens = dict(train)
    for number, files in enumerate(parcels):
        for file in files:
            put(file, root / str(number), "initial.pt" if str(file) == options.initial else "", pieces)
        size = sum(file.stat().st_size for file in files)
        count = sum(tokens.get(file, 0) for file in files)
        print(f"parcel {number}: {size / 1e6:.1f} MB, {count:,} tokens, {' '.join(file.name for file in files)}", file=sys.stderr)


def fill_parcels(first: list[Path], train: list[Path], limit: float) -> list[list[Path]]:
    """In order, each file into the current parcel while it fits; `first` all go into the first one."""
    parcels = [list(first)]
    room = limit - sum(file.stat().st_size for file in first)
    assert room > 0, f"the first parcel is over {limit:,.0f} bytes without any text: leave weights or checkpoint out"
    for file in train:
        size = file.stat().st_size
        assert size <= limit, f"{file.name} is over {limit:,.0f} bytes; build shards with fewer --shardTokens"
        if size > room:
            parcels.append([])
            room = limit
        parcels[-1].append(file)
        room -= size
    return parcels


def put(file: Path, parcel: Path, name: str, pieces: list[Path]) -> None:
    target = parcel / "checkpoint" / file.name if file in pieces else parcel / (name or file.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file.resolve(), target)
    except OSError:  # Another file system.
        shutil.copy(file, target)


if __name__ == "__main__":
    main()
