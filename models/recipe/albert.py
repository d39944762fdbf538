"""ALBERT as published, written for training: one shared layer, read at several depths.

In: token ids and mask [B, T]. Out: hidden states [B, T, H] at each asked depth. Parameter names are those of
Hugging Face's AlbertModel, so its checkpoints and ours load into each other; the pooler is absent, because our
tasks read the mean over tokens. Reference: Lan et al., ALBERT, ICLR 2020; B batch, T tokens, E embedding, H hidden,
A heads, F feed-forward, V vocabulary.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F

from fast_gelu import gelu


@dataclass
class Shape:
    """Sizes under the names of Hugging Face's AlbertConfig."""

    vocab_size: int
    embedding_size: int = 128
    hidden_size: int = 384
    num_hidden_layers: int = 6
    num_hidden_groups: int = 1
    inner_group_num: int = 1
    num_attention_heads: int = 12
    intermediate_size: int = 1536
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12

    @classmethod
    def from_config(cls, config: dict) -> "Shape":
        return cls(**{name: config[name] for name in cls.__dataclass_fields__})

    def to_config(self) -> dict:
        """The config.json of Hugging Face for this shape."""
        return {
            "architectures": ["AlbertModel"], "model_type": "albert", **asdict(self), "hidden_act": "gelu_new",
            "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "classifier_dropout_prob": 0.0,
            "initializer_range": 0.02, "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3,
            "tie_word_embeddings": True,
        }  # fmt: skip


class Albert(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embeddings = Embeddings(shape)
        self.encoder = Encoder(shape)
        self.apply(initialize)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, depths: tuple[int, ...], types: torch.Tensor | None = None) -> list[torch.Tensor]:
        """ids, mask and segments [B, T] -> one [B, T, H] for each of `depths`, in their order (ascending)."""
        return self.encoder(self.embeddings(ids, types), mask, depths)


class Embeddings(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocab_size, shape.embedding_size)
        self.position_embeddings = nn.Embedding(shape.max_position_embeddings, shape.embedding_size)
        self.token_type_embeddings = nn.Embedding(shape.type_vocab_size, shape.embedding_size)
        self.LayerNorm = nn.LayerNorm(shape.embedding_size, eps=shape.layer_norm_eps)

    def forward(self, ids: torch.Tensor, types: torch.Tensor | None = None) -> torch.Tensor:
        """[B, T] -> [B, T, E]; without `types` all tokens are in segment 0."""
        position = self.position_embeddings.weight[: ids.shape[1]]
        segment = self.token_type_embeddings.weight[0] if types is None else self.token_type_embeddings(types)
        return self.LayerNorm(self.word_embeddings(ids) + position + segment)


class Encoder(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.layers, self.groups, self.inner = shape.num_hidden_layers, shape.num_hidden_groups, shape.inner_group_num
        self.embedding_hidden_mapping_in = nn.Linear(shape.embedding_size, shape.hidden_size)
        self.albert_layer_groups = nn.ModuleList(LayerGroup(shape) for _ in range(shape.num_hidden_groups))

    def forward(self, x: torch.Tensor, mask: torch.Tensor, depths: tuple[int, ...]) -> list[torch.Tensor]:
        """[B, T, E] -> one [B, T, H] per depth. Invariant: depth d equals the first d layers of the full model."""
        bias = torch.zeros(mask.shape, dtype=x.dtype, device=x.device).masked_fill(mask == 0, -10000.0)[:, None, None]
        x = self.embedding_hidden_mapping_in(x)
        states = []
        for layer in range(max(depths)):
            for block in self.albert_layer_groups[layer * self.groups // self.layers].albert_layers:
                x = block(x, bias)
            if layer + 1 in depths:
                states.append(x)
        return states


class LayerGroup(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.albert_layers = nn.ModuleList(Layer(shape) for _ in range(shape.inner_group_num))


class Layer(nn.Module):
    """Post-norm block: LN(x + attention(x)), then LN(y + FFN(y))."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.attention = Attention(shape)
        self.ffn = nn.Linear(shape.hidden_size, shape.intermediate_size)
        self.ffn_output = nn.Linear(shape.intermediate_size, shape.hidden_size)
        self.full_layer_layer_norm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        y = self.attention(x, bias)
        return self.full_layer_layer_norm(y + self.ffn_output(gelu(self.ffn(y))))


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads = shape.num_attention_heads
        for name in ("query", "key", "value", "dense"):
            setattr(self, name, nn.Linear(shape.hidden_size, shape.hidden_size))
        self.LayerNorm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """x [B, T, H], bias [B, 1, 1, T] -> [B, T, H]."""
        b, t, h = x.shape
        q, k, v = (part(x).view(b, t, self.heads, h // self.heads).transpose(1, 2) for part in (self.query, self.key, self.value))
        mixed = attend(q, k, v, bias).transpose(1, 2).reshape(b, t, h)
        return self.LayerNorm(x + self.dense(mixed))


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """[B, A, T, H/A] three times, bias [B, 1, 1, T] -> [B, A, T, H/A]."""
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
    # On CPU two plain products are faster than the fused kernel at our lengths (its backward pass is slow).
    scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(q.shape[-1])) + bias.to(q.dtype)
    return torch.softmax(scores, dim=-1).to(v.dtype) @ v


def initialize(module: nn.Module) -> None:
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.trunc_normal_(module.weight, std=0.02, a=-0.04, b=0.04)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


def pool_mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """[B, T, H], [B, T] -> [B, H]: mean over the real tokens, [CLS] and [SEP] included."""
    weights = mask.to(states.dtype)[..., None]
    return (states * weights).sum(1) / weights.sum(1)
