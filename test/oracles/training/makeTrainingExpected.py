"""Writes test/fixtures/training: what PyTorch computes when it trains small ALBERT models.

In: nothing but this folder. Out, per case: config.json and model.safetensors (the weights before training), settings.json
(objectives, optimizer, schedule), expected.safetensors with ten batches and their targets, the loss and every gradient
of the first batch, the ten losses and gradient norms of training on them, and the weights after the tenth step.
Everything is computed in 64 bits, so that differences are those of the 32 bits under test, and stored in 32.
Sizes are different and odd, so that swapped axes cannot pass. Run: python makeTrainingExpected.py [CASE …]
Legend: B texts, T tokens, H hidden size, C labels.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, cosine_similarity, normalize
from transformers import (
    AlbertConfig,
    AlbertForPreTraining,
    AlbertModel,
    get_cosine_schedule_with_warmup,
    get_linear_schedule_with_warmup,
)

sys.path.insert(0, str(Path(__file__).parents[1]))
from tinyAlbert import TINY_ALBERT, fill_with_random  # noqa: E402

FOLDER = Path(__file__).parents[2] / "fixtures" / "training"
STEPS = 10
BASE = {**TINY_ALBERT, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "classifier_dropout_prob": 0.0}
KIND = {"kind": "singleLabel", "name": "kind", "labelCount": 3, "pooling": "pooler", "weight": 1, "labelWeights": [1, 2.5, 0.5]}
TOPICS = {"kind": "multiLabel", "name": "topics", "labelCount": 5, "pooling": "mean", "weight": 0.7, "labelWeights": [1, 3, 1, 0.5, 2]}
VECTOR = {"kind": "embedding", "name": "vector", "pooling": "mean", "weight": 0.4}
PAIRS = {"kind": "contrast", "name": "pairs", "pooling": "cls", "weight": 0.3, "temperature": 0.1}
WORDS = {"kind": "words", "name": "words", "weight": 1, "vocabSize": BASE["vocab_size"]}
ORDER = {"kind": "order", "name": "order", "weight": 1}
CASES = {
    "shared-layer": {
        "config": {},
        "objectives": [KIND, TOPICS, VECTOR],
        "schedule": {"kind": "linear", "peak": 5e-3, "warmupSteps": 3, "totalSteps": 12},
        "rateFactors": {"embeddings": 0.5, "encoder": 0.8, "pooler": 1, "heads": 2},
        "weightDecay": 0.1,
        "maxGradientNorm": 1.0,
    },
    "groups-exact-gelu": {
        "config": {"num_hidden_layers": 4, "num_hidden_groups": 2, "inner_group_num": 2, "hidden_act": "gelu"},
        "objectives": [{**KIND, "pooling": "cls"}, PAIRS],
        "schedule": {"kind": "cosine", "peak": 3e-3, "warmupSteps": 2, "totalSteps": 10},
        "rateFactors": {"embeddings": 1, "encoder": 1, "pooler": 1, "heads": 1},
        "weightDecay": 0.01,
        "maxGradientNorm": 0.5,
    },
    "pretraining": {
        "config": {"num_hidden_layers": 4, "num_hidden_groups": 2},
        "objectives": [WORDS, ORDER],
        "schedule": {"kind": "linear", "peak": 4e-3, "warmupSteps": 2, "totalSteps": 12},
        "rateFactors": {"embeddings": 0.7, "encoder": 1, "pooler": 1, "heads": 1.5},
        "weightDecay": 0.05,
        "maxGradientNorm": 1.0,
    },
}


def gain_of(name):
    """Of a weight: sharp attention with a modest output."""
    return 2.0 if "query" in name or "key" in name else 0.7


class Trained(torch.nn.Module):
    """ALBERT and one linear head per task, named as docs/MODEL.md says."""

    def __init__(self, config, objectives, generator):
        super().__init__()
        self.albert = AlbertModel(config)
        self.heads = torch.nn.ModuleDict()
        for objective in objectives:
            if "labelCount" in objective:
                self.heads[objective["name"]] = torch.nn.ModuleDict(
                    {"classifier": torch.nn.Linear(config.hidden_size, objective["labelCount"])}
                )
        fill_with_random(self, generator, 0.1, gain_of)

    def pool(self, hidden, mask, pooling):
        if pooling == "cls":
            return hidden[:, 0]
        if pooling == "pooler":
            return torch.tanh(self.albert.pooler(hidden[:, 0]))
        weights = mask.unsqueeze(2).to(hidden.dtype)
        return (hidden * weights).sum(1) / weights.sum(1)

    def losses(self, batch, objectives):
        inputs = {name: batch[name] for name in ["input_ids", "attention_mask", "token_type_ids"]}
        hidden = self.albert(**inputs).last_hidden_state
        return {one["name"]: one["weight"] * self.loss(hidden, batch, one) for one in objectives}

    def loss(self, hidden, batch, objective):
        pooled = self.pool(hidden, batch["attention_mask"], objective["pooling"])
        target = batch[f"target.{objective['name']}"]
        if objective["kind"] == "singleLabel":
            weights = torch.tensor(objective["labelWeights"], dtype=pooled.dtype)
            return cross_entropy(self.logits(pooled, objective), target, weight=weights, ignore_index=-100)
        if objective["kind"] == "multiLabel":
            weights = torch.tensor(objective["labelWeights"], dtype=pooled.dtype)
            known = target >= 0
            each = binary_cross_entropy_with_logits(
                self.logits(pooled, objective), target.clamp(min=0).to(pooled.dtype), pos_weight=weights, reduction="none"
            )
            return each[known].mean()
        if objective["kind"] == "embedding":
            return (1 - cosine_similarity(pooled, target.to(pooled.dtype), dim=1)).mean()
        vectors = normalize(pooled, dim=1)
        scores = vectors @ vectors.T / objective["temperature"]
        scores = scores.masked_fill(torch.eye(len(scores), dtype=torch.bool), float("-inf"))
        return cross_entropy(scores, target)

    def logits(self, pooled, objective):
        return self.heads[objective["name"]]["classifier"](pooled)


class Pretrained(AlbertForPreTraining):
    """transformers' own model for hidden words and sentence order; its decoder is the word table."""

    def __init__(self, config, objectives, generator):
        super().__init__(config)
        fill_with_random(self, generator, 0.1, gain_of)

    def losses(self, batch, objectives):
        inputs = {name: batch[name] for name in ["input_ids", "attention_mask", "token_type_ids"]}
        words, order = batch["target.words"], batch["target.order"]
        answer = self(**inputs, labels=words, sentence_order_label=order)
        parts = {
            "words": cross_entropy(answer.prediction_logits.flatten(0, 1), words.flatten(), ignore_index=-100),
            "order": cross_entropy(answer.sop_logits, order, ignore_index=-100),
        }
        assert torch.allclose(sum(parts.values()), answer.loss), "the two parts are not what transformers sums up"
        return parts


