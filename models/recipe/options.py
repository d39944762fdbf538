"""The command-line options that all steps of the recipe share.

Each step is `python <step>.py --work DIR --data DIR [--device cpu|cuda] [--minutes N] [--tiny]`; what a step reads and
writes lies under --work. `--tiny` runs the same code on a handful of rows and a small model, within seconds.
"""

import argparse
import os
from pathlib import Path

import random


def read_options(description: str, **extra) -> argparse.Namespace:
    """Parses the shared options; `extra` adds options of one step: name=(default, help)."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).parent
    parser.add_argument("--work", type=Path, default=here / "work", help="folder for everything in between")
    parser.add_argument("--data", type=Path, default=here / "work" / "data", help="folder with the labelled data")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--minutes", type=float, default=30.0, help="time budget of a training step")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads of PyTorch")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tiny", action="store_true", help="a dry run of seconds")
    for name, (default, text) in extra.items():
        kind = str if default is None else type(default)
        parser.add_argument(f"--{name}", type=kind, default=default, help=text)
    options = parser.parse_args()
    if options.tiny:
        options.work = options.work / "tiny"
    options.work.mkdir(parents=True, exist_ok=True)
    random.seed(options.seed)
    return options


def set_up_torch(options: argparse.Namespace) -> None:
    """Threads, seed, and flushing of denormals, which slow a CPU down tenfold late in training."""
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.set_flush_denormal(True)
    if options.device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
