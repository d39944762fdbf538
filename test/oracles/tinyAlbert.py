"""What the oracle scripts start from: a shape whose sizes are all different and mostly odd, so that swapped axes cannot
pass, and weights that make a mistake visible.
"""

import torch

TINY_ALBERT = {
    "vocab_size": 99,
    "embedding_size": 13,
    "hidden_size": 20,
    "num_hidden_layers": 3,
    "num_hidden_groups": 1,
    "inner_group_num": 1,
    "num_attention_heads": 4,
    "intermediate_size": 37,
    "hidden_act": "gelu_new",
    "max_position_embeddings": 31,
    "type_vocab_size": 2,
}


def fill_with_random(model, generator, bias_scale, gain_of):
    """Weights large enough that activations bend and attention prefers some tokens, as in a trained model.

    `gain_of` makes a weight larger or smaller by its name: with equal ones all tokens of a text become the same vector
    after a few layers, and mistakes in attention would not show.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            draw = torch.randn(parameter.shape, generator=generator)
            if "norm" in name.lower():
                parameter.copy_(0.15 * draw + (1.0 if name.endswith("weight") else 0.0))
            elif name.endswith("bias"):
                parameter.copy_(bias_scale * draw)
            elif "embeddings" in name:
                parameter.copy_(draw)
            else:
                parameter.copy_(gain_of(name) * draw / parameter.shape[-1] ** 0.5)