def make_batch(config, objectives, index, generator):
    """Rows of different lengths with repeated tokens and, from the middle on, the second token type."""

    def integers(low, high, shape):
        return torch.randint(low, high, shape, generator=generator)

    b, t = 4 + index % 3, 7 + (3 * index) % 5
    b += b % 2 if any(one["kind"] == "contrast" for one in objectives) else 0
    ids = integers(1, config.vocab_size, (b, t))
    ids[:, 2] = ids[:, 1]
    ids[:, 0] = 2
    mask = torch.ones(b, t, dtype=torch.int64)
    types = torch.zeros(b, t, dtype=torch.int64)
    for row in range(b):
        length = t - row % 4
        mask[row, length:] = 0
        ids[row, length:] = 0
        types[row, length // 2 : length] = 1
    batch = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    for one in objectives:
        name = f"target.{one['name']}"
        if one["kind"] == "singleLabel":
            batch[name] = integers(0, one["labelCount"], (b,))
            batch[name][1] = -100
        elif one["kind"] == "multiLabel":
            batch[name] = integers(0, 2, (b, one["labelCount"]))
            batch[name][2, 1:3] = -1
        elif one["kind"] == "words":
            hidden = (torch.rand(b, t, generator=generator) < 0.3) & (mask == 1)
            hidden[0, 1] = True
            batch[name] = torch.where(hidden, integers(1, config.vocab_size, (b, t)), -100)
        elif one["kind"] == "order":
            batch[name] = integers(0, 2, (b,))
            batch[name][2] = -100
        elif one["kind"] == "embedding":
            batch[name] = normalize(torch.randn(b, config.hidden_size, generator=generator), dim=1)
        else:
            batch[name] = torch.arange(b) ^ 1
    return batch


def parameter_groups(model, case):
    """One group per tensor: its part's factor, and decay for matrices alone."""
    factors = case["rateFactors"]
    for name, parameter in model.named_parameters():
        short = name.removeprefix("albert.")
        part = next((part for part in ["embeddings", "encoder", "pooler"] if short.startswith(f"{part}.")), "heads")
        decay = case["weightDecay"] if parameter.dim() > 1 else 0.0
        yield {"params": [parameter], "lr": case["schedule"]["peak"] * factors[part], "weight_decay": decay}


def train(model, batches, case):
    optimizer = torch.optim.AdamW(parameter_groups(model, case), betas=(0.9, 0.999), eps=1e-8)
    make = {"linear": get_linear_schedule_with_warmup, "cosine": get_cosine_schedule_with_warmup}[case["schedule"]["kind"]]
    schedule = make(optimizer, case["schedule"]["warmupSteps"], case["schedule"]["totalSteps"])
    losses, norms = [], []
    for batch in batches:
        optimizer.zero_grad()
        loss = sum(model.losses(batch, case["objectives"]).values())
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), case["maxGradientNorm"]).item())
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, norms


