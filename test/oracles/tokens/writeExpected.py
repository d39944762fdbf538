"""Writes the strings and what the reference makes of them (environment: requirements.txt; after trainTokenizers.py
and writeAlbert4.py)."""
import gzip
import os

from tokenizers import Tokenizer
from transformers import BertTokenizer

from expectedFile import HERE, read_strings, write_expected

SMALL = 2500


def load(path):
    with gzip.open(os.path.join(HERE, path)) as file:
        return Tokenizer.from_str(file.read().decode("utf-8"))


def cased_bert():
    with gzip.open(os.path.join(HERE, "bert/vocab.txt.gz")) as file:
        vocab = {line.rstrip("\n"): index for index, line in enumerate(file.read().decode("utf-8").split("\n")[:-1])}
    return BertTokenizer(vocab=vocab, do_lower_case=False, strip_accents=False, tokenize_chinese_chars=False)._tokenizer


def main():
    strings = read_strings()
    for name in ("albert5", "albert4", "albert4old", "bert"):
        write_expected(name, load(f"{name}/tokenizer.json.gz"), strings)
    write_expected("bertCased", cased_bert(), strings[:SMALL])
    for file in sorted(os.listdir(os.path.join(HERE, "parts"))):
        write_expected(f"parts.{file.split('.')[0]}", load(f"parts/{file}"), strings[:SMALL])


main()
