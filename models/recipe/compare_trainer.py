"""The same fine-tuning by Hugging Face's Trainer: does our trainer in Node reach the same F1 from the same checkpoint?

In: a model folder, labelled JSON lines (one label a text) to learn and to test; without --train, those sentences of the
NLBSE'25 python set that have one label, a third of the classes to test, which are written to WORK/trainer for
both. Out: macro F1 on the test texts for each seed, and their mean. The settings are those of `marginalia finetune --forget`: batch 16, the same rate, warm-up, decay,
clipping and epochs, class weights, a head over the same vector. Ours starts with a fitted head; so does this one, by
scikit-learn, with --fitted. With `--shallow 0` ours fits it once more to the
trained encoder, at the end; this one does not.

    python compare_trainer.py --epochs 5 --seeds 1,2,3
    marginalia finetune --train WORK/trainer/train.jsonl --task kind --forget --epochs 5 --seed 1 --output /tmp/kind
    marginalia evaluate --test WORK/trainer/test.jsonl --task kind --model /tmp/kind
"""

import json
import zlib
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from torch.utils.data import Dataset
from transformers import AlbertConfig, AlbertModel, AlbertPreTrainedModel, Trainer, TrainingArguments, set_seed
from transformers.modeling_outputs import SequenceClassifierOutput

from jsonl import read_rows
from model_folder import ModelFolder
from options import read_options, set_up_torch

RIDGE = 300


class Classifier(AlbertPreTrainedModel):
    """ALBERT with a linear head over the first token's vector, as `heads.<task>` of a model folder is."""

    def __init__(self, config, weights=None, exits=None):
        """exits: {depth: what the loss there counts}; the deepest answers."""
        super().__init__(config)
        self.albert = AlbertModel(config, add_pooling_layer=False)
        self.dropout = torch.nn.Dropout(0.1)
        self.exits = exits or {config.num_hidden_layers: 1.0}
        self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)
        self.register_buffer("label_weights", torch.ones(config.num_labels) if weights is None else weights)
        self.post_init()

    def forward(self, input_ids, attention_mask, token_type_ids, labels=None):
        states = self.albert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids, output_hidden_states=True).hidden_states
        logits = {depth: self.classifier(self.dropout(states[depth][:, 0])) for depth in self.exits}
        loss = None
        if labels is not None:
            losses = [weight * torch.nn.functional.cross_entropy(logits[depth], labels, weight=self.label_weights) for depth, weight in self.exits.items()]
            loss = sum(losses)
        logits = logits[max(logits)]
        return SequenceClassifierOutput(loss=loss, logits=logits)


class Rows(Dataset):
    def __init__(self, folder: ModelFolder, rows: list[dict], names: list[str]):
        self.encoded = folder.tokenizer.encode_batch([row["text"] for row in rows])
        self.labels = [names.index(row["label"]) for row in rows]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        row = self.encoded[index]
        return {"input_ids": row.ids, "attention_mask": row.attention_mask, "token_type_ids": row.type_ids, "labels": self.labels[index]}


def collate(rows: list[dict]) -> dict:
    width = max(len(row["input_ids"]) for row in rows)
    padded = {key: torch.tensor([row[key] + [0] * (width - len(row[key])) for row in rows]) for key in ("input_ids", "attention_mask", "token_type_ids")}
    return {**padded, "labels": torch.tensor([row["labels"] for row in rows])}


def main() -> None:
    options = read_options(
        __doc__,
        model=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder"),
        train=("", "labelled JSON lines to learn, one label each"),
        test=("", "labelled JSON lines to measure by"),
        epochs=(5, "how often each text is seen"),
        seeds=("1,2,3", "with commas between"),
        learningRate=(2e-4, "highest rate of the encoder; the head's is twice that"),
        shallow=(0.25, "what the losses at the shallower depths of the folder count beside the deepest one, as in `finetune`; 0 for none"),
        fitted=(1, "1: start with a fitted head, 0: with small random numbers"),
    )
    set_up_torch(options)
    folder = ModelFolder(Path(options.model))
    if not options.train:
        options.train, options.test = write_sentences(options)
    train, test = ([json.loads(line) for line in Path(path).read_text().splitlines()] for path in (options.train, options.test))
    names = sorted({row["label"] for row in train})
    scores = [f1_of(folder, Rows(folder, train, names), Rows(folder, test, names), names, options, int(seed)) for seed in options.seeds.split(",")]
    print(json.dumps({"seeds": [round(score, 4) for score in scores], "mean": round(float(np.mean(scores)), 4)}))


