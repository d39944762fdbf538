"""Step 13: the model card and the manifest.

In: the model folder, WORK/metrics.json, the curves and reports of the earlier steps. Out: README.md, curves.png and
manifest.json (sums, fingerprint, licence, data sources, metrics) in the model folder. Every number comes from a file
that a step wrote; words about numbers do not stand here.
"""

import hashlib
import json
from pathlib import Path

from options import read_options

NAME, VERSION, LICENCE = "marginalia-small", "0.1.0", "MIT"
FINGERPRINTED = ["config.json", "model.safetensors", "tasks.json", "tokenizer.json"]
LABELLED_SOURCES = [
    ("Maldonado et al., self-admitted technical debt (IEEE TSE 2017)", "none stated, research data", "labels of debt; 4 of its 7 projects trained on, 1 for thresholds, 2 held out"),
    ("Pascarella and Bacchelli, Java comment classes (Eclipse, Hadoop)", "CC0-1.0", "labels of purpose and form, split by file"),
    ("NLBSE'25 code comment classification, Python and Pharo", "CC0-1.0", "labels of purpose, split by class"),
    ("Python Enhancement Proposals", "public domain or CC0-1.0", "paragraphs for distillation"),
    ("The Rust Programming Language", "MIT OR Apache-2.0", "paragraphs for distillation"),
    ("TypeScript website", "CC-BY-4.0", "paragraphs for distillation"),
    ("all-MiniLM-L6-v2", "Apache-2.0", "teacher of the sentence vectors, and source of the first weights"),
]  # fmt: skip


def main() -> None:
    options = read_options(__doc__, model=(str(Path(__file__).parent.parent / NAME), "the model folder"), shards=("docs,labelled", "what was distilled on"))
    folder = options.work / "model" if options.tiny else Path(options.model)
    metrics = json.loads((options.work / "metrics.json").read_text())
    curves = draw_curves(options.work, folder)
    (folder / "README.md").write_text(card(options, folder, metrics, curves), encoding="utf-8")
    write_manifest(folder, metrics, data_sources(options.work))


def data_sources(work: Path) -> list[dict]:
    packages = json.loads((work / "sources.fetched.json").read_text())
    rows = [{"name": name, "licence": licence, "use": use} for name, licence, use in LABELLED_SOURCES]
    for package in packages:
        use = "held out" if package["split"] == "heldOut" else "tokenizer; examples of forms and block tags"
        rows.append({"name": f"{package['kind']}:{package['archive'].split()[0]}", "licence": package["licence"], "use": use})
    return rows


