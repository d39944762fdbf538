"""The curves of one or several pretraining runs as a picture for the model card.

In: WORK/pretraining/<name>/curve.jsonl of each name. Out: a PNG with four panels over the tokens read: words guessed,
orders told right, the two losses, and tokens per second. Needs matplotlib. Run from models/recipe:
python3 -m pretraining.plot_curves --names main,lamb --picture curves.png
"""

import json
from pathlib import Path

from options import read_options

PANELS = (
    ("Words guessed in holes", "share of holes", ("mlm",)),
    ("Sentence order told right", "share of pairs", ("sop",)),
    ("Loss", "nats", ("mlmLoss", "sopLoss")),
    ("Speed", "tokens per second", ("tokensPerSecond",)),
)


def main() -> None:
    options = read_options(__doc__, names=("main", "of the runs' folders, with commas"), picture=("curves.png", "file to write"))
    plot({name: options.work / "pretraining" / name / "curve.jsonl" for name in options.names.split(",")}, Path(options.picture))


def plot(curves: dict[str, Path], picture: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(10, 7), layout="constrained")
    for name, path in curves.items():
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        training = [row for row in rows if "mlm" in row]
        measured = [row for row in rows if "heldOut" in row]
        for axis, (title, unit, keys) in zip(axes.flat, PANELS):
            axis.set(title=title, ylabel=unit, xlabel="tokens read (millions)")
            for key in keys:
                axis.plot([row["tokens"] / 1e6 for row in training], [row[key] for row in training], label=f"{name} {key}", linewidth=1.2)
            for key in {exit for row in measured for exit in row["heldOut"] if exit.split("@")[0] == keys[0]}:
                points = [(row["tokens"] / 1e6, row["heldOut"][key]) for row in measured if key in row["heldOut"]]
                axis.plot(*zip(*points), "o", markersize=4, label=f"{name} {key}, unseen projects")
            axis.grid(alpha=0.3)
            axis.legend(fontsize=7)
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    main()
