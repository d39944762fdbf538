"""Step 6b, in place of 6: a release is where the next one starts.

In: a model folder. Out: WORK/student/shape.json, initial.pt (its encoder, for distil.py) and released.pt (encoder and
heads, for train_tasks.py --initial released.pt,distilled.pt).
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from albert import Shape
from options import read_options


def main() -> None:
    options = read_options(__doc__, model=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder"))
    folder = options.work / "student"
    folder.mkdir(exist_ok=True)
    shape = Shape.from_config(json.loads((Path(options.model) / "config.json").read_text()))
    (folder / "shape.json").write_text(json.dumps(shape.to_config(), indent=1))
    tensors = {name: value.float() for name, value in load_file(Path(options.model) / "model.safetensors").items()}
    encoder = {name: value for name, value in tensors.items() if name.startswith(("embeddings.", "encoder."))}
    torch.save(encoder, folder / "initial.pt")
    torch.save({f"encoder.{name}" if name in encoder else name: value for name, value in tensors.items()}, folder / "released.pt")


if __name__ == "__main__":
    main()
