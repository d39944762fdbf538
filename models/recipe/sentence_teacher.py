"""The sentence teacher, all-MiniLM-L6-v2, in plain PyTorch: a machine that has no transformers can run it.

In: a folder with its model.safetensors (float32 or float16) and tokenizer.json. Out: unit vectors, the mean over the real
tokens of the last layer. The architecture is BERT (Devlin et al., NAACL 2019) with twelve heads; test_teacher.py compares
the vectors with those of transformers. B batch, T tokens, H hidden.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional as F

HEADS, EPSILON = 12, 1e-12
MAX_TOKENS = 128
BATCH_TOKENS = {"cpu": 8192, "cuda": 131_072}


class SentenceTeacher:
    def __init__(self, folder: Path, device: str = "cpu", dtype: torch.dtype = torch.bfloat16):
        self.device = device
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        tensors = load_file(folder / "model.safetensors")
        self._weights = {name: value.to(device, dtype) for name, value in tensors.items() if value.is_floating_point()}
        self.layers = len({name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")})
        self.hidden = tensors["embeddings.word_embeddings.weight"].shape[1]

    @torch.inference_mode()
    def encode(self, texts: list[str]) -> np.ndarray:
        """N texts -> float16 [N, H]; sorted by length inside, so that batches have little padding."""
        rows = [row.ids for row in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        vectors = np.zeros((len(texts), self.hidden), np.float16)
        start, at, tokens = time.time(), 0, 0
        while at < len(order):
            end = at + 1
            while end < len(order) and (end + 1 - at) * len(rows[order[end]]) <= BATCH_TOKENS[self.device]:
                end += 1
            batch = [rows[index] for index in order[at:end]]
            width = max(map(len, batch))
            ids = torch.tensor([row + [0] * (width - len(row)) for row in batch], device=self.device)
            mask = ids != 0
            states = self.states(ids, mask).float()
            pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            vectors[order[at:end]] = F.normalize(pooled, dim=-1).cpu().numpy()
            tokens += sum(map(len, batch))
            at = end
        print(f"teacher: {len(texts)} texts, {tokens:,} tokens, {tokens / (time.time() - start):,.0f} tokens/s", file=sys.stderr)
        return vectors

    def states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """ids and mask [B, T] -> the last layer's states [B, T, H]."""
        weights = self._weights
        at = "embeddings."
        x = weights[f"{at}word_embeddings.weight"][ids] + weights[f"{at}position_embeddings.weight"][: ids.shape[1]] + weights[f"{at}token_type_embeddings.weight"][0]
        x = self._norm(x, at)
        for layer in range(self.layers):
            x = self._layer(x, mask, f"encoder.layer.{layer}.")
        return x

    def _layer(self, x: torch.Tensor, mask: torch.Tensor, at: str) -> torch.Tensor:
        b, t, h = x.shape
        q, k, v = (self._linear(x, f"{at}attention.self.{part}").view(b, t, HEADS, h // HEADS).transpose(1, 2) for part in ("query", "key", "value"))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None]).transpose(1, 2).reshape(b, t, h)
        x = self._norm(x + self._linear(mixed, f"{at}attention.output.dense"), f"{at}attention.output.")
        inner = F.gelu(self._linear(x, f"{at}intermediate.dense"))
        return self._norm(x + self._linear(inner, f"{at}output.dense"), f"{at}output.")

    def _linear(self, x: torch.Tensor, at: str) -> torch.Tensor:
        return F.linear(x, self._weights[f"{at}.weight"], self._weights[f"{at}.bias"])

    def _norm(self, x: torch.Tensor, at: str) -> torch.Tensor:
        return F.layer_norm(x, x.shape[-1:], self._weights[f"{at}LayerNorm.weight"], self._weights[f"{at}LayerNorm.bias"], EPSILON)