def make_case(name, case, seed):
    folder = FOLDER / name
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(seed)
    config = AlbertConfig(**{**BASE, **case["config"]}, attn_implementation="eager")
    isPretraining = case["objectives"][0]["kind"] == "words"
    model = (Pretrained if isPretraining else Trained)(config, case["objectives"], generator)
    config.architectures = ["AlbertForPreTraining" if isPretraining else "AlbertModel"]
    config.save_pretrained(folder)
    # Parameters and not the state: what is tied has one name.
    save_file({key: value.detach().contiguous() for key, value in model.named_parameters()}, folder / "model.safetensors")
    (folder / "settings.json").write_text(json.dumps({k: v for k, v in case.items() if k != "config"}, indent=2) + "\n")
    batches = [make_batch(config, case["objectives"], index, generator) for index in range(STEPS)]
    model = model.double()

    parts = model.losses(batches[0], case["objectives"])
    sum(parts.values()).backward()
    expected = {f"loss.{part}": value.detach() for part, value in parts.items()}
    # Parameters that no objective reads have no gradient.
    expected |= {f"gradient.{key}": one.grad.clone() for key, one in model.named_parameters() if one.grad is not None}
    losses, norms = train(model, batches, case)
    expected["losses"], expected["norms"] = torch.tensor(losses), torch.tensor(norms)
    expected |= {f"final.{key}": one.detach() for key, one in model.named_parameters() if one.grad is not None}
    for index, batch in enumerate(batches):
        expected |= {f"batch.{index}.{key}": value for key, value in batch.items()}
    save_file(
        {
            key: (value.float() if value.is_floating_point() else value).contiguous().clone()
            for key, value in expected.items()
        },
        folder / "expected.safetensors",
    )
    print(name, [round(one, 4) for one in losses], "norms", [round(one, 3) for one in norms])


def main():
    wanted = sys.argv[1:] or list(CASES)
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    for seed, (name, case) in enumerate(CASES.items(), start=3):
        if name in wanted:
            shutil.rmtree(FOLDER / name, ignore_errors=True)
            make_case(name, case, seed)


if __name__ == "__main__":
    main()
