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
        body = {name: value for name, value in tensors.items() if name.startswith(("embeddings.", "encoder."))}
        self.encoder.load_state_dict(body, strict=True)
        self.heads = {name: value for name, value in tensors.items() if name not in body}
        self.taskSet = json.loads((folder / "tasks.json").read_text())
        self.tasks = {task["name"]: task for task in self.taskSet["tasks"]}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.taskSet["maxTokens"])
        self.bfloat16 = bfloat16

    @torch.no_grad()
    def pool(self, texts: list) -> dict[int, dict[str, torch.Tensor]]:
        """N texts, or pairs of texts -> {depth: {mean: [N, H], cls: [N, H]}}."""
        rows = self.tokenizer.encode_batch(texts)
        order = sorted(range(len(rows)), key=lambda index: len(rows[index].ids))
        depths = self.taskSet["depths"]
        found = {depth: {way: torch.zeros(len(rows), self.encoder.config.hidden_size) for way in ("mean", "cls")} for depth in depths}
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            width = max(len(rows[index].ids) for index in part)
            ids, types, mask = (
                torch.tensor([values + [0] * (width - len(values)) for values in column])
                for column in zip(*[(rows[index].ids, rows[index].type_ids, rows[index].attention_mask) for index in part])
            )
            with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
                states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True).hidden_states
            for depth in depths:
                found[depth]["mean"][part] = (states[depth].float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
                found[depth]["cls"][part] = states[depth][:, 0].float()
        return found

    @torch.no_grad()
    def classify(self, pooled: dict[str, torch.Tensor], task: str, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """What `pool` gave at `depth` -> probabilities [N, L] and predicted bool [N, L]; one True a row for a single label."""
        prefix, row = f"heads.{task}", self.tasks[task]
        vector = pooled[row["pooling"]]
        if f"{prefix}.dense.weight" in self.heads:
            vector = torch.tanh(vector @ self.heads[f"{prefix}.dense.weight"].T + self.heads[f"{prefix}.dense.bias"])
        logits = vector @ self.heads[f"{prefix}.classifier.weight"].T + self.heads[f"{prefix}.classifier.bias"]
        logits = logits / temperature(row, depth)
        thresholds = torch.tensor([label["threshold"] for label in row["labels"]])
        if row["kind"] == "multiLabel":
            probability = torch.sigmoid(logits)
            return probability.numpy(), (probability >= thresholds).numpy()
        probability = torch.softmax(logits, -1)
        winner = (probability - thresholds).argmax(-1)
        return probability.numpy(), torch.nn.functional.one_hot(winner, len(thresholds)).bool().numpy()

    @torch.no_grad()
    def coherence(self, pooled: dict[str, torch.Tensor], depth: int) -> np.ndarray:
        """[N]: the probability that two segments stand in order."""
        vector = torch.tanh(pooled["cls"] @ self.heads["pooler.weight"].T + self.heads["pooler.bias"])
        logits = vector @ self.heads["sop_classifier.classifier.weight"].T + self.heads["sop_classifier.classifier.bias"]
        return torch.softmax(logits / temperature(self.tasks["coherence"], depth), -1)[:, 0].numpy()

    @torch.no_grad()
    def span_logits(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """[B, T] three times -> start and end logits [B, T, 2] at full depth."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state.float()
        return states @ self.heads["qa_outputs.weight"].T + self.heads["qa_outputs.bias"]

    def text_tasks(self) -> list[str]:
        """The names of the tasks that label one text alone."""
        return [name for name, task in self.tasks.items() if "labels" in task and task.get("input", "text") == "text"]

    def pair_tasks(self) -> list[str]:
        """The names of the tasks that label a text and its context together."""
        return [name for name, task in self.tasks.items() if task.get("input") == "pair"]

    def labels(self, task: str) -> list[str]:
        return [label["name"] for label in self.tasks[task]["labels"]]


def temperature(task: dict, depth: int) -> float:
    return task["temperatures"].get(str(depth), task["temperatures"]["default"])
