"""Step 4: the tokenizer.

In: WORK/corpus/*.jsonl.gz and the raw comments of WORK/passages. Out: WORK/tokenizer/tokenizer.json, a SentencePiece
unigram vocabulary in the format of Hugging Face's tokenizers, and report.json (tokens per passage, unknown rate).
ALBERT's own way: NFKD, accents dropped, lower case, words marked with U+2581, ids 0-4 for the special tokens. Digits
are single pieces, so numbers need no rule at run time; Chinese characters are covered one by one and as words.
"""

import json
import random
import sys
from pathlib import Path

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from jsonl import read_rows
from options import read_options

SPECIAL = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
# Characters that carry meaning in comments and must survive as pieces of their own.
USER_SYMBOLS = list("()[]{}<>\"'`-_./\\:;,#@$%^&*+=|~!?") + ["//", "/*", "*/", "/**", "->", "=>", "::", "==", "&&", "||"]
MAX_LINES = 200_000


def common_chinese() -> str:
    """The 3,755 characters of GB 2312 level 1, which cover over 99.9 % of running Chinese text."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in rows)


def main() -> None:
    options = read_options(__doc__, vocabulary=(24000, "pieces, special tokens included"))
    folder = options.work / "tokenizer"
    folder.mkdir(exist_ok=True)
    lines = collect_lines(options.work)
    random.shuffle(lines)
    size = 600 if options.tiny else options.vocabulary
    pieces = train_pieces(lines[: 3000 if options.tiny else MAX_LINES], folder, size, options.tiny)
    tokenizer = build_tokenizer(pieces)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    report = measure(tokenizer, options.work)
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report), file=sys.stderr)


def collect_lines(work: Path) -> list[str]:
    """Cleaned passages, and raw comments with their markers and code, because both will be read."""
    lines = [row["text"] for path in sorted((work / "corpus").glob("*.jsonl.gz")) for row in read_rows(path) if row["split"] == "train"]
    for path in sorted((work / "passages").glob("*.jsonl.gz")):
        rows = [row["raw"][:400] for row in read_rows(path) if row.get("raw") and row["split"] == "train"]
        lines += random.sample(rows, min(len(rows), 1500))
    return lines


def build_normalizer():
    return normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " ")]
    )


def train_pieces(lines: list[str], folder: Path, size: int, tiny: bool) -> list[tuple[str, float]]:
    """Normalised lines -> [(piece, log probability)], special tokens first."""
    normalizer = build_normalizer()
    text = folder / "lines.txt"
    text.write_text("\n".join(normalizer.normalize_str(line).strip() for line in lines))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "spiece"), model_type="unigram", vocab_size=size,
        normalization_rule_name="identity", character_coverage=0.9997, split_digits=True,
        required_chars="" if tiny else common_chinese(), hard_vocab_limit=not tiny,
        pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, pad_piece="<pad>", unk_piece="<unk>", control_symbols=SPECIAL[2:],
        user_defined_symbols=USER_SYMBOLS, max_sentence_length=4000, num_threads=2, minloglevel=2,
    )  # fmt: skip
    text.unlink()
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    pieces = [(model.id_to_piece(index), model.get_score(index)) for index in range(model.get_piece_size())]
    worst = min(score for _, score in pieces)
    # User symbols come with score 0, which would let them win over every longer piece; they are made plain pieces.
    return [(piece, worst + 2.0 if piece in USER_SYMBOLS else score) for piece, score in pieces]


def build_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Invariant: pieces[0:5] are SPECIAL, so the ids agree with ALBERT's configuration."""
    assert [piece for piece, _ in pieces[:5]] == SPECIAL, pieces[:5]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=1, byte_fallback=False))
    tokenizer.normalizer = build_normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def measure(tokenizer: Tokenizer, work: Path) -> dict:
    """Tokens per passage and the share of unknown tokens, per shard, on at most 3,000 passages each."""
    report: dict = {"vocabulary": tokenizer.get_vocab_size()}
    for path in sorted((work / "corpus").glob("*.jsonl.gz")):
        texts = [row["text"] for row in read_rows(path)]
        texts = random.sample(texts, min(3000, len(texts)))
        ids = [token for row in tokenizer.encode_batch(texts, add_special_tokens=False) for token in row.ids]
        if texts and ids:
            report[path.name.split(".")[0]] = {
                "tokensPerPassage": round(len(ids) / len(texts), 2),
                "charactersPerToken": round(sum(map(len, texts)) / len(ids), 3),
                "unknown": round(ids.count(1) / len(ids), 6),
            }
    return report


if __name__ == "__main__":
    main()