def write_manifest(folder: Path, metrics: dict, sources: list[dict]) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != "manifest.json")
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    lines = "".join(f"{name}:{files[name]}\n" for name in FINGERPRINTED)
    manifest = {"formatVersion": 1, "name": NAME, "version": VERSION, "files": files,
                "fingerprint": hashlib.sha256(lines.encode()).hexdigest(), "licence": LICENCE,
                "dataSources": sources, "metrics": metrics}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_curve(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def draw_curves(work: Path, folder: Path) -> dict[str, list[dict]]:
    """Draws both curves side by side; answers their rows."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    curves = {"distillation": read_curve(work / "student" / "distil.jsonl"), "tasks": read_curve(work / "student" / "tasks.jsonl")}
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3))
    for axis, (title, rows) in zip(axes, curves.items()):
        for name in [key for key in (rows[-1] if rows else {}) if key not in ("step", "tokens", "seconds")]:
            axis.plot([row["tokens"] / 1e6 for row in rows], [row.get(name) for row in rows], label=name)
        axis.set(title=title, xlabel="million tokens", ylabel="loss")
        if rows:
            axis.legend()
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=80)
    return curves


def card(options, folder: Path, metrics: dict, curves: dict[str, list[dict]]) -> str:
    config = json.loads((folder / "config.json").read_text())
    tokenizer = json.loads((options.work / "tokenizer" / "report.json").read_text())
    layer = json.loads((options.work / "student" / "layer.json").read_text())
    parameters = sum_parameters(folder)
    return f"""# {NAME} {VERSION}

A small ALBERT that reads comments and documentation: what a passage is for, whether it admits technical debt, what form it
has, and a vector of its meaning. Made by the recipe in `models/recipe`; every number below was written by its scripts.

## Shape

{parameters:,} parameters in float16. V {config["vocab_size"]:,}, E {config["embedding_size"]}, H {config["hidden_size"]}, {config["num_attention_heads"]} attention heads, feed-forward
{config["intermediate_size"]}, one shared layer run {config["num_hidden_layers"]} times (readable after 3, 4 and 6), {config["max_position_embeddings"]} positions.

## How it was made

1. Tokenizer: SentencePiece unigram, lower case, single digits, the 3,755 characters of GB 2312 level 1. Tokens per passage and unknown rate:
{table(["text", "tokens per passage", "characters per token", "unknown"], [[name, *row.values()] for name, row in tokenizer.items() if isinstance(row, dict)])}
2. First weights from the teacher all-MiniLM-L6-v2: word table factorised by SVD, shared layer from its {"mean layer" if layer["layer"] == "mean" else "layer " + layer["layer"]}. Loss after {"a few steps for each candidate"}: {", ".join(f"{name} {loss:.3f}" for name, loss in layer["losses"].items())}.
3. Distillation of sentence vectors on `{options.shards}`: {last(curves["distillation"])}.
4. All tasks together, with the distillation loss kept: {last(curves["tasks"])}.
5. Temperatures and thresholds on validation projects.

Trained on two shared CPU cores in bfloat16. ![Losses](curves.png)

## Held-out results

Projects, files or classes that took no part in training or in choosing thresholds; comments as they stand in the source.
`@3`, `@4`, `@6` is the depth. TF-IDF is words and characters with logistic regression, balanced, on the same training rows.

### Debt: F1 of any debt against none

{debt_table(metrics["debt"])}

### Form and purpose: macro F1

{macro_table(metrics)}

### Form and purpose by label, depth 6: F1 (TF-IDF)

{label_table(metrics)}

### Expected calibration error, depth 6

{table(["set", "ECE"], [[name, row["ece"]] for name, row in metrics.items() if "ece" in row])}

### Vectors against the teacher's, on {metrics["embedding"]["passages"]} held-out documentation paragraphs

{table(["depth/length", "cosine", "rank correlation of all pairs", "teacher's nearest in top 10"], [[name, row.get("cosine", ""), row["spearman"], row["teacherNearestInTop10"]] for name, row in metrics["embedding"].items() if isinstance(row, dict)])}

## Limits

- {behind_baselines(metrics)}
- The budget was small (see the token counts above), so the vectors are well below the teacher's; there is no masked-word, order or question head.
- English. Chinese is covered by the tokenizer, but neither teacher nor labels know it: Chinese labels beyond form are not to be trusted.
- Labels of debt and purpose come from Java, Python and Pharo comments; types of debt other than design have few examples.
- A label that says "debt" means that the comment admits it, not that the code is bad.

## Data

{table(["source", "licence", "use"], [[row["name"], row["licence"], row["use"]] for row in data_sources(options.work)])}
"""


def sum_parameters(folder: Path) -> int:
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", "pt") as tensors:
        return sum(tensors.get_tensor(name).numel() for name in tensors.keys())


def last(rows: list[dict]) -> str:
    if not rows:
        return "no curve"
    row = rows[-1]
    return f"{row['tokens']:,} tokens in {row['seconds'] / 60:.0f} minutes, {row['step']:,} steps"


def table(head: list[str], rows: list[list]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def debt_table(report: dict) -> str:
    models = {name: row for name, row in report.items() if isinstance(row, dict) and "f1Untagged" in row}
    columns = list(next(iter(models.values())))
    names = {"f1": "mean over projects", "f1Untagged": "comments without a tag word"}
    text = table(["", *[names.get(column, column) for column in columns]], [[name, *row.values()] for name, row in models.items()])
    return f"{report['rows']:,} comments, {report['debt']} with debt, {report['untaggedDebt']} of them without a tag word.\n\n{text}"


def macro_table(metrics: dict) -> str:
    sets = [name for name in metrics if name.startswith(("form", "purpose"))]
    methods = [name for name, row in metrics[sets[0]].items() if isinstance(row, dict)]
    return table(["", *sets], [[method, *[metrics[name][method]["macroF1"] for name in sets]] for method in methods])


def behind_baselines(metrics: dict) -> str:
    """Names the sets on which a simpler method is better than the model at full depth."""
    sets = [name for name in metrics if name.startswith(("form", "purpose"))]
    depth = [name for name in metrics["debt"] if name.startswith("model@")][-1]
    behind = [f"{name} (TF-IDF)" for name in sets if metrics[name][depth]["macroF1"] < metrics[name]["tfidf"]["macroF1"]]
    behind += [f"debt ({name})" for name in ("tfidf", "tagWords") if metrics["debt"][depth]["f1"] < metrics["debt"][name]["f1"]]
    return f"A simpler method is better on: {', '.join(behind)}." if behind else "No simpler method measured here is better on any set."


def label_table(metrics: dict) -> str:
    rows = []
    for name in [name for name in metrics if name.startswith(("form", "purpose"))]:
        best = [method for method in metrics[name] if method.startswith("model")][-1]
        for label, row in metrics[name][best].items():
            if isinstance(row, dict):
                rows.append([name, label, f"{row['f1']} ({metrics[name]['tfidf'].get(label, {'f1': '-'})['f1']})", row["support"]])
    return table(["set", "label", "F1 (TF-IDF)", "examples"], rows)


if __name__ == "__main__":
    main()
