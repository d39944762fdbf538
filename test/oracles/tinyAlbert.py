"""The shape that the oracle scripts start from: sizes all different and mostly odd, so that swapped axes cannot pass."""

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
