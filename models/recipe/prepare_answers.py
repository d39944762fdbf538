"""Step 8c: questions whose answer stands in a text, and questions it does not answer.

In: DATA/question-answering, WORK/corpus. Out: WORK/answers.jsonl.gz, rows {question, context, start, end, source, split};
start and end are characters of the context, -1 where it says no answer. Three sources: people's questions (SQuAD 2.0, a
slice, split by article); sentences of documentation turned into a question by its own wording ("X defaults to Y", "raises X
if Y"); and recurring spans (Ram et al., Splinter, 2021): the sentence around one of two occurrences of the same words asks
for them, the passage with the other one answers. An unanswered question is one that got a neighbouring text in which
the answer's words do not occur.
"""

import random
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator

from jsonl import read_rows, write_rows
from options import read_options

HELD_OUT_ARTICLES, VALIDATION_ARTICLES = {"Solar_energy", "Spectre_(2015_film)"}, {"The_Legend_of_Zelda:_Twilight_Princess"}
NAME = r"(?:[Tt]he |[Aa]n? )?(?P<name>[`'\"]?[A-Za-z_][\w.()-]*[`'\"]?(?: [a-z]+){0,2})"
REST = r"(?P<answer>[^.;:]{3,90}?)(?=[.;,:]|$)"
# A sentence's pattern, and the questions that its answer fits.
PATTERNS = [
    (rf"\b{NAME} (?:defaults|default) to {REST}", ["What does {name} default to?", "What is the default of {name}?", "default value of {name}"]),
    (rf"\b[Tt]he default (?:value )?(?:of|for) {NAME} is {REST}", ["What is the default of {name}?", "What is the default value for {name}?", "{name} default"]),
    (rf"^{NAME} is (?P<answer>(?:an?|the) [^.;:]{{8,90}}?)(?=[.;,:]|$)", ["What is {name}?", "What is the {name}?", "what does {name} mean"]),
    (rf"\b{NAME} returns {REST}", ["What does {name} return?", "What is the result of {name}?", "what will {name} return"]),
    (r"^Returns? (?P<answer>[^.;:]{6,90}?)(?=[.;:]|$)", ["What does it return?", "What is returned?", "return value"]),
    (r"\b(?:[Rr]aises?|[Tt]hrows?) (?P<name>an? [\w.`]+|`?[A-Z]\w+`?) (?P<answer>(?:if|when|unless) [^.;:]{5,90}?)(?=[.;:]|$)", ["When is {name} raised?", "When does it throw {name}?", "Why do I get {name}?"]),
    (r"\b(?:[Rr]aises?|[Tt]hrows?) (?P<answer>an? [\w.`]+|`?[A-Z]\w+`?) (?P<name>(?:if|when|unless) [^.;:]{5,90}?)(?=[.;:]|$)", ["What is raised {name}?", "What happens {name}?", "What is thrown {name}?"]),
    (r"^(?P<name>[^.;:,]{12,90}?),? (?P<answer>because [^.;:]{8,110}?)(?=[.;:]|$)", ["Why {name}?", "why is it that {name}", "What is the reason that {name}?"]),
    (r"^(?P<name>[^.;:,]{12,80}?) (?P<answer>(?:so that|in order to|to avoid|to prevent|to make sure) [^.;:]{6,90}?)(?=[.;:]|$)", ["Why {name}?", "What is the purpose: {name}?"]),
    (rf"\b{NAME} (?:must|should|has to) be {REST}", ["What must {name} be?", "What should {name} be?", "requirements on {name}"]),
    (r"\b[Uu]se (?P<answer>[`'\"]?[\w.()-]{3,40}[`'\"]?) to (?P<name>[a-z][^.;:,]{6,70}?)(?=[.;,:]|$)", ["How do I {name}?", "What do I use to {name}?", "how to {name}"]),
    (r"\bTo (?P<name>[a-z][^.;:,]{6,70}?), (?P<answer>(?:use|call|run|set|add|pass|specify) [^.;:]{3,70}?)(?=[.;:]|$)", ["How do I {name}?", "How can I {name}?", "how to {name}"]),
    (r"\b(?:[Aa]dded|[Nn]ew|[Ii]ntroduced) in (?:version )?(?P<answer>v?\d+\.\d+[\w.]*)", ["Since which version does it exist?", "When was it added?", "In which version was it introduced?"]),
    (r"\b[Dd]eprecated (?:since|in)(?: version)? (?P<answer>v?\d+\.\d+[\w.]*)", ["Since when is it deprecated?", "In which version was it deprecated?"]),
    (rf"\b{NAME} (?:is|are) (?P<answer>(?:called|invoked|used|executed|run) (?:when|if|before|after|by|to) [^.;:]{{4,80}}?)(?=[.;:]|$)", ["When is {name} called?", "What is {name} used for?", "When is {name} used?"]),
]  # fmt: skip
COMPILED = [(re.compile(pattern), questions) for pattern, questions in PATTERNS]
PATTERN_LIMIT, PROJECT_LIMIT, SPAN_LIMIT = 2600, 700, 24_000
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
WORDS = re.compile(r"[A-Za-z][\w-]+(?:\.\w+)*(?:\(\))?")
STOP = set("the a an of to in is it this that for and or be as by on with are if not at from can will which you we when used use has have its all any following there what whether one another these those they he she such so but then also here only".split())
LONGEST = 900


