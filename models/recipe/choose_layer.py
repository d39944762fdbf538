"""Step 6b: which of the teacher's layers the student repeats.

In: WORK/student/initial.pt (its embeddings), the labelled shard and its teacher vectors. Out: initial.pt again, with
the layer (or the mean of all six) after which a few training steps on the same batches leave the lowest loss.
"""

import copy
import json
import random
import sys

import numpy as np
import torch

from albert import Albert, Shape, pool_mean
from batches import pad
from cache_teacher import load_teacher
from distil import EXITS, build_optimizer, distillation_loss, load_passages, load_tokenizer
from init_student import set_layer
from options import read_options, set_up_torch


def main() -> None:
    options = read_options(
        __doc__, shards=("labelled", "names of the shards"), trials=(12, "steps for each candidate"), maxTokens=(48, "per passage")
    )
    set_up_torch(options)
    path = options.work / "student" / "initial.pt"
    tokenizer = load_tokenizer(options.work, options.maxTokens)
    ids, vectors = load_passages(options, tokenizer)["train"]
    rng = random.Random(options.seed)
    batches = [rng.sample(range(len(ids)), 48) for _ in range(options.trials)]
    start = torch.load(path)
    _, teacher = load_teacher("cpu")
    losses, students = {}, {}
    for layer in ["mean", *map(str, range(6))]:
        student = Albert(Shape(vocab_size=tokenizer.get_vocab_size()))
        student.load_state_dict(start)
        set_layer(student, teacher, layer)
        students[layer] = copy.deepcopy(student.state_dict())
        losses[layer] = try_out(student, ids, vectors, batches)
        print(f"layer {layer}: loss {losses[layer]:.4f}", file=sys.stderr, flush=True)
    best = min(losses, key=losses.get)
    torch.save(students[best], path)
    (options.work / "student" / "layer.json").write_text(json.dumps({"layer": best, "losses": losses}, indent=1))


def try_out(student: Albert, ids: list, vectors: np.ndarray, batches: list) -> float:
    """Mean loss of the last third of a few steps."""
    optimizer = build_optimizer(student, 8e-4)
    found = []
    for chosen in batches:
        batch, mask = pad([ids[index] for index in chosen], "cpu")
        with torch.autocast("cpu", torch.bfloat16):
            states = student(batch, mask, EXITS)
        loss = distillation_loss([pool_mean(state.float(), mask) for state in states], torch.from_numpy(vectors[chosen].astype(np.float32)))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        found.append(loss.item())
    return float(np.mean(found[-len(found) // 3 :]))


if __name__ == "__main__":
    main()
