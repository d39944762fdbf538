"""Step 3c: made sentences, so that vectors know many words in few tokens.

In: WordNet (its npm package, as in general_texts.py) and the shards general, docs and queries of WORK/corpus, which say how
common a word is. Out: WORK/corpus/made.jsonl.gz: short plain sentences, and questions and titles as programmers type them,
from frames whose places are filled with words of the right kind. Each comes with changed copies (a synonym, another
number, a negation, another order), because fine differences of meaning are what a teacher's vectors tell and real text
seldom shows twice. Nobody needs to have said them: only the teacher's vector of each is learned.
"""

import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable

from general_texts import WORDNET, files_of
from jsonl import read_rows, write_rows
from options import read_options

SOURCES = ("general", "docs", "queries")
PLAIN, TECHNICAL = 60_000, 45_000
LEAST_SEEN, FLATTENED = 6, 0.4
# The lexicographer files of WordNet that a place of a frame may take from.
NOUN_FILES = {
    "person": [18], "animal": [5], "thing": [6], "food": [13], "place": [15], "group": [14], "idea": [9, 10], "event": [4, 11],
    "feeling": [12], "body": [8], "plant": [20], "stuff": [27], "time": [28], "state": [26], "quality": [7],
}  # fmt: skip
VERB_FILES = {"does": [29, 30, 33, 34, 35, 36, 38, 39], "says": [31, 32], "owns": [40, 41]}
NUMBERS = ["two", "three", "four", "five", "six", "ten", "a dozen", "20", "35", "100", "several", "many"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
PLAIN_FRAMES = [
    "A {person} is {does+ing} a {thing}.", "A {adj} {person} is {does+ing} the {adj} {thing}.", "The {person} is {does+ing} {food} in a {thing}.",
    "A {animal} is {does+ing} in the {place}.", "Two {animal+s} are {does+ing} near a {thing}.", "{number} {person+s} are {does+ing} a {thing}.",
    "A {person} and a {person} are {does+ing} in the {place}.", "The {person} {does+ed} the {thing} and {does+ed} the {food}.",
    "A {adj} {animal} {does+s} on a {adj} {thing}.", "{person+s} {does} {thing+s} in the {place}.", "There is a {adj} {thing} on the {thing}.",
    "A {person} with a {thing} {does+s} past the {thing}.", "Someone is {does+ing} a {food} with a {thing}.", "The {person} {does+s} {adv} to the {thing}.",
    "{group} {says+s} {number} {person+s} {does+ed} in {place}.", "{place} {person+s} {says} the {event} of the {group}.",
    "{number} {person+s} killed in {place} {event}.", "The {group} {owns+ed} its {idea} on {day}.", "{person} {says+s} that the {event} was {adj}.",
    "The {group} said on {day} that the {state} is {adj}.", "What is the best way to {does} a {thing}?", "Should I {does} my {thing} or {owns} it?",
    "I think the {quality} of the {idea} is {adj}.", "You can {does} the {thing}, but the {person} has to {says} it first.", "Why do {animal+s} {does} at {time}?",
    "How do I {does} {stuff} from a {adj} {thing}?", "The {body} of the {animal} is {adj}.", "{adj} {plant+s} grow in the {place}.",
    "It is not {adj} to {says} the {idea}.", "My {feeling} about the {event} is {adj}.",
]  # fmt: skip
TECHNICAL_FRAMES = [
    "How do I {verb} the {noun} of a {noun}?", "how to {verb} {noun+s}", "Why does the {noun} {verb} the {noun}?", "What happens when the {noun} is {adj}?",
    "{verb} {noun} from {noun}", "{verb} a {adj} {noun}", "{noun} {noun} {noun}", "when is the {noun} {verb+ed}?", "where are {noun+s} {verb+ed}?",
    "{verb+s} the {noun} and returns the {adj} {noun}", "Returns whether the {noun} can {verb}.", "The {noun} must not be {adj}.", "{verb} {noun} {noun+s} on {noun}",
    "Which {noun} {verb+s} the {noun} before the {noun} is {verb+ed}?", "Make sure that the {noun} is {verb+ed} only once.", "do we {verb} {noun+s} if the {noun} is {adj}",
    "{verb+ing} {noun+s} with a {adj} {noun}", "The {noun} is {verb+ed} by the {noun}, not by the {noun}.", "{noun} limit for {adj} {noun+s}", "default {noun} of the {noun}",
]  # fmt: skip
PAST = dict(
    pair.split()
    for pair in (
        "go went, run ran, eat ate, take took, give gave, see saw, write wrote, read read, make made, hold held, stand stood, sit sat, cut cut, put put, set set,"
        "get got, find found, keep kept, leave left, send sent, build built, break broke, drive drove, ride rode, swim swam, sing sang, drink drank, throw threw,"
        "catch caught, buy bought, bring brought, think thought, teach taught, tell told, say said, sell sold, feel felt, meet met, lead led, feed fed, sleep slept,"
        "speak spoke, choose chose, draw drew, fly flew, grow grew, know knew, begin began, win won, lose lost, pay paid, hit hit, let let, shut shut, spend spent,"
        "hear heard, wear wore, rise rose, fall fell, do did, come came, become became, have had, shake shook, steal stole"
    ).split(",")
)
PLURALS = {"man": "men", "woman": "women", "child": "children", "person": "people", "mouse": "mice", "foot": "feet", "tooth": "teeth", "goose": "geese", "sheep": "sheep", "fish": "fish", "index": "indices", "vertex": "vertices"}


def main() -> None:
    options = read_options(__doc__)
    seen = Counter(word for shard in SOURCES for row in read_rows(options.work / "corpus" / f"{shard}.jsonl.gz") for word in re.findall(r"[a-z]+", row["text"]))
    technical = Counter(word for shard in SOURCES[1:] for row in read_rows(options.work / "corpus" / f"{shard}.jsonl.gz") for word in re.findall(r"[a-z]+", row["text"]))
    senses, synonyms = read_wordnet()
    rng = random.Random(options.seed)
    plain = drawers(senses, seen, rng)
    domain = drawers({"noun": senses["n"], "verb": senses["v"], "adj": senses["a"]}, technical, rng)
    texts: dict[str, None] = {}
    for frames, count, draw in ((PLAIN_FRAMES, PLAIN, plain), (TECHNICAL_FRAMES, TECHNICAL, domain)):
        for _ in range(500 if options.tiny else count):
            texts.update(dict.fromkeys(family(rng.choice(frames), draw, synonyms, rng)))
    rows = [
        {"project": "made", "kind": "paragraph", "language": "docs", "split": "heldOut" if zlib.crc32(text.encode()) % 50 == 0 else "train", "text": text}
        for text in texts
    ]
    rng.shuffle(rows)
    write_rows(options.work / "corpus" / "made.jsonl.gz", rows)
    print(f"made: {len(rows)} texts", file=sys.stderr)


def read_wordnet() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """{place of a frame: single words}, {word: words of its most usual sense}."""
    senses: dict[str, set[str]] = {}
    bySynset: dict[tuple[str, str], list[str]] = {}
    first: dict[str, tuple[str, str]] = {}
    places = {(1, file): place for place, files in NOUN_FILES.items() for file in files} | {(2, file): place for place, files in VERB_FILES.items() for file in files}
    content = next(content for name, content in files_of(WORDNET) if name == "index.sense")
    for line in content.splitlines():
        key, offset, rank, _ = line.split()
        lemma, _, rest = key.partition("%")
        kind, file = (int(part) for part in rest.split(":")[:2])
        if not re.fullmatch(r"[a-z]{3,14}", lemma):
            continue
        group = {1: "n", 2: "v", 3: "a", 4: "r", 5: "a"}[kind]
        bySynset.setdefault((group, offset), []).append(lemma)
        if rank != "1":
            continue
        first.setdefault(lemma, (group, offset))
        for place in filter(None, (places.get((kind, file)), group, {"a": "adj", "r": "adv"}.get(group))):
            senses.setdefault(place, set()).add(lemma)
    synonyms = {word: [other for other in bySynset[synset] if other != word] for word, synset in first.items()}
    return {place: sorted(words) for place, words in senses.items()}, synonyms


def drawers(senses: dict[str, list[str]], seen: Counter, rng: random.Random) -> Callable[[str], str]:
    """A function that draws a word for a place; common words more often, but far less than in text."""
    words = {place: [word for word in found if seen[word] >= LEAST_SEEN] for place, found in senses.items()}
    weights = {place: [seen[word] ** FLATTENED for word in found] for place, found in words.items()}
    fixed = {"number": NUMBERS, "day": DAYS}
    return lambda place: rng.choice(fixed[place]) if place in fixed else rng.choices(words[place], weights[place])[0]


def family(frame: str, draw: Callable[[str], str], synonyms: dict[str, list[str]], rng: random.Random) -> list[str]:
    """A sentence and one or two changed copies."""
    places = re.findall(r"\{(\w+)(?:\+(\w+))?\}", frame)
    words = [draw(place) for place, _ in places]
    found = [filled(frame, words)]
    changed = list(words)
    at = rng.randrange(len(words))
    others = synonyms.get(words[at], [])
    changed[at] = rng.choice(others) if others and rng.random() < 0.6 else draw(places[at][0])
    found.append(filled(frame, changed))
    if rng.random() < 0.3:
        found.append(negated(found[0]) if rng.random() < 0.5 else filled(frame, swapped(words, places, rng)))
    return found


def swapped(words: list[str], places: list[tuple[str, str]], rng: random.Random) -> list[str]:
    """Two words of the same kind change places: the dog bites the man."""
    pairs = [(a, b) for a in range(len(words)) for b in range(a) if places[a][0] == places[b][0]]
    if not pairs:
        return words
    a, b = rng.choice(pairs)
    return [words[b] if index == a else words[a] if index == b else word for index, word in enumerate(words)]


def negated(text: str) -> str:
    return re.sub(r"\b(is|are|was|must|can|does|do)\b(?! not)", r"\1 not", text, count=1)


def filled(frame: str, words: list[str]) -> str:
    left = iter(words)
    text = re.sub(r"\{\w+(?:\+(\w+))?\}", lambda place: inflected(next(left), place[1]), frame)
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    return text[0].upper() + text[1:] if frame[0] in "ATISWHM{" and frame.endswith((".", "?")) else text


def inflected(word: str, ending: str | None) -> str:
    if ending == "s":
        return PLURALS.get(word) or plural(word)
    if ending == "ing":
        return stem(word) + "ing"
    if ending == "ed":
        return PAST[word] if word in PAST else re.sub(r"([^aeiou])y$", r"\1i", doubled(word).removesuffix("e")) + "ed"
    return word


def plural(word: str) -> str:
    """Also the third person of a verb."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")


def stem(word: str) -> str:
    return doubled(word[:-1] if re.search(r"[^eoy]e$", word) else word)


def doubled(word: str) -> str:
    """stop -> stopp(ing): short words that end in one consonant after one vowel."""
    return word + word[-1] if re.fullmatch(r"[^aeiou]{0,3}[aeiou][bdgklmnprt]", word) else word


if __name__ == "__main__":
    main()
