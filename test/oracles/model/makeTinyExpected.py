"""Writes test/fixtures/models/tinyExpected.json: what Python makes of texts with the tiny model folder, end to end.

In: test/fixtures/models/tiny. Out, per text (or pair) and depth: token ids, calibrated probabilities of every task,
and the embedding. Uses the tokenizers library, transformers' AlbertModel and the formulas of docs/MODEL.md.
Run after makeTinyModel.py: python makeTinyExpected.py
"""

import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AlbertConfig, AlbertModel

FIXTURES = Path(__file__).parents[2] / "fixtures" / "models"
FOLDER = FIXTURES / "tiny"
INPUTS = [
    ("Returns the number of rows that match the query.", None),
    ("TODO: this is a hack, remove it after the next release", None),
    ("We sort before merging because callers rely on a stable order.", "function merge(a, b)"),
    ("const result = await fetch(url, options);", None),
    ("x", None),
    ("Café, naïve 😀 ﬁle — ½ 中文 \u00a0 weird   spaces", None),
    ("Copyright 2021 The Authors. Licensed under the MIT License; see the file LICENSE for details. " * 8, None),
    ("@deprecated use createSession instead", "export function openSession(name: string): Session"),
]


def encode(tokenizer, text, context, max_tokens):
    """A pair is cut from its longer side first; special tokens are counted."""
    tokenizer.enable_truncation(max_tokens, strategy="longest_first")
    return tokenizer.encode(text, context) if context is not None else tokenizer.encode(text)


def logits_of(task, tensors, features):
    name = task["name"]
    if f"heads.{name}.dense.weight" in tensors:
        features = torch.tanh(
            torch.nn.functional.linear(features, tensors[f"heads.{name}.dense.weight"], tensors[f"heads.{name}.dense.bias"])
        )
    return torch.nn.functional.linear(
        features, tensors[f"heads.{name}.classifier.weight"], tensors[f"heads.{name}.classifier.bias"]
    )


def probabilities_of(task, logits, depth):
    temperatures = task["temperatures"]
    scaled = logits / temperatures.get(str(depth), temperatures["default"])
    return scaled.softmax(-1) if task["kind"] == "singleLabel" else scaled.sigmoid()


def rounded(tensor):
    return [round(float(value), 7) for value in tensor]


def answer(model, tensors, tasks, encoding, depth):
    with torch.no_grad():
        hidden = model(
            input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids])
        ).last_hidden_state[0]
    pooled = {"mean": hidden.mean(0), "cls": hidden[0]}
    scores = {}
    embedding = None
    for task in tasks["tasks"]:
        features = pooled[task["pooling"]]
        if task["kind"] == "embedding":
            embedding = rounded(features / features.norm())
        else:
            scores[task["name"]] = rounded(probabilities_of(task, logits_of(task, tensors, features), depth))
    return {"probabilities": scores, "embedding": embedding}


def main():
    transformers.logging.set_verbosity_error()
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tasks = json.loads((FOLDER / "tasks.json").read_text(encoding="utf-8"))
    tensors = {name: value.float() for name, value in load_file(FOLDER / "model.safetensors").items()}
    config = AlbertConfig.from_json_file(FOLDER / "config.json")
    models = {}
    for depth in tasks["depths"]:
        shallow = AlbertConfig.from_dict({**config.to_dict(), "num_hidden_layers": depth}, attn_implementation="eager")
        models[depth] = AlbertModel(shallow, add_pooling_layer=False).eval()
        encoder = {name.removeprefix("albert."): value for name, value in tensors.items() if name.startswith("albert.")}
        models[depth].load_state_dict(encoder)
    cases = []
    for text, context in INPUTS:
        encoding = encode(tokenizer, text, context, tasks["maxTokens"])
        case = {"text": text, "context": context, "ids": encoding.ids, "typeIds": encoding.type_ids}
        case["depths"] = {depth: answer(models[depth], tensors, tasks, encoding, depth) for depth in tasks["depths"]}
        cases.append(case)
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (FIXTURES / "tinyExpected.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    for case in cases:
        print(len(case["ids"]), case["depths"][6]["probabilities"]["form"])


if __name__ == "__main__":
    main()
