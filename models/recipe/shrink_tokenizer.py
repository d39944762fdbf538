"""Step 4b: a smaller vocabulary from a larger one, so that the release has room for more layers.

In: --source, a tokenizer.json of train_tokenizer.py (by default the one in WORK), and WORK/corpus. Out:
WORK/tokenizer/tokenizer.json with --vocabulary pieces, and report.json. Kept are the special pieces, the symbols, every
single letter and digit, the Chinese characters of GB 2312 level 1, and then the pieces that the corpus uses most, each
weighed by the letters it saves. A unigram vocabulary stays one when pieces are taken away: words fall into smaller ones.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

from tokenizers import Tokenizer

from jsonl import read_rows
from options import read_options
from train_tokenizer import SPECIAL, USER_SYMBOLS, build_tokenizer, common_chinese, measure

MAX_TEXTS = 40_000


def main() -> None:
    options = read_options(__doc__, vocabulary=(16000, "pieces, special tokens included"), source=("", "the larger tokenizer.json"))
    folder = options.work / "tokenizer"
    folder.mkdir(exist_ok=True)
    source = options.source or str(folder / "tokenizer.json")
    large = Tokenizer.from_file(source)
    pieces = [tuple(piece) for piece in json.loads(Path(source).read_text())["model"]["vocab"]]
    worth = count_worth(large, options.work)
    needed = {*SPECIAL, *USER_SYMBOLS, *common_chinese()}
    ranked = sorted(range(len(pieces)), key=lambda index: (pieces[index][0] not in needed and len(pieces[index][0]) > 1, -worth[index]))
    kept = sorted(ranked[: options.vocabulary])
    tokenizer = build_tokenizer([pieces[index] for index in kept])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    report = measure(tokenizer, options.work)
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report), file=sys.stderr)


def count_worth(tokenizer: Tokenizer, work: Path) -> list[int]:
    """[V]: how often a piece is used, times the pieces that it stands for, on a sample of every shard."""
    counts: Counter = Counter()
    for path in sorted((work / "corpus").glob("*.jsonl.gz")):
        texts = [row["text"] for row in read_rows(path) if row["split"] == "train"]
        for row in tokenizer.encode_batch(random.sample(texts, min(MAX_TEXTS, len(texts))), add_special_tokens=False):
            counts.update(row.ids)
    return [counts[index] * max(1, len(tokenizer.id_to_token(index).lstrip("▁")) - 1) for index in range(tokenizer.get_vocab_size())]


if __name__ == "__main__":
    main()
