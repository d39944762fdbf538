"""How expectations are stored: gzip of little-endian columns, offsets in UTF-16 code units.

u32 rows, u32 tokens, then u16 columns: tokens per row [rows]; id [tokens]; start less the start before, zigzag
[tokens]; end less start [tokens]; type id [tokens]. Special tokens have start and end 0xffff/0 (written as zigzag 0,
length 0xffff). Decoded texts are a JSON list beside it.
"""
import gzip
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def utf16_places(text):
    places = [0]
    for character in text:
        places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
    return places


def row_of(encoding, texts):
    """ids, starts, ends (UTF-16, -1 for special tokens) and type ids of an encoding of the Rust tokenizers."""
    places = [utf16_places(text) for text in texts]
    starts, ends = [], []
    for (start, end), sequence in zip(encoding.offsets, encoding.sequence_ids):
        if sequence is None:
            starts.append(-1)
            ends.append(-1)
        else:
            starts.append(places[sequence][start])
            ends.append(places[sequence][end])
    return encoding.ids, starts, ends, encoding.type_ids


def write_gzip(path, data):
    path = os.path.join(HERE, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(gzip.compress(data, 9, mtime=0))


def write_rows(path, rows):
    counts, ids, deltas, lengths, types = [], [], [], [], []
    for row_ids, starts, ends, type_ids in rows:
        counts.append(len(row_ids))
        ids += row_ids
        types += type_ids
        before = 0
        for start, end in zip(starts, ends):
            if start < 0:
                deltas.append(0)
                lengths.append(0xFFFF)
                continue
            delta = start - before
            deltas.append(2 * delta if delta >= 0 else -2 * delta - 1)
            lengths.append(end - start)
            before = start
    columns = [np.array(column, dtype="<u2") for column in (counts, ids, deltas, lengths, types)]
    # Low bytes and high bytes apart: high bytes are nearly all zero and compress away.
    planes = b"".join(column.view(np.uint8)[offset::2].tobytes() for column in columns for offset in (0, 1))
    write_gzip(path, np.array([len(counts), len(ids)], dtype="<u4").tobytes() + planes)


def write_json(path, value):
    write_gzip(path, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def read_strings():
    with gzip.open(os.path.join(HERE, "strings.json.gz")) as file:
        return json.load(file)


# Every fifth text is decoded; pairs are neighbours; the room for a pair or a cut text goes round these numbers.
DECODE_EVERY = 5
PAIR_EVERY = 8
ROOMS = [3, 4, 5, 8, 13, 21, 34, 64]


def write_expected(name, tokenizer, strings):
    tokenizer.no_truncation()
    rows = [row_of(tokenizer.encode(text), [text]) for text in strings]
    write_rows(f"expected/{name}.single.gz", rows)
    decoded = [tokenizer.decode(rows[index][0], skip_special_tokens=True) for index in range(0, len(strings), DECODE_EVERY)]
    write_json(f"expected/{name}.decoded.json.gz", decoded)
    pairs = []
    for number, index in enumerate(range(0, len(strings) - 1, PAIR_EVERY)):
        tokenizer.enable_truncation(max_length=ROOMS[number % len(ROOMS)], strategy="longest_first")
        first, second = strings[index], strings[index + 1]
        pairs.append(row_of(tokenizer.encode(first, second), [first, second]))
        pairs.append(row_of(tokenizer.encode(first), [first]))
    write_rows(f"expected/{name}.pairs.gz", pairs)
