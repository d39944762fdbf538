"""Tells texts that were seen before, exactly or nearly.

In: one text after the other. Two texts are near duplicates when they agree after case, digits and punctuation are
dropped, or when the smallest hashes of their word triples agree (a bottom-k sketch: k equal minima of about as many
distinct triples mean a Jaccard similarity near 1).
"""

import re
import zlib

SKETCH_SIZE = 4


class DuplicateFilter:
    def __init__(self):
        self._seen: set[int] = set()

    def is_new(self, text: str) -> bool:
        """True for the first text of its kind; remembers it."""
        keys = duplicate_keys(text)
        if any(key in self._seen for key in keys):
            return False
        self._seen.update(keys)
        return True


def duplicate_keys(text: str) -> list[int]:
    """The keys under which near duplicates meet: of the whole text, and of its sketch when it is long enough."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words:
        return [hash(re.sub(r"\s+", "", text)[:40])]
    keys = [hash(" ".join(words))]
    triples = {zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2)}
    if len(triples) >= 2 * SKETCH_SIZE:
        keys.append(hash(tuple(sorted(triples)[:SKETCH_SIZE])))
    return keys