def write_sentences(options) -> tuple[Path, Path]:
    """At most 600 sentences to learn; no class has sentences on both sides."""
    found: dict[str, dict[str, str]] = {"train": {}, "test": {}}
    for row in read_rows(options.data / "comment-purpose" / "nlbse25-python-train.jsonl.gz"):
        if len(row["labels"]) == 1:
            found["test" if zlib.crc32(row["context"].encode()) % 3 == 0 else "train"].setdefault(row["text"], row["labels"][0])
    (options.work / "trainer").mkdir(exist_ok=True)
    paths = []
    for split, rows in found.items():
        texts = sorted(rows, key=lambda text: zlib.crc32(text.encode()))[: 600 if split == "train" else None]
        paths.append(options.work / "trainer" / f"{split}.jsonl")
        paths[-1].write_text("".join(json.dumps({"text": text, "label": rows[text]}) + "\n" for text in texts if text not in found["train"] or split == "train"))
    return paths[0], paths[1]


def f1_of(folder: ModelFolder, train: Rows, test: Rows, names: list[str], options, seed: int) -> float:
    set_seed(seed)
    counts = np.bincount(train.labels, minlength=len(names))
    weights = torch.tensor(np.clip(np.sqrt(counts.max() / counts), 1, 10), dtype=torch.float32)
    # The labels' names set their number; a number beside the names of another set is refused.
    labels = {"id2label": dict(enumerate(names)), "label2id": {name: index for index, name in enumerate(names)}}
    config = AlbertConfig(**{**folder.encoder.config.to_dict(), **labels})
    *shallower, deepest = folder.taskSet["depths"]
    exits = {**{depth: options.shallow for depth in shallower if options.shallow > 0}, deepest: 1.0}
    model = Classifier(config, weights, exits)
    model.albert.load_state_dict(folder.encoder.state_dict())
    if options.fitted:
        fit_head(model, train, weights)
    heads = list(model.classifier.parameters())
    # As ours: matrices are pulled towards zero, biases and the parameters of LayerNorm are not.
    body = list(model.albert.parameters())
    groups = [{"params": [one for one in part if (one.dim() > 1) == decays], "lr": rate, "weight_decay": 0.01 if decays else 0.0}
              for part, rate in ((body, options.learningRate), (heads, 2 * options.learningRate)) for decays in (True, False)]  # fmt: skip
    steps = options.epochs * -(-len(train) // 16)
    arguments = TrainingArguments(
        output_dir=str(options.work / "trainer"), per_device_train_batch_size=16, per_device_eval_batch_size=64, num_train_epochs=options.epochs,
        warmup_steps=-(-steps // 10), lr_scheduler_type="linear", max_grad_norm=1.0, seed=seed, save_strategy="no", report_to=[], disable_tqdm=True,
        use_cpu=options.device == "cpu", logging_strategy="no",
    )  # fmt: skip
    trainer = Trainer(model=model, args=arguments, train_dataset=train, data_collator=collate, optimizers=(torch.optim.AdamW(groups), None))
    trainer.train()
    found = trainer.predict(test).predictions.argmax(-1)
    return f1_score(test.labels, found, average="macro")


@torch.no_grad()
def fit_head(model: Classifier, train: Rows, weights: torch.Tensor) -> None:
    model.eval()
    parts = [collate([train[index] for index in range(start, min(start + 64, len(train)))]) for start in range(0, len(train), 64)]
    vectors = torch.cat([model.albert(**{key: part[key] for key in ("input_ids", "attention_mask", "token_type_ids")}).last_hidden_state[:, 0] for part in parts]).numpy()
    mean, deviation = vectors.mean(0), vectors.std(0) + 1e-3
    fitted = LogisticRegression(C=1 / RIDGE, max_iter=1000).fit((vectors - mean) / deviation, train.labels, sample_weight=weights.numpy()[train.labels])
    matrix, bias = fitted.coef_ / deviation, fitted.intercept_ - (fitted.coef_ / deviation) @ mean
    if len(bias) == 1:
        # Two labels: scikit-learn tells the second one's lead alone.
        matrix, bias = np.concatenate([-matrix, matrix]) / 2, np.concatenate([-bias, bias]) / 2
    model.classifier.weight.copy_(torch.tensor(matrix, dtype=torch.float32))
    model.classifier.bias.copy_(torch.tensor(bias, dtype=torch.float32))
    model.train()


if __name__ == "__main__":
    main()
