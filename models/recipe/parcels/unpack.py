"""The other end of parcels/pack.py: puts a parcel's files into WORK; pieces wait there until their file is whole.

Run from models/recipe: python3 -m parcels.unpack PARCEL WORK
"""

import re
import sys
from pathlib import Path


def main() -> None:
    parcel, work = Path(sys.argv[1]), Path(sys.argv[2])
    for file in sorted(file for file in parcel.rglob("*") if file.is_file()):
        target = work / file.relative_to(parcel)
        target.parent.mkdir(parents=True, exist_ok=True)
        put(target, file.read_bytes())
        if piece := re.fullmatch(r"(.+)\.\d+-of-(\d+)", str(target)):
            join(Path(piece[1]), int(piece[2]))


def join(whole: Path, count: int) -> None:
    pieces = [Path(f"{whole}.{index}-of-{count}") for index in range(count)]
    if all(piece.exists() for piece in pieces):
        put(whole, b"".join(piece.read_bytes() for piece in pieces))
        for piece in pieces:
            piece.unlink()


def put(target: Path, content: bytes) -> None:
    """A file appears when it is whole, because a training may look for it all the time."""
    part = target.with_name(f".{target.name}")
    part.write_bytes(content)
    part.rename(target)


if __name__ == "__main__":
    main()
