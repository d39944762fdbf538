"""Which choices of ALBERT pay for us: equal small budgets, one change at a time, measured on unseen projects.

In: WORK/shards and WORK/tokenizer. Out: WORK/pretraining/ablations.md, a Markdown table beside the paper's averages,
and WORK/pretraining/ablation-<name>/ for each run. Budgets are equal in --minutes (what a machine costs) or, with
--steps, in tokens (what a text costs). Run from models/recipe:
python3 -m pretraining.ablations --device cuda --minutes 1.2 --batchTokens 65536
"""

import copy
import json
import shutil
import sys
from pathlib import Path

from options import read_options
from pretraining.pretrain import OPTIONS, run

# name -> (what it is, changed options, the paper's average over its five tasks: tables 3, 4 and 5, base size)
VARIANTS: dict[str, tuple[str, dict, str]] = {
    "shared": ("all layers shared, E 128, SOP: what we train", {}, "80.1"),
    "groups3": ("three groups of two layers", {"groups": 3}, "not in the tables"),
    "unshared": ("no sharing", {"groups": 6}, "81.6"),
    "e64": ("E 64", {"embedding": 64}, "79.0"),
    "e384": ("E 384, as wide as H (the paper: 768)", {"embedding": 384}, "79.8"),
    "withoutOrder": ("no sentence order", {"sentenceOrder": 0}, "79.0"),
    "lamb": ("LAMB instead of AdamW", {"optimizer": "lamb", "learningRate": 4e-3}, "not in the tables"),
    "mask15": ("15 % of the tokens in holes instead of 25 %", {"maskRate": 0.15}, "not in the tables"),
}


def main() -> None:
    options = read_options(__doc__, **{**OPTIONS, "variants": (",".join(VARIANTS), "which, with commas")})
    reports = {}
    for name in options.variants.split(","):
        reports[name] = run_variant(options, name)
        table = to_table(reports, options)
        (options.work / "pretraining" / "ablations.md").write_text(table)
    print(table, file=sys.stderr)


def run_variant(options, name: str) -> dict:
    """Trains from nothing under the changed options; the report of the run."""
    own = copy.copy(options)
    own.name = f"ablation-{name}"
    for key, value in VARIANTS[name][1].items():
        setattr(own, key, value)
    shutil.rmtree(own.work / "pretraining" / own.name, ignore_errors=True)
    report = run(own)
    rows = [json.loads(line) for line in Path(own.work / "pretraining" / own.name / "curve.jsonl").read_text().splitlines()]
    training = [row for row in rows if "tokensPerSecond" in row]
    # The first row holds compilation; the median of the rest is what the machine does.
    speeds = sorted(row["tokensPerSecond"] for row in training[1:] or training)
    return {**report, "tokensPerSecond": speeds[len(speeds) // 2] if speeds else 0}


def to_table(reports: dict[str, dict], options) -> str:
    budget = f"{options.steps} steps" if options.steps else f"{options.minutes:g} minutes"
    head = [
        f"Every run: {budget} on one {options.device}, the same shards and seed, measured on projects of no training shard.",
        "The paper's column is the average of its tasks after fine-tuning, at another size and budget: compare directions.",
        "",
        "| variant | encoder parameters | tokens read | tokens/s | words guessed @6 | @3 | order @6 | the paper |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for name, report in reports.items():
        found, (text, _, paper) = report["heldOut"], VARIANTS[name]
        deepest = max(int(key.split("@")[1]) for key in found if key.startswith("mlm@"))
        shallow = min(int(key.split("@")[1]) for key in found if key.startswith("mlm@"))
        rows.append(
            f"| {text} | {report['encoderParameters'] / 1e6:.2f} M | {report['tokens'] / 1e6:.1f} M | {report['tokensPerSecond']:,} "
            f"| {found[f'mlm@{deepest}']:.3f} | {found[f'mlm@{shallow}']:.3f} | {found[f'sop@{deepest}']:.3f} | {paper} |"
        )
    return "\n".join(head + rows) + "\n"


if __name__ == "__main__":
    main()
