"""Step 6: the student inherits from the teacher.

In: WORK/tokenizer/tokenizer.json and the teacher's weights. Out: WORK/student/initial.pt, a state dictionary of
`Albert`. Words: each piece takes the mean of the teacher's embeddings of its WordPieces, normalised as the teacher
does; the [V, 384] table is factorised by SVD to [V, E] and the E -> H map, then both are fitted by gradient descent
because ALBERT normalises between them. Positions are projected the same way. The shared layer is one of the
teacher's six, or their mean: the one after which a few training steps leave the lowest distillation loss is kept
(`choose_layer` in distil.py asks for it by --layer).
"""

import json
import re
import sys

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from albert import Albert, Shape
from cache_teacher import load_teacher
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
    options = read_options(__doc__, layer=("mean", "the teacher's layer 0 to 5, or mean"))
    set_up_torch(options)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer" / "tokenizer.json"))
    teacherTokenizer, teacher = load_teacher("cpu")
    student = Albert(Shape(vocab_size=tokenizer.get_vocab_size()))
    set_layer(student, teacher, options.layer)
    target = piece_vectors(tokenizer, teacherTokenizer, teacher)
    fit_embeddings(student, target, position_vectors(teacher), FIT_STEPS // 20 if options.tiny else FIT_STEPS)
    path = options.work / "student"
    path.mkdir(exist_ok=True)
    torch.save(student.state_dict(), path / "initial.pt")
    (path / "shape.json").write_text(json.dumps(student.shape.to_config(), indent=1))


def set_layer(student: Albert, teacher, layer: str) -> None:
    """Copies one teacher layer, or the mean of all, into the shared layer."""
    own = student.encoder.albert_layer_groups[0].albert_layers[0].state_dict()
    chosen = list(teacher.encoder.layer) if layer == "mean" else [teacher.encoder.layer[int(layer)]]
    for theirs, ours in LAYER_NAMES.items():
        for part in ("weight", "bias"):
            own[f"{ours}.{part}"] = torch.stack([block.state_dict()[f"{theirs}.{part}"] for block in chosen]).mean(0)
    student.encoder.albert_layer_groups[0].albert_layers[0].load_state_dict(own)


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
