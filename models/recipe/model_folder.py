"""Reads a model folder as anybody with transformers would, and classifies and embeds with it.

In: a folder with config.json, model.safetensors, tokenizer.json, tasks.json. Out: calibrated probabilities, predicted
labels and vectors per text. It shares no model code with training, so that it checks what was exported.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AlbertConfig, AlbertModel


class ModelFolder:
    def __init__(self, folder: Path, bfloat16: bool = False):
        tensors = {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
        config = AlbertConfig(**json.loads((folder / "config.json").read_text()))
        self.encoder = AlbertModel(config, add_pooling_layer=False).eval()
        body = {name: value for name, value in tensors.items() if not name.startswith("heads.")}
        self.encoder.load_state_dict(body, strict=True)
        self.heads = {name: value for name, value in tensors.items() if name.startswith("heads.")}
        self.taskSet = json.loads((folder / "tasks.json").read_text())
        self.tasks = {task["name"]: task for task in self.taskSet["tasks"]}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.taskSet["maxTokens"])
        self.bfloat16 = bfloat16

    @torch.no_grad()
    def pool(self, texts: list[str]) -> dict[int, torch.Tensor]:
        """N texts -> {depth: mean-pooled states [N, H]}."""
        rows = [row.ids for row in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        depths = self.taskSet["depths"]
        found = {depth: torch.zeros(len(rows), self.encoder.config.hidden_size) for depth in depths}
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            width = max(len(rows[index]) for index in part)
            ids = torch.tensor([rows[index] + [0] * (width - len(rows[index])) for index in part])
            mask = torch.tensor([[1] * len(rows[index]) + [0] * (width - len(rows[index])) for index in part])
            with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
                states = self.encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
            for depth in depths:
                found[depth][part] = (states[depth].float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return found

    @torch.no_grad()
    def classify(self, pooled: torch.Tensor, task: str, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """[N, H] -> probabilities [N, L] and predicted bool [N, L]; exactly one True a row for a single label."""
        prefix, row = f"heads.{task}", self.tasks[task]
        if f"{prefix}.dense.weight" in self.heads:
            pooled = torch.tanh(pooled @ self.heads[f"{prefix}.dense.weight"].T + self.heads[f"{prefix}.dense.bias"])
        logits = pooled @ self.heads[f"{prefix}.classifier.weight"].T + self.heads[f"{prefix}.classifier.bias"]
        logits = logits / row["temperatures"].get(str(depth), row["temperatures"]["default"])
        thresholds = torch.tensor([label["threshold"] for label in row["labels"]])
        if row["kind"] == "multiLabel":
            probability = torch.sigmoid(logits)
            return probability.numpy(), (probability >= thresholds).numpy()
        probability = torch.softmax(logits, -1)
        winner = (probability - thresholds).argmax(-1)
        return probability.numpy(), torch.nn.functional.one_hot(winner, len(thresholds)).bool().numpy()

    def labels(self, task: str) -> list[str]:
        return [label["name"] for label in self.tasks[task]["labels"]]
