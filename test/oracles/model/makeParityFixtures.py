"""Writes test/fixtures/models/parity: tiny random ALBERT models with what Hugging Face transformers computes from them.

In: nothing but this folder. Out, per case: config.json and model.safetensors as transformers saves them, and
expected.safetensors with the inputs (input_ids, attention_mask, token_type_ids) and the outputs under the names that
server/src/engine/model/encoderOutput.ts gives them. Sizes are different and odd, so that swapped axes cannot pass; rows
are padded and use token types. Run: python makeParityFixtures.py
Legend: B texts, T tokens, H hidden size, N labels.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AlbertConfig

sys.path.insert(0, str(Path(__file__).parents[1]))
from tinyAlbert import TINY_ALBERT, fill_with_random  # noqa: E402

FOLDER = Path(__file__).parents[2] / "fixtures" / "models" / "parity"
# name: (class, changes of TINY_ALBERT, dtype of the saved weights)
CASES = {
    "model-gelu-new": ("AlbertModel", {}, torch.float32),
    "model-six-layers": ("AlbertModel", {"num_hidden_layers": 6, "hidden_act": "gelu"}, torch.float32),
    "model-no-pooler-f16": ("AlbertModel", {"hidden_act": "gelu", "num_attention_heads": 5}, torch.float16),
    "model-groups-bf16": ("AlbertModel", {"num_hidden_layers": 6, "num_hidden_groups": 3}, torch.bfloat16),
    "masked-lm-tied": ("AlbertForMaskedLM", {"hidden_act": "gelu"}, torch.float32),
    "masked-lm-untied": ("AlbertForMaskedLM", {"tie_word_embeddings": False}, torch.float32),
    "pretraining-groups": ("AlbertForPreTraining", {"num_hidden_layers": 4, "num_hidden_groups": 2}, torch.float32),
    "sequence-classifier": (
        "AlbertForSequenceClassification",
        {"num_hidden_layers": 6, "num_hidden_groups": 3, "hidden_size": 15, "num_attention_heads": 5, "hidden_act": "gelu"},
        torch.float32,
    ),
    "sequence-classifier-uneven-groups": (
        "AlbertForSequenceClassification",
        {"num_hidden_layers": 5, "num_hidden_groups": 2, "hidden_act": "silu", "type_vocab_size": 3},
        torch.float32,
    ),
    "token-classifier-inner-groups": (
        "AlbertForTokenClassification",
        {"num_hidden_layers": 4, "num_hidden_groups": 2, "inner_group_num": 2, "hidden_act": "gelu_pytorch_tanh"},
        torch.float32,
    ),
    "question-answering-inner": (
        "AlbertForQuestionAnswering",
        {"num_hidden_layers": 2, "inner_group_num": 2, "hidden_act": "relu", "embedding_size": 21},
        torch.float32,
    ),
    "own-heads": ("AlbertModel", {"hidden_act": "gelu", "num_hidden_layers": 4}, torch.float32),
}
LABELS = {
    "sequence-classifier": ["bug", "idea", "question", "praise", "noise"],
    "sequence-classifier-uneven-groups": ["a", "b", "c"],
    "token-classifier-inner-groups": ["O", "B", "I"],
}


def make_config(name, changes):
    config = AlbertConfig(**{**TINY_ALBERT, **changes}, attn_implementation="eager")
    if name in LABELS:
        config.id2label = dict(enumerate(LABELS[name]))
        config.label2id = {label: index for index, label in enumerate(LABELS[name])}
    if name == "sequence-classifier-uneven-groups":
        config.problem_type = "multi_label_classification"
    return config


def gain_of(name):
    """Of a weight: queries and keys are larger and the attention's output is smaller than the rest."""
    return 2.5 if "query" in name or "key" in name else 0.5 if "attention.dense" in name else 1.0


def make_inputs(config, generator):
    """Three rows of 7, 5 and 2 tokens; padding holds a token that would change the result if it were looked at."""
    ids = torch.randint(4, config.vocab_size, (3, 7), generator=generator)
    mask = torch.tensor([[1] * 7, [1] * 5 + [0] * 2, [1] * 2 + [0] * 5])
    types = torch.randint(0, config.type_vocab_size, (3, 7), generator=generator)
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def record_layers(albert):
    """Collects what enters the first layer and what every layer gives, [B, T, H] each, while the model runs."""
    seen = []

    def keep(_module, _inputs, output):
        seen.append(output.detach().clone())

    albert.encoder.embedding_hidden_mapping_in.register_forward_hook(keep)
    for group in albert.encoder.albert_layer_groups:
        group.register_forward_hook(keep)
    return seen


