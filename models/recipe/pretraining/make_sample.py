"""The sample that is committed: this project's own comments and pages, through every step of the shards.

In: the checkout. Out: sample/documents, sample/tokenizer (a unigram vocabulary of 2,000 pieces) and sample/shards, a
few hundred kilobytes. The tests read it, and the dry run trains on it; it needs no network and no licence but ours.
Run from models/recipe when the format changes: python3 -m pretraining.make_sample
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from jsonl import read_rows
from train_tokenizer import build_tokenizer, train_pieces

RECIPE = Path(__file__).parent.parent
ROOT = RECIPE.parent.parent
SAMPLE = RECIPE / "pretraining" / "sample"
VOCABULARY = 2000
PARTS = (("server", "train"), ("docs", "train"), ("models", "heldOut"), ("client", "heldOut"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        read_checkout(work)
        make_tokenizer(work)
        build = ["--work", str(work), "--codec", "gzip", "--shardTokens", "60000", "--threads", "1"]
        subprocess.run([sys.executable, "-m", "pretraining.build_shards", *build], cwd=RECIPE, check=True)
        shutil.rmtree(SAMPLE, ignore_errors=True)
        for part in ("documents", "shards"):
            shutil.copytree(work / part, SAMPLE / part)
        (SAMPLE / "tokenizer").mkdir()
        for file in ("tokenizer.json",):
            shutil.copy(work / "tokenizer" / file, SAMPLE / "tokenizer" / file)
        shutil.copy(work / "pretraining.fetched.json", SAMPLE)


def read_checkout(work: Path) -> None:
    """Documents of the project's own folders, as if each were a package."""
    (work / "sources").mkdir()
    for part, _ in PARTS:
        (work / "sources" / part).symlink_to(ROOT / part)
    rows = [{"name": part, "kind": "checkout", "licence": "MIT", "split": split} for part, split in PARTS]
    (work / "pretraining.fetched.json").write_text(json.dumps(rows, indent=1))
    subprocess.run(["node", str(RECIPE / "pretraining" / "read_documents.ts"), str(work), "--threads", "1"], check=True)


def make_tokenizer(work: Path) -> None:
    folder = work / "tokenizer"
    folder.mkdir()
    paths = sorted((work / "documents").glob("*.jsonl.gz"))
    lines = [unit for path in paths for row in read_rows(path) for unit in row["units"]]
    build_tokenizer(train_pieces(lines, folder, VOCABULARY, True)).save(str(folder / "tokenizer.json"), pretty=False)


if __name__ == "__main__":
    main()
