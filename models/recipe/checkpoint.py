"""Checkpoints in pieces: a training step that is killed goes on where it was.

A checkpoint is a folder of files of at most 15 MB each, so that it can be moved piece by piece: `part-<n>.bin` hold
one pickled dictionary of tensors, numbers and optimizer state, `done.json` names them and is written last.
"""

import io
import json
from pathlib import Path

import torch

PIECE_BYTES = 15_000_000


def save_checkpoint(folder: Path, state: dict) -> None:
    """Writes a new set of pieces beside the old one, switches done.json, then removes the old pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data = buffer.getvalue()
    old = read_parts(folder)
    turn = 1 - (int(old[0].split("-")[1]) if old else 1)
    parts = [f"part-{turn}-{index}.bin" for index in range(-(-len(data) // PIECE_BYTES))]
    for index, part in enumerate(parts):
        (folder / part).write_bytes(data[index * PIECE_BYTES : (index + 1) * PIECE_BYTES])
    temporary = folder / "done.json.part"
    temporary.write_text(json.dumps(parts))
    temporary.rename(folder / "done.json")
    for part in old:
        (folder / part).unlink(missing_ok=True)


def load_checkpoint(folder: Path, device: str) -> dict | None:
    """The newest whole checkpoint of `folder`, or None."""
    parts = read_parts(folder)
    if not parts:
        return None
    data = b"".join((folder / part).read_bytes() for part in parts)
    return torch.load(io.BytesIO(data), map_location=device, weights_only=True)


def read_parts(folder: Path) -> list[str]:
    done = folder / "done.json"
    return json.loads(done.read_text()) if done.exists() else []