def mean_of(hidden, mask):
    weights = mask.unsqueeze(2).float()
    return (hidden * weights).sum(1) / weights.sum(1)


def run(model, inputs):
    albert = getattr(model, "albert", model)
    layers = record_layers(albert)
    with torch.no_grad():
        outputs = model(**inputs)
    hidden = layers[-1]
    expected = {f"layer.{index}": layer for index, layer in enumerate(layers)}
    expected |= {"hidden": hidden, "pooled.cls": hidden[:, 0], "pooled.mean": mean_of(hidden, inputs["attention_mask"])}
    if albert.pooler is not None:
        with torch.no_grad():
            expected["pooled.pooler"] = torch.tanh(albert.pooler(hidden[:, 0]))
    kind = type(model).__name__
    if kind == "AlbertForMaskedLM":
        expected["mlm"] = outputs.logits
    elif kind == "AlbertForPreTraining":
        expected |= {"mlm": outputs.prediction_logits, "sop": outputs.sop_logits}
    elif kind == "AlbertForSequenceClassification":
        expected["logits.classifier.pooler"] = outputs.logits
    elif kind == "AlbertForTokenClassification":
        expected["tokenLogits"] = outputs.logits
    elif kind == "AlbertForQuestionAnswering":
        expected["qa"] = torch.stack([outputs.start_logits, outputs.end_logits], dim=2)
    return expected


def make_own_heads(config, expected, generator):
    """Heads as docs/MODEL.md describes them, computed with torch.nn.functional alone."""
    h = config.hidden_size
    tensors = {}
    for task, labels, pooling, dense in [("kind", 3, "mean", False), ("tone", 5, "cls", True), ("area", 4, "pooler", True)]:
        features = expected[f"pooled.{pooling}"]
        if dense:
            weight = torch.randn(h, h, generator=generator) / h**0.5
            bias = torch.randn(h, generator=generator)
            tensors |= {f"heads.{task}.dense.weight": weight, f"heads.{task}.dense.bias": bias}
            features = torch.tanh(torch.nn.functional.linear(features, weight, bias))
        weight = torch.randn(labels, h, generator=generator)
        bias = torch.randn(labels, generator=generator)
        tensors |= {f"heads.{task}.classifier.weight": weight, f"heads.{task}.classifier.bias": bias}
        expected[f"logits.{task}.{pooling}"] = torch.nn.functional.linear(features, weight, bias)
    return tensors


def at_depth(kind, config, folder, depth, inputs):
    """The last hidden states of the same weights under a config that says `num_hidden_layers` is `depth`."""
    shallow = AlbertConfig.from_dict({**config.to_dict(), "num_hidden_layers": depth}, attn_implementation="eager")
    model = getattr(transformers, kind).from_pretrained(folder, config=shallow, dtype=torch.float32).eval()
    with torch.no_grad():
        return model(**inputs).last_hidden_state


def make_case(name, kind, changes, dtype, seed):
    folder = FOLDER / name
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(seed)
    config = make_config(name, changes)
    options = {"add_pooling_layer": False} if "no-pooler" in name else {}
    model = getattr(transformers, kind)(config, **options).eval()
    fill_with_random(model, generator, 0.15, gain_of)
    # The saved weights are the reference: rounded first, then computed with in 32 bits.
    model = model.to(dtype)
    model.save_pretrained(folder)
    model = model.to(torch.float32)
    inputs = make_inputs(config, generator)
    expected = run(model, inputs)
    if name == "own-heads":
        heads = make_own_heads(config, expected, generator)
        save_file({**load_file(folder / "model.safetensors"), **heads}, folder / "model.safetensors", {"format": "pt"})
    if name == "model-six-layers":
        for depth in [3, 4]:
            expected[f"depth.{depth}"] = at_depth(kind, config, folder, depth, inputs)
    tensors = {key: value.contiguous().clone() for key, value in {**inputs, **expected}.items()}
    save_file(tensors, folder / "expected.safetensors")
    spread = {key: round(float(value.std()), 2) for key, value in expected.items() if not key.startswith("layer")}
    between_tokens = round(float(expected["hidden"].std(1).mean()), 2)
    print(name, sorted(path.name for path in folder.iterdir()), json.dumps(spread), "between tokens", between_tokens)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    transformers.logging.set_verbosity_error()
    for seed, (name, (kind, changes, dtype)) in enumerate(CASES.items(), start=11):
        make_case(name, kind, changes, dtype, seed)


if __name__ == "__main__":
    main()
