"""Writes test/fixtures/models/reading: tiny random ALBERTs that answer questions, judge order and fill masks, and
what Hugging Face transformers makes of texts with them, end to end.

In: the tokenizer of test/fixtures/models/tiny. Out, per model: config.json and model.safetensors as transformers saves
them, and expected.json: token windows, logits as probabilities, and answers found by trying every span.
Run after makeTinyModel.py: python makeReadingExpected.py
"""

import json
import math
import shutil
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer
from transformers import AlbertConfig

from makeParityFixtures import fill_with_random, gain_of

FIXTURES = Path(__file__).parents[2] / "fixtures" / "models"
FOLDER = FIXTURES / "reading"
POSITIONS = 80
BASE = {
    "embedding_size": 13,
    "hidden_size": 20,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 37,
    "max_position_embeddings": POSITIONS,
    "type_vocab_size": 2,
}
MAX_ANSWER_TOKENS = 30
PARAGRAPH = (
    "The cache is never cleared, so memory grows while the server runs. Written by the storage team; ask them before "
    "you change the format on disk. It is faster to copy the whole block than to test each byte, as the profile showed. "
)
QUESTIONS = [
    ("Who wrote the storage format?", "Written by the storage team; ask them before you change the format on disk."),
    ("Why copy the block?", PARAGRAPH),
    ("When is the cache cleared?", PARAGRAPH * 4),
    ("What does a naïve café 😀 return?", "Café, naïve 😀 ﬁle — ½ 中文 \u00a0 weird   spaces\r\nand 👩‍👩‍👧 a family\ttoo"),
    ("缓存为什么不清空？", "缓存从不清空，所以内存会增长。请先询问存储小组，再修改磁盘格式。"),
    ("x", "y"),
]
PAIRS = [
    ("We sort before merging.", "The callers rely on a stable order of the results."),
    ("The callers rely on a stable order of the results.", "We sort before merging."),
    ("Café 😀", "中文"),
    ("", "Deprecated: use createSession instead."),
    (PARAGRAPH, "Must be called with the lock held. " * 9),
]
MASKED = [
    "Returns the [MASK] of rows that match the query.",
    "[MASK] by the storage team; ask them before you [MASK] the format on disk.",
    "[MASK]",
]


def make_model(kind, changes, seed, vocab_size):
    config = AlbertConfig(**{**BASE, **changes, "vocab_size": vocab_size}, attn_implementation="eager")
    model = getattr(transformers, kind)(config).eval()
    fill_with_random(model, torch.Generator().manual_seed(seed), 0.15, gain_of)
    return model


def read(model, encoding):
    with torch.no_grad():
        return model(
            input_ids=torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids])
        )


def windows_of(tokenizer, question, context):
    """As transformers cuts them: `truncation="only_second"`, `return_overflowing_tokens=True`."""
    tokenizer.no_truncation()
    room = POSITIONS - 3 - len(tokenizer.encode(question, add_special_tokens=False).ids)
    overlap = min(room // 2, max(MAX_ANSWER_TOKENS, room // 3))
    tokenizer.enable_truncation(POSITIONS, stride=overlap, strategy="only_second")
    first = tokenizer.encode(question, context)
    return [first, *first.overflowing]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def answer(model, tokenizer, question, context):
    best, none, spans = (-math.inf, None), math.inf, 0
    windows = windows_of(tokenizer, question, context)
    for window in windows:
        logits = read(model, window)
        starts, ends = logits.start_logits[0].tolist(), logits.end_logits[0].tolist()
        none = min(none, starts[0] + ends[0])
        own = [i for i, sequence in enumerate(window.sequence_ids) if sequence == 1]
        for i in own:
            for j in own:
                if i <= j < i + MAX_ANSWER_TOKENS:
                    spans += 1
                    if starts[i] + ends[j] > best[0]:
                        best = (starts[i] + ends[j], (window.offsets[i][0], window.offsets[j][1]))
    start, end = best[1]
    return {
        "question": question,
        "context": context,
        "windows": [window.ids for window in windows],
        "typeIds": [window.type_ids for window in windows],
        "spans": spans,
        "start": utf16(context, start),
        "end": utf16(context, end),
        "score": 1 / (1 + math.exp(none - best[0])),
    }


def order(model, tokenizer, first, second):
    tokenizer.enable_truncation(POSITIONS, strategy="longest_first")
    logits = read(model, tokenizer.encode(first, second)).sop_logits[0]
    return {"first": first, "second": second, "inOrder": float(logits.softmax(0)[0])}


def fill(model, tokenizer, text, count):
    """For short texts alone: what a window of a longer text should be is our own choice."""
    tokenizer.no_truncation()
    encoding = tokenizer.encode(text)
    assert len(encoding.ids) <= POSITIONS, text
    outputs = read(model, encoding)
    logits = outputs.prediction_logits if hasattr(outputs, "prediction_logits") else outputs.logits
    masks = []
    for place, token in enumerate(encoding.ids):
        if token != tokenizer.token_to_id("[MASK]"):
            continue
        by_text = {}
        for piece, probability in enumerate(logits[0, place].softmax(0).tolist()):
            word = tokenizer.decode([piece])
            if word != "":
                by_text[word] = by_text.get(word, 0) + probability
        ranked = sorted(by_text.items(), key=lambda row: -row[1])[:count]
        masks.append({"offsets": encoding.offsets[place], "candidates": ranked})
    return {"text": text, "masks": masks}


def write(name, model, expected):
    folder = FOLDER / name
    model.save_pretrained(folder)
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in expected)
    (folder / "expected.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(name, len(expected), sum(path.stat().st_size for path in folder.iterdir()), "bytes")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    transformers.logging.set_verbosity_error()
    tokenizer = Tokenizer.from_file(str(FIXTURES / "tiny" / "tokenizer.json"))
    size = tokenizer.get_vocab_size()
    asking = make_model("AlbertForQuestionAnswering", {"hidden_act": "gelu"}, 31, size)
    write("question-answering", asking, [answer(asking, tokenizer, *one) for one in QUESTIONS])
    ordering = make_model("AlbertForPreTraining", {"num_hidden_groups": 3}, 32, size)
    write("pretraining", ordering, [order(ordering, tokenizer, *one) for one in PAIRS])
    filling = make_model("AlbertForMaskedLM", {"hidden_act": "gelu_new"}, 33, size)
    write("masked-lm", filling, [fill(filling, tokenizer, one, 7) for one in MASKED])


if __name__ == "__main__":
    main()
