"""Step 8b: examples of two texts that belong together or not.

In: WORK/passages (comments and the signatures that they document), DATA/docs. Out: WORK/pairs.jsonl.gz with rows {task,
first, second, label, why, project, split}.

`stale`, first a comment, second the code it documents, label `current` or `stale`. Current pairs stand so in a source. A
stale pair is made in one of three ways: the signature of another comment of the same project; the same signature after an
edit that the comment did not follow (a parameter that it names is renamed or gone, a word such as get or first has turned
into its opposite); or a comment of which one word was turned. `order`, two consecutive segments of one text, label
`inOrder` or `swapped`, as ALBERT was published: never a segment of another text.
"""

import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator

from jsonl import read_rows, write_rows
from options import read_options

OPPOSITES = [
    ("get", "set"), ("add", "remove"), ("first", "last"), ("min", "max"), ("start", "stop"), ("enable", "disable"), ("open", "close"),
    ("read", "write"), ("before", "after"), ("true", "false"), ("include", "exclude"), ("begin", "end"), ("show", "hide"), ("push", "pop"),
    ("create", "delete"), ("input", "output"), ("encode", "decode"), ("lower", "upper"), ("left", "right"), ("row", "column"), ("width", "height"),
    ("insert", "delete"), ("lock", "unlock"), ("next", "previous"), ("source", "target"), ("parse", "format"), ("load", "save"), ("client", "server"),
]  # fmt: skip
TURNED = {word: other for pair in OPPOSITES for word, other in (pair, pair[::-1])}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
MAX_COMMENT, MAX_SIGNATURE, MAX_SEGMENT = 300, 160, 260
SHARE_CURRENT, SHARE_OTHER = 0.5, 0.25


def main() -> None:
    options = read_options(__doc__, projectPairs=(900, "at most so many comments with signatures of a project"), orders=(60000, "pairs of segments"))
    rows = [*stale_rows(options), *order_rows(options)]
    random.shuffle(rows)
    for row in rows:
        if row["split"] == "train" and zlib.crc32(row["project"].encode()) % 12 == 0:
            row["split"] = "validation"
    write_rows(options.work / "pairs.jsonl.gz", rows[:2000] if options.tiny else rows)
    print(Counter((row["task"], row["label"], row["why"], row["split"]) for row in rows), file=sys.stderr)


def stale_rows(options) -> Iterator[dict]:
    for path in sorted((options.work / "passages").glob("*.jsonl.gz")):
        pairs = [(row["text"], row["signature"], row) for row in read_rows(path) if row.get("signature") and is_worth(row)]
        random.shuffle(pairs)
        signatures = [signature for _, signature, _ in pairs]
        for text, signature, row in pairs[: options.projectPairs]:
            comment, code, why = text[:MAX_COMMENT], signature[:MAX_SIGNATURE], "as written"
            draw = random.random()
            if draw >= SHARE_CURRENT:
                edited = edit(comment, code, random.choice(signatures)) if draw >= SHARE_CURRENT + SHARE_OTHER else None
                comment, code, why = edited or (comment, random.choice(signatures)[:MAX_SIGNATURE], "other signature")
                if code == signature[:MAX_SIGNATURE] and why == "other signature":
                    continue
            label = "current" if why == "as written" else "stale"
            yield {"task": "stale", "first": comment, "second": code, "label": label, "why": why, "project": row["project"], "split": row["split"]}


def is_worth(row: dict) -> bool:
    """A comment that says something, and a signature that shares a word with it, as most honest pairs do."""
    words = {word.lower() for word in WORD.findall(row["text"])}
    names = {word.lower() for word in WORD.findall(row["signature"]) if len(word) > 2}
    return len(words) >= 3 and len(names) >= 2 and (bool(words & names) or random.random() < 0.3)


def edit(comment: str, code: str, other: str) -> tuple[str, str, str] | None:
    """The pair after a change that only one side took part in, or None where there is nothing to change.

    A new name comes from another signature of the project, so that the name itself gives nothing away.
    """
    names = [name for name in IDENTIFIER.findall(other) if len(name) > 2 and name not in code]
    named = [name for name in IDENTIFIER.findall(code) if len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", comment)]
    turns = [word for word in WORD.findall(code) if word.lower() in TURNED]
    ways = [("renamed", named if names else []), ("opposite", turns), ("opposite word", [word for word in WORD.findall(comment) if word.lower() in TURNED])]
    ways = [(why, found) for why, found in ways if found]
    if not ways:
        return None
    why, found = random.choice(ways)
    word = random.choice(found)
    if why == "renamed":
        return comment, re.sub(rf"\b{re.escape(word)}\b", random.choice(names), code), why
    turned = same_case(TURNED[word.lower()], word)
    return (comment, code.replace(word, turned, 1), why) if why == "opposite" else (re.sub(rf"\b{word}\b", turned, comment, count=1), code, why)


def same_case(word: str, like: str) -> str:
    return word.upper() if like.isupper() and len(like) > 1 else word.capitalize() if like[0].isupper() else word


def order_rows(options) -> Iterator[dict]:
    pairs = [*paragraph_pairs(options.data), *sentence_pairs(options.work)]
    random.shuffle(pairs)
    for first, second, project, split in pairs[: options.orders]:
        isSwapped = random.random() < 0.5
        one, two = (second, first) if isSwapped else (first, second)
        yield {"task": "order", "first": one[:MAX_SEGMENT], "second": two[:MAX_SEGMENT], "label": "swapped" if isSwapped else "inOrder",
               "why": "", "project": project, "split": split}  # fmt: skip


def paragraph_pairs(data) -> Iterator[tuple[str, str, str, str]]:
    """Neighbouring paragraphs of one page; held out by page, as in build_corpus.py."""
    for path in sorted((data / "docs").glob("*.jsonl.gz")):
        before = None
        for row in read_rows(path):
            if before and before["path"] == row["path"] and min(len(before["text"]), len(row["text"])) > 60:
                split = "heldOut" if zlib.crc32(row["path"].encode()) % 20 == 0 else "train"
                yield before["text"], row["text"], path.name.split(".")[0], split
            before = row


def sentence_pairs(work) -> Iterator[tuple[str, str, str, str]]:
    """Two halves of one comment or paragraph of code's own documentation, cut between sentences."""
    for path in sorted((work / "passages").glob("*.jsonl.gz")):
        rows = [row for row in read_rows(path) if 120 < len(row["text"]) < 700 and row["kind"] != "line"]
        for row in random.sample(rows, min(600, len(rows))):
            cuts = [found.end() for found in re.finditer(r"[.!?]\s+(?=[A-Z])", row["text"]) if 40 < found.end() < len(row["text"]) - 40]
            if cuts:
                cut = random.choice(cuts)
                yield " ".join(row["text"][:cut].split()), " ".join(row["text"][cut:].split()), row["project"], row["split"]


if __name__ == "__main__":
    main()
