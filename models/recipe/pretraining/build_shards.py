"""The last half of the shards: from tokenized projects to packed, compressed files of at most 50 MB.

In: WORK/tokenized/<fingerprint>/*.npz (tokenize_documents.py; run here when it is missing), WORK/pretraining.fetched.json.
Out: WORK/shards/{train,heldOut}-<n>.shard (shard_format.py) and WORK/shards/index.json: files with sizes, SHA-256 and
token counts, tokens and licence of every project. Documents of all projects are mixed, so every shard is a fair sample;
projects marked heldOut are in no train shard, and a sentence that both splits have is left out of heldOut.
Run from models/recipe: python3 -m pretraining.build_shards --work WORK [--shardTokens 25000000]
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from options import read_options
from pretraining.choose_units import SHORTEST_DOCUMENT, cap_projects, distinct_documents, unrepeated_units
from pretraining.shard_format import DOCUMENT, UNIT, fingerprint, write_shard
from pretraining.tokenize_documents import document_lengths, tokenize_all
from pretraining.word_tokenizer import WordTokenizer

MAX_SHARD_BYTES = 50_000_000


def main() -> None:
    options = read_options(
        __doc__,
        shardTokens=(25_000_000, "tokens in one shard"),
        projectTokens=(15_000_000, "at most about so many tokens of one project"),
        codec=("xz", "xz, or gzip for a sample that Node shall read"),
    )
    tokenize_all(options.work, options.threads)
    started = time.time()
    corpus = load_corpus(options.work)
    kept = choose(corpus, options.projectTokens, np.random.default_rng(options.seed))
    rows = write_all(corpus, kept, options)
    tokens = sum(row["tokens"] for row in rows)
    size = sum(row["bytes"] for row in rows)
    seconds = time.time() - started
    print(f"{tokens:,} tokens, {size / 1e6:.1f} MB, {size / tokens:.3f} bytes a token, {tokens / seconds:,.0f} tokens/s", file=sys.stderr)


def load_corpus(work: Path) -> dict:
    """All projects as one set of arrays, training projects first; `project` [D] points into `projects`."""
    vocabulary = work / "tokenizer" / "tokenizer.json"
    mark = fingerprint(vocabulary)
    sources = json.loads((work / "pretraining.fetched.json").read_text())
    sources.sort(key=lambda source: (source["split"] != "train", source["name"]))
    found = [(source, work / "tokenized" / mark / f"{source['name'].replace('/', '+')}.npz") for source in sources]
    found = [(source, path) for source, path in found if path.exists()]
    parts = [dict(np.load(path)) for _, path in found]
    corpus = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    corpus["project"] = np.repeat(np.arange(len(parts)), [len(part["documentUnits"]) for part in parts]).astype(np.uint16)
    corpus["projects"] = [source for source, _ in found]
    corpus["about"] = {"vocabulary": WordTokenizer(vocabulary).vocabulary_size, "tokenizer": mark}
    return corpus


def choose(corpus: dict, projectTokens: int, rng: np.random.Generator) -> dict:
    """Booleans over units and documents, and what each document is worth afterwards; reports what was dropped."""
    lengths = corpus["unitLengths"].astype(np.int64)
    documentOfUnit = np.repeat(np.arange(len(corpus["documentUnits"])), corpus["documentUnits"])
    distinct = distinct_documents(corpus["sketches"])
    units = distinct[documentOfUnit]
    units[units] = unrepeated_units(corpus["unitHashes"][units], lengths[units])
    left = np.bincount(documentOfUnit, weights=lengths * units, minlength=len(distinct)).astype(np.int64)
    documents = distinct & (left >= SHORTEST_DOCUMENT)
    documents[documents] = cap_projects(left[documents], corpus["project"][documents], projectTokens, rng)
    total = int(lengths.sum())
    steps = {
        "nearDuplicateDocuments": total - int(document_lengths(corpus)[distinct].sum()),
        "repeatedUnits": int(document_lengths(corpus)[distinct].sum() - left.sum()),
        "shortOrOverLimit": int(left.sum() - left[documents].sum()),
    }
    print(f"{total:,} tokens read; dropped {json.dumps(steps)}; kept {int(left[documents].sum()):,}", file=sys.stderr)
    return {"units": units & documents[documentOfUnit], "documents": documents, "tokens": left}


def write_all(corpus: dict, kept: dict, options) -> list[dict]:
    """Shards of both splits, packed by one process a core, and the index beside them."""
    folder = options.work / "shards"
    folder.mkdir(exist_ok=True)
    isTrain = np.array([source["split"] == "train" for source in corpus["projects"]])[corpus["project"]]
    rng = np.random.default_rng(options.seed)
    jobs, rows = [], []
    with ProcessPoolExecutor(options.threads) as pool:
        for split, chosen in (("train", isTrain), ("heldOut", ~isTrain)):
            documents = rng.permutation(np.flatnonzero(chosen & kept["documents"]))
            bins = np.cumsum(kept["tokens"][documents]) // options.shardTokens
            for number in range(int(bins[-1]) + 1 if len(bins) else 0):
                tokens, project = pack(corpus, kept["units"], documents[bins == number])
                about = {**corpus["about"], "split": split, "projects": [source["name"] for source in corpus["projects"]]}
                path = folder / f"{split}-{number:02d}.shard"
                jobs.append((split, pool.submit(write_shard, path, tokens, project, about, options.codec)))
                if len(jobs) > 2 * options.threads:
                    jobs[-1 - 2 * options.threads][1].result()
        rows = [{"split": split, **job.result()} for split, job in jobs]
    too_large = [row["file"] for row in rows if row["bytes"] > MAX_SHARD_BYTES]
    assert not too_large, f"over {MAX_SHARD_BYTES:,} bytes, ask for fewer --shardTokens: {too_large}"
    perProject = np.bincount(corpus["project"][kept["documents"]], kept["tokens"][kept["documents"]], len(corpus["projects"]))
    projects = [{**source, "tokens": int(count)} for source, count in zip(corpus["projects"], perProject)]
    index = {**corpus["about"], "shards": rows, "projects": projects}
    (folder / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False))
    return rows


def pack(corpus: dict, keptUnits: np.ndarray, documents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The stream of `documents` (indices, in this order): DOCUMENT, then each kept unit followed by UNIT."""
    if "unitStarts" not in corpus:
        lengths = corpus["unitLengths"].astype(np.int64)
        corpus["unitStarts"] = np.cumsum(lengths) - lengths
        corpus["firstUnits"] = np.cumsum(corpus["documentUnits"]) - corpus["documentUnits"]
    stream, starts = [], corpus["unitStarts"]
    for document in documents:
        first = corpus["firstUnits"][document]
        stream.append([DOCUMENT])
        for unit in range(first, first + corpus["documentUnits"][document]):
            if keptUnits[unit]:
                stream.append(corpus["tokens"][starts[unit] : starts[unit] + corpus["unitLengths"][unit]])
                stream.append([UNIT])
    return np.concatenate(stream).astype(np.uint16), corpus["project"][documents]


if __name__ == "__main__":
    main()
