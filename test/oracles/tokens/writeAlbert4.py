"""The forms that transformers 4.x knows (environment: requirements-transformers4.txt; after trainTokenizers.py).

strings.json.gz               the 10,000 strings
albert4/tokenizer.json        the last 4.x form: Metaspace alone, " {2,}" last, [MASK] with lstrip
albert4old/tokenizer.json     the early form: WhitespaceSplit and Metaspace with add_prefix_space, " {2,}" third
expected/spiece.*             what the slow tokenizer makes of the strings with spiece.model alone
"""
import gzip
import json
import os
import tempfile

from transformers import AlbertTokenizer, AlbertTokenizerFast

from expectedFile import DECODE_EVERY, HERE, write_gzip, write_json, write_rows
from generateText import test_strings


def read_gzip(path):
    with gzip.open(os.path.join(HERE, path)) as file:
        return file.read()


def to_old_form(config):
    old = json.loads(json.dumps(config))
    steps = old["normalizer"]["normalizers"]
    steps.insert(2, steps.pop())
    old["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}]}
    old["decoder"] = {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}
    old["post_processor"] = {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
    old["added_tokens"] = [token for token in old["added_tokens"] if token["special"]]
    return old


def slow_rows(tokenizer, strings):
    """The slow tokenizer knows no offsets: starts and ends are written as 0."""
    rows = []
    for text in strings:
        ids = tokenizer(text)["input_ids"]
        rows.append((ids, [0] * len(ids), [0] * len(ids), [0] * len(ids)))
    return rows


def main():
    strings = test_strings()
    write_json("strings.json.gz", strings)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "spiece.model"), "wb") as file:
            file.write(read_gzip("albert/spiece.model.gz"))
        fast = AlbertTokenizerFast.from_pretrained(folder)
        config = json.loads(fast.backend_tokenizer.to_str())
        variants = {"spiece": {}, "spieceCased": {"do_lower_case": False, "keep_accents": True, "remove_space": False}}
        for name, options in variants.items():
            slow = AlbertTokenizer.from_pretrained(folder, **options)
            chosen = strings if name == "spiece" else strings[:2500]
            rows = slow_rows(slow, chosen)
            write_rows(f"expected/{name}.single.gz", rows)
            write_json(f"expected/{name}.decoded.json.gz", [
                slow.decode(rows[index][0], skip_special_tokens=True, clean_up_tokenization_spaces=False)
                for index in range(0, len(chosen), DECODE_EVERY)])
    write_gzip("albert4/tokenizer.json.gz", json.dumps(config, ensure_ascii=False).encode("utf-8"))
    write_gzip("albert4old/tokenizer.json.gz", json.dumps(to_old_form(config), ensure_ascii=False).encode("utf-8"))


main()
