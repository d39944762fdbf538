"""The file format of a shard: token ids of many documents, packed and compressed, that says of itself what it holds.

Layout: 4 bytes magic `MSH1`, 4 bytes little-endian length of the header, the header (JSON, UTF-8), then one compressed
stream: `tokens` as little-endian uint16, followed by `documentProject` as little-endian uint16. In the token stream
DOCUMENT stands before each document and UNIT after each of its units (a sentence, a heading); text holds neither.
Header: {codec, vocabulary, tokenizer, tokens, documents, projects}, where `projects` are the names that
documentProject points to, and `tokenizer` is the fingerprint of the tokenizer.json that made the ids.
"""

import gzip
import hashlib
import json
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MAGIC = b"MSH1"
DOCUMENT = 2
UNIT = 3
# Two bytes a symbol: told so, LZMA packs token ids in 0.88 bytes each, 15 % better than bzip2.
XZ_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 5, "lc": 0, "lp": 1, "pb": 1}]


@dataclass
class Shard:
    """tokens uint16 [N] with the marks, documentProject uint16 [D]."""

    tokens: np.ndarray
    documentProject: np.ndarray
    header: dict


def write_shard(path: Path, tokens: np.ndarray, documentProject: np.ndarray, about: dict, codec: str = "xz") -> dict:
    """Writes to a temporary file, then renames; answers the row for the index."""
    assert tokens.dtype == np.uint16 and documentProject.dtype == np.uint16
    header = {"codec": codec, "tokens": len(tokens), "documents": len(documentProject), **about}
    text = json.dumps(header, ensure_ascii=False).encode()
    body = tokens.astype("<u2").tobytes() + documentProject.astype("<u2").tobytes()
    packed = lzma.compress(body, filters=XZ_FILTERS) if codec == "xz" else gzip.compress(body, 9, mtime=0)
    data = MAGIC + len(text).to_bytes(4, "little") + text + packed
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_bytes(data)
    temporary.rename(path)
    return {
        "file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "tokens": len(tokens), "documents": len(documentProject),
    }  # fmt: skip


def read_shard(path: Path) -> Shard:
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path} is not a shard of this format; build it again with build_shards.py")
    end = 8 + int.from_bytes(data[4:8], "little")
    header = json.loads(data[8:end])
    body = (lzma.decompress if header["codec"] == "xz" else gzip.decompress)(data[end:])
    count = header["tokens"]
    tokens = np.frombuffer(body, "<u2", count)
    return Shard(tokens, np.frombuffer(body, "<u2", header["documents"], offset=2 * count), header)


def fingerprint(path: Path) -> str:
    """The first 16 hex digits of a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
