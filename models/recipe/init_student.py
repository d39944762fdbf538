"""Step 6: the student inherits from the teacher.

In: WORK/tokenizer/tokenizer.json, the docs shard and the teacher's weights. Out: WORK/student/initial.pt, a state
dictionary of `Albert`, and shape.json. Words: each piece takes the mean of the teacher's embeddings of its WordPieces,
normalised as the teacher does; the [V, 384] table is factorised by SVD to [V, E] and the E -> H map, then both are fitted
by gradient descent because ALBERT normalises between them. Positions are projected the same way. Each group of layers
takes one of the teacher's six, named by --layers; where the student's feed-forward part is narrower, it keeps the units
that move the teacher's output most.
"""

import json
import re
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from albert import Albert, Shape
from cache_teacher import load_teacher
from jsonl import read_rows
from options import read_options, set_up_torch

FIT_STEPS = 400
# Teacher's name -> ours, inside one layer.
LAYER_NAMES = {
    "attention.self.query": "attention.query",
    "attention.self.key": "attention.key",
    "attention.self.value": "attention.value",
    "attention.output.dense": "attention.dense",
    "attention.output.LayerNorm": "attention.LayerNorm",
    "intermediate.dense": "ffn",
    "output.dense": "ffn_output",
    "output.LayerNorm": "full_layer_layer_norm",
}


