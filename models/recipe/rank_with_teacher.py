"""How the teacher, all-MiniLM-L6-v2, ranks the passages of retrieval sets: what test/bench/retrieval.ts is compared with.

In: a file of JSON lines {"name", "passages", "queries": [{"query"}]}, as `retrieval.ts --export FILE` writes it.
Out: JSON lines {"name", "rankings"}, for each query its best 100 as [[index of the passage, cosine], ...].

    python rank_with_teacher.py sets.jsonl teacher.jsonl
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from cache_teacher import teacher_folder
from sentence_teacher import SentenceTeacher

CANDIDATES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    teacher = SentenceTeacher(teacher_folder(), dtype=torch.float32)
    with options.sets.open() as lines, options.output.open("w") as output:
        for line in lines:
            one = json.loads(line)
            passages = teacher.encode(one["passages"]).astype(np.float32)
            queries = teacher.encode([query["query"] for query in one["queries"]]).astype(np.float32)
            rankings = [best(vector @ passages.T) for vector in queries]
            output.write(json.dumps({"name": one["name"], "rankings": rankings}) + "\n")


def best(scores: np.ndarray) -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    return [(int(index), round(float(scores[index]), 6)) for index in order]


if __name__ == "__main__":
    main()
