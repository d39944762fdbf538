"""Our tokenizer, fast enough for a corpus: every distinct word is segmented once.

In: texts. Out: the same ids as tokenizer.json gives without special tokens, because its pre-tokenizer cuts at white
space and the unigram model looks at one word at a time. A dictionary from word to ids answers the repeated words,
which are 97 of 100. Text that spells out a special token (`[SEP]`) becomes the unknown id: shards use those ids.
"""

from pathlib import Path

from tokenizers import Tokenizer

UNKNOWN = 1
SPECIAL_IDS = 5
MAX_CACHED_WORDS = 3_000_000


class WordTokenizer:
    def __init__(self, path: Path):
        self._tokenizer = Tokenizer.from_file(str(path))
        self._words: dict[str, list[int]] = {}

    @property
    def vocabulary_size(self) -> int:
        return self._tokenizer.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        """`'Adds a + b'` -> the ids of its pieces, never one of the special tokens but <unk>."""
        text = text.lower() if text.isascii() else self._tokenizer.normalizer.normalize_str(text)
        words = self._words
        ids: list[int] = []
        for word in text.split():
            found = words.get(word)
            ids += self._segment(word) if found is None else found
        return ids

    def _segment(self, word: str) -> list[int]:
        if len(self._words) >= MAX_CACHED_WORDS:
            self._words.clear()
        ids = self._tokenizer.encode(word, add_special_tokens=False).ids
        found = [piece if piece >= SPECIAL_IDS else UNKNOWN for piece in ids]
        self._words[word] = found
        return found