def main() -> None:
    options = read_options(__doc__)
    passages = documentation(options)
    rows = [*people(options.data), *wording(passages), *recurring_spans(passages)]
    random.shuffle(rows)
    write_rows(options.work / "answers.jsonl.gz", rows[:2000] if options.tiny else rows)
    print(Counter((row["source"], row["split"], row["start"] >= 0) for row in rows), file=sys.stderr)


def documentation(options) -> list[dict]:
    """Passages of some length, of docs and of code, in the order of their source."""
    found = []
    for path in sorted((options.work / "corpus").glob("*.jsonl.gz")):
        if path.name.startswith(("docs", "code")):
            for row in read_rows(path):
                if 80 <= len(row["text"]) <= LONGEST:
                    project = row.get("project") or path.stem
                    split = row["split"]
                    if split == "train" and zlib.crc32(project.encode()) % 12 == 0:
                        split = "validation"
                    found.append({"text": row["text"], "project": project, "split": split})
    return found


def people(data) -> Iterator[dict]:
    """SQuAD's own rows, and each answerable question once more with another paragraph of its article."""
    rows = list(read_rows(data / "question-answering" / "squad2-slice.jsonl.gz"))
    paragraphs: dict = defaultdict(set)
    for row in rows:
        paragraphs[row["title"]].add(row["context"])
    for row in rows:
        split = "heldOut" if row["title"] in HELD_OUT_ARTICLES else "validation" if row["title"] in VALIDATION_ARTICLES else "train"
        if row["impossible"] or not row["answers"]:
            yield make_row(row["question"], row["context"], None, "squad", split)
            continue
        answer = row["answers"][0]
        yield make_row(row["question"], row["context"], (answer["answer_start"], answer["answer_start"] + len(answer["text"])), "squad", split)
        if split == "train" and random.random() < 0.5:
            others = [text for text in sorted(paragraphs[row["title"]]) if answer["text"].lower() not in text.lower()]
            if others:
                yield make_row(row["question"], random.choice(others), None, "squad", split)


def wording(passages: list[dict]) -> Iterator[dict]:
    counts, perProject, nearby = Counter(), Counter(), neighbours(passages)
    for row in random.sample(passages, len(passages)):
        kinds = list(enumerate(COMPILED))
        random.shuffle(kinds)
        for at, (pattern, questions) in kinds:
            if counts[at, row["split"]] >= PATTERN_LIMIT or perProject[row["project"], at] >= PROJECT_LIMIT:
                continue
            made = from_wording(row["text"], pattern, questions)
            if made is None:
                continue
            question, start, end = made
            counts[at, row["split"]] += 1
            perProject[row["project"], at] += 1
            yield make_row(question, row["text"], (start, end), "wording", row["split"])
            if random.random() < 0.6:
                other = unanswering(question, row["text"][start:end], row, nearby)
                if other:
                    yield make_row(question, other, None, "wording", row["split"])
            break


