"""A finished pretraining in Hugging Face's layout, heads included, and the proof that it means the same there.

In: WORK/pretraining/<name>/weights.pt and report.json. Out: WORK/pretraining/<name>/huggingFace/ with config.json
(AlbertForPreTraining), model.safetensors (float32, or float16 with --half 1) and tokenizer.json; with transformers at
hand both models read the same rows and must agree. Also encoder.pt, the state dictionary of our Albert alone, which
the next steps of the recipe start from. Run from models/recipe: python3 -m pretraining.export --name main
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from albert import Shape
from options import read_options
from pretraining.heads import Pretraining

# What float32 rounding leaves over six layers; a wrong name or a missing part differs by whole units.
TOLERANCE = 2e-4


def main() -> None:
    options = read_options(__doc__, name=("main", "of the run's folder"), half=(0, "1 to store float16"))
    folder = options.work / "pretraining" / options.name
    difference = export(folder, options.work / "tokenizer" / "tokenizer.json", bool(options.half))
    print(json.dumps({"largestDifference": difference}), file=sys.stderr)


def export(folder: Path, tokenizer: Path, half: bool) -> float | None:
    """Writes the files; the largest difference of any score between transformers and ours, None without transformers."""
    model = load_pretraining(folder)
    target = folder / "huggingFace"
    target.mkdir(exist_ok=True)
    weights = {name: (value.half() if half else value).contiguous() for name, value in to_hugging_face(model).items()}
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})
    config = {**model.albert.shape.to_config(), "architectures": ["AlbertForPreTraining"]}
    (target / "config.json").write_text(json.dumps(config, indent=1))
    shutil.copy(tokenizer, target / "tokenizer.json")
    torch.save(model.albert.state_dict(), folder / "encoder.pt")
    try:
        from transformers import AlbertForPreTraining
    except ImportError:
        return None
    theirs = AlbertForPreTraining.from_pretrained(target, dtype=torch.float32).eval()
    if half:
        model.load_state_dict({name: value.half().float() for name, value in model.state_dict().items()})
    difference = largest_difference(model, theirs)
    assert difference < TOLERANCE, f"transformers answers otherwise by {difference}: the names in export.py are wrong"
    return difference


def load_pretraining(folder: Path) -> Pretraining:
    """The finished model of a run's folder."""
    config = json.loads((folder / "report.json").read_text())["shape"]
    shape = Shape(**{name: config[name] for name in Shape.__dataclass_fields__})
    model = Pretraining(shape).eval()
    model.load_state_dict(torch.load(folder / "weights.pt", map_location="cpu"))
    return model


def to_hugging_face(model: Pretraining) -> dict[str, torch.Tensor]:
    """Our state under the names of AlbertForPreTraining; what it ties (the decoder) is left out, as it does itself."""
    weights = {f"albert.{name}": value for name, value in model.albert.state_dict().items()}
    for part in ("weight", "bias"):
        weights[f"albert.pooler.{part}"] = getattr(model.pooler, part).data
        weights[f"sop_classifier.classifier.{part}"] = getattr(model.sop_classifier, part).data
    return weights | {f"predictions.{name}": value for name, value in model.predictions.state_dict().items()}


@torch.no_grad()
def largest_difference(model: Pretraining, theirs) -> float:
    """Over random rows with two segments and padding: of the scores of every word and of both orders."""
    generator = torch.Generator().manual_seed(3)
    ids = torch.randint(5, model.albert.shape.vocab_size, (4, 33), generator=generator)
    mask = torch.arange(33) < torch.tensor([[33], [20], [12], [33]])
    segments = (torch.arange(33) >= torch.tensor([[10], [9], [5], [33]])) & mask
    batch = {"ids": torch.where(mask, ids, 0), "mask": mask.long(), "segments": segments.long()}
    states = model.encode(batch, model.albert.shape.num_hidden_layers)
    words = model.predictions.scores(states, model.albert.embeddings.word_embeddings.weight)
    answer = theirs(input_ids=batch["ids"], attention_mask=batch["mask"], token_type_ids=batch["segments"])
    orders = (answer.sop_logits - model.order_scores(states)).abs().max()
    return float(max(orders, (answer.prediction_logits - words)[mask].abs().max()))


if __name__ == "__main__":
    main()