def main() -> None:
    options = read_options(
        __doc__,
        layers=("0,2,4", "the teacher's layer, 0 to 5, for each group of the student's layers"),
        feedForward=(640, "width of the feed-forward part, at most the teacher's 1536"),
    )
    set_up_torch(options)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer" / "tokenizer.json"))
    teacherTokenizer, teacher = load_teacher("cpu")
    layers = [int(layer) for layer in options.layers.split(",")]
    student = Albert(Shape(tokenizer.get_vocab_size(), num_hidden_groups=len(layers), intermediate_size=options.feedForward))
    weights = unit_weights(teacherTokenizer, teacher, options.work)
    for group, layer in enumerate(layers):
        kept = weights[layer].topk(options.feedForward).indices.sort().values
        set_layer(student, group, teacher.encoder.layer[layer], kept)
    target = piece_vectors(tokenizer, teacherTokenizer, teacher)
    fit_embeddings(student, target, position_vectors(teacher), FIT_STEPS // 20 if options.tiny else FIT_STEPS)
    path = options.work / "student"
    path.mkdir(exist_ok=True)
    torch.save(student.state_dict(), path / "initial.pt")
    (path / "shape.json").write_text(json.dumps(student.shape.to_config(), indent=1))


def set_layer(student: Albert, group: int, block, kept: torch.Tensor) -> None:
    """Copies one teacher layer into a group, with the feed-forward units in `kept`."""
    own, theirs = student.encoder.albert_layer_groups[group].albert_layers[0], block.state_dict()
    state = {f"{ours}.{part}": theirs[f"{name}.{part}"] for name, ours in LAYER_NAMES.items() for part in ("weight", "bias")}
    for name in ("ffn.weight", "ffn.bias"):
        state[name] = state[name][kept]
    state["ffn_output.weight"] = state["ffn_output.weight"][:, kept]
    own.load_state_dict(state)


@torch.no_grad()
def unit_weights(teacherTokenizer, teacher, work: Path) -> list[torch.Tensor]:
    """Per layer [1536]: how far each feed-forward unit moves the output, by its spread on some documentation."""
    texts = [row["text"] for row, _ in zip(read_rows(work / "corpus" / "docs.jsonl.gz"), range(256))]
    encoded = teacherTokenizer(texts, truncation=True, max_length=64, padding=True, return_tensors="pt")
    seen: dict[int, torch.Tensor] = {}
    hooks = [
        block.intermediate.register_forward_hook(lambda module, given, out, layer=layer: seen.__setitem__(layer, out))
        for layer, block in enumerate(teacher.encoder.layer)
    ]
    teacher(input_ids=encoded.input_ids, attention_mask=encoded.attention_mask)
    for hook in hooks:
        hook.remove()
    real = encoded.attention_mask.bool()
    return [seen[layer][real].std(0) * block.output.dense.weight.norm(dim=0) for layer, block in enumerate(teacher.encoder.layer)]


@torch.no_grad()
def piece_vectors(tokenizer: Tokenizer, teacherTokenizer, teacher) -> torch.Tensor:
    """[V, 384]: what the teacher's embedding layer would say for each of our pieces, without position."""
    table = teacher.embeddings.word_embeddings.weight
    vocabulary = teacherTokenizer.get_vocab()
    unknown = teacherTokenizer.unk_token_id
    special = {"<pad>": "[PAD]", "<unk>": "[UNK]", "[CLS]": "[CLS]", "[SEP]": "[SEP]", "[MASK]": "[MASK]"}
    rows = []
    for index in range(tokenizer.get_vocab_size()):
        piece = tokenizer.id_to_token(index)
        if piece in special:
            ids = [vocabulary[special[piece]]]
        else:
            ids = word_piece_ids(piece, vocabulary) or [unknown]
        rows.append(table[ids].mean(0))
    vectors = torch.stack(rows) + teacher.embeddings.token_type_embeddings.weight[0]
    return vectors


def word_piece_ids(piece: str, vocabulary: dict[str, int]) -> list[int]:
    """Greedy WordPiece of a SentencePiece: `▁adds` as the start of a word, `adds` as the inside of one."""
    startsWord = piece.startswith("▁")
    ids = []
    for index, word in enumerate(re.findall(r"[^\W_]+|[\W_]", piece.lstrip("▁"))):
        prefix = "" if startsWord or index > 0 or not word.isalnum() else "##"
        while word:
            length = next((size for size in range(len(word), 0, -1) if prefix + word[:size] in vocabulary), 0)
            if length == 0:
                break
            ids.append(vocabulary[prefix + word[:length]])
            word, prefix = word[length:], "##"
    return ids


@torch.no_grad()
def position_vectors(teacher) -> torch.Tensor:
    return teacher.embeddings.position_embeddings.weight.clone()


def fit_embeddings(student: Albert, words: torch.Tensor, positions: torch.Tensor, steps: int) -> None:
    """Fits word table, positions, norm and E -> H map so that embedding a piece at a place gives the teacher's vector.

    words [V, H] and positions [P, H] are before the teacher's normalisation, whose gain and bias are in its weights.
    """
    teacherNorm = load_teacher("cpu")[1].embeddings.LayerNorm.eval()
    embedding, mapping = student.embeddings, student.encoder.embedding_hidden_mapping_in
    size = student.shape.embedding_size
    with torch.no_grad():
        target = teacherNorm(words + positions[:64].mean(0))
        mean = target.mean(0)
        _, values, basis = torch.linalg.svd(target - mean, full_matrices=False)
        table = (target - mean) @ basis[:size].T
        scale = table.std()
        embedding.word_embeddings.weight.copy_(table / scale)
        placed = teacherNorm(words.mean(0) + positions)
        embedding.position_embeddings.weight.copy_((placed - placed.mean(0)) @ basis[:size].T / scale)
        embedding.token_type_embeddings.weight.zero_()
        mapping.weight.copy_(basis[:size].T * scale)
        mapping.bias.copy_(mean)
    kept = float((values[:size] ** 2).sum() / (values**2).sum())
    parameters = [*embedding.parameters(), *mapping.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=2e-3)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * (1 - step / steps)
        pieces = torch.randint(0, len(words), (4096,))
        places = (torch.rand(4096) ** 2 * 128).long()
        with torch.no_grad():
            wanted = teacherNorm(words[pieces] + positions[places])
        inside = embedding.word_embeddings(pieces) + embedding.position_embeddings(places) + embedding.token_type_embeddings.weight[0]
        loss = F.mse_loss(mapping(embedding.LayerNorm(inside)), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"embedding fit: step {step}, loss {loss.item():.4f}, variance kept by the factors {kept:.3f}", file=sys.stderr)


if __name__ == "__main__":
    main()