def from_wording(text: str, pattern: re.Pattern, questions: list[str]) -> tuple[str, int, int] | None:
    """A question, and where its answer starts and ends."""
    at = 0
    for sentence in SENTENCE.split(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        match = pattern.search(sentence)
        if not match:
            continue
        name = match.groupdict().get("name", "")
        isClause = len(name.split()) > 3
        if not isClause and name.lower().split(" ")[0] in STOP and not name.lower().startswith(("if", "when", "a ", "an ")):
            continue
        name = name if re.match(r"[A-Z][a-z]+[A-Z_]|[A-Z]{2}|\W", name) else name[:1].lower() + name[1:]
        question = random.choice(questions).format(name=name.strip("`'\""))
        return question, start + match.start("answer"), start + match.end("answer")
    return None


def neighbours(passages: list[dict]) -> dict:
    """{project: {word: passages that hold it}}, rarer words only."""
    found: dict = defaultdict(lambda: defaultdict(list))
    for row in passages:
        for word in {word.lower() for word in WORDS.findall(row["text"])} - STOP:
            if len(found[row["project"]][word]) < 40:
                found[row["project"]][word].append(row["text"])
    return found


def unanswering(question: str, answer: str, row: dict, nearby: dict) -> str | None:
    """A passage of the same project that shares a word with the question and does not hold the answer."""
    words = [word.lower() for word in WORDS.findall(question) if word.lower() not in STOP]
    texts = [text for word in words for text in nearby[row["project"]][word] if text != row["text"] and answer.lower() not in text.lower()]
    return random.choice(texts) if texts else None


def recurring_spans(passages: list[dict]) -> Iterator[dict]:
    """Two passages of one project that hold the same rare words: the sentence around the one asks, the other answers."""
    byProject: dict = defaultdict(list)
    for row in passages:
        byProject[row["project"]].append(row)
    share = SPAN_LIMIT / max(1, len(passages))
    for rows in byProject.values():
        places: dict = defaultdict(list)
        for number, row in enumerate(rows):
            words = [(match.group(), match.start(), match.end()) for match in WORDS.finditer(row["text"])]
            for size in (1, 2, 3):
                for at in range(len(words) - size + 1):
                    part = words[at : at + size]
                    text = row["text"][part[0][1] : part[-1][2]]
                    isName = re.search(r"[A-Z_.(\d]", text[1:]) is not None
                    if part[0][0].lower() in STOP or part[-1][0].lower() in STOP or (size == 1 and not isName) or len(text) != sum(len(word) for word, _, _ in part) + size - 1:
                        continue
                    places[text].append((number, part[0][1], part[-1][2]))
        names = [text for text, found in places.items() if 2 <= len({number for number, _, _ in found}) <= 12]
        random.shuffle(names)
        for text in names[: int(len(rows) * share * 1.5) + 1]:
            (asking, start, end), (answering, from_, to) = random.sample(places[text], 2)
            if asking == answering:
                continue
            question = around(rows[asking]["text"], start, end)
            if question:
                yield make_row(question, rows[answering]["text"], (from_, to), "spans", rows[answering]["split"])


def around(text: str, start: int, end: int) -> str | None:
    """The sentence around [start, end) with that part asked for."""
    left = max((match.end() for match in re.finditer(r"[.!?;]\s", text[:start])), default=0)
    right = next((end + match.start() for match in re.finditer(r"[.!?;](\s|$)", text[end:])), len(text))
    before, after = text[left:start][-120:], text[end:right][:120]
    if len(WORDS.findall(before + after)) < 4:
        return None
    return f"{before}{random.choice(['what', 'which', '?', 'what'])}{after}?"


def make_row(question: str, context: str, span: tuple[int, int] | None, source: str, split: str) -> dict:
    start, end = span or (-1, -1)
    return {"question": question, "context": context, "start": start, "end": end, "source": source, "split": split}


if __name__ == "__main__":
    main()
