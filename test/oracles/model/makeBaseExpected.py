"""Writes test/fixtures/models/albert-base/expected.safetensors: what transformers computes at ALBERT base's shape.

The weights are not stored: element i of tensor number t is a hash of (t, i), which test/engine/model/hashedWeights.ts
repeats bit for bit. In: config.json beside the result. Out: inputs and outputs of AlbertForPreTraining.
Run: python makeBaseExpected.py
"""

import math
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AlbertConfig, AlbertForPreTraining

FOLDER = Path(__file__).parents[2] / "fixtures" / "models" / "albert-base"
# Word logits are [B, T, 30000]; every so many of them are kept.
WORD_STRIDE = 509


def hashed_numbers(tensor_number, count):
    """float32 in [-1, 1), exact multiples of 2**-23: a 32-bit mixing function over consecutive counters."""
    x = np.arange(count, dtype=np.uint32) + np.uint32((tensor_number * 0x9E3779B9) % 2**32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)


def scale_and_offset(name, shape):
    """Powers of two, so that scaling is exact in every language."""
    if "norm" in name.lower():
        return 0.25, 1.0 if name.endswith("weight") else 0.0
    if name.endswith("bias"):
        return 0.03125, 0.0
    if "embeddings" in name:
        return 1.0, 0.0
    # Sharp attention with a modest output: otherwise twelve equal layers make all tokens the same vector.
    gain = 4.0 if "query" in name or "key" in name else 0.25 if "attention.dense" in name or "ffn_output" in name else 1.0
    return gain * 2.0 ** -math.floor(math.log2(shape[-1]) / 2), 0.0


def fill(model):
    """In the alphabetic order of the names; tied tensors appear once, under the name they are saved with."""
    with torch.no_grad():
        for number, (name, parameter) in enumerate(sorted(model.named_parameters())):
            scale, offset = scale_and_offset(name, parameter.shape)
            numbers = hashed_numbers(number, parameter.numel()) * np.float32(scale) + np.float32(offset)
            parameter.copy_(torch.from_numpy(numbers).reshape(parameter.shape))


def main():
    config = AlbertConfig.from_json_file(FOLDER / "config.json")
    config._attn_implementation = "eager"
    model = AlbertForPreTraining(config).eval()
    fill(model)
    ids = torch.from_numpy((np.arange(18, dtype=np.int64) * 7919 + 5) % config.vocab_size).reshape(2, 9)
    mask = torch.tensor([[1] * 9, [1] * 6 + [0] * 3])
    types = torch.tensor([[0] * 4 + [1] * 5, [0] * 3 + [1] * 6])
    with torch.no_grad():
        encoded = model.albert(input_ids=ids, attention_mask=mask, token_type_ids=types)
        outputs = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
    expected = {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": types,
        "hidden": encoded.last_hidden_state,
        "pooled.pooler": encoded.pooler_output,
        "sop": outputs.sop_logits,
        "mlm.strided": outputs.prediction_logits[:, :, ::WORD_STRIDE],
    }
    save_file({name: value.contiguous().clone() for name, value in expected.items()}, FOLDER / "expected.safetensors")
    print([name for name, _ in sorted(model.named_parameters())])
    print({name: (tuple(value.shape), round(float(value.float().std()), 3)) for name, value in expected.items()})
    print("between tokens", float(encoded.last_hidden_state.std(1).mean()))
    print("parameters", sum(parameter.numel() for parameter in model.parameters()))


if __name__ == "__main__":
    main()
