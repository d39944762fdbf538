"""Trains the small tokenizers of the tests on generated text and writes their files (environment: requirements.txt).

albert/spiece.model           SentencePiece unigram as ALBERT's: nmt_nfkc, control and user-defined symbols
albert5/tokenizer.json        the 5.x form that transformers builds from it
bert/vocab.txt, tokenizer.json  WordPiece, lower case
parts/*.tokenizer.json        small files that together use every supported part
"""
import gzip
import json
import os
import tempfile

import sentencepiece as spm
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AlbertTokenizer

from generateText import training_lines

HERE = os.path.dirname(os.path.abspath(__file__))
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def write(path, data):
    path = os.path.join(HERE, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(gzip.compress(data, 9, mtime=0))


def train_sentencepiece(lines):
    with tempfile.TemporaryDirectory() as folder:
        corpus = os.path.join(folder, "corpus.txt")
        with open(corpus, "w", encoding="utf-8") as file:
            file.write("\n".join(line.lower() for line in lines))
        spm.SentencePieceTrainer.train(
            input=corpus, model_prefix=os.path.join(folder, "spiece"), vocab_size=5000, model_type="unigram",
            pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"],
            user_defined_symbols=["(", ")", '"', "-", ".", "–", "£", "€"], character_coverage=0.985,
            normalization_rule_name="nmt_nfkc", num_threads=1, hard_vocab_limit=False, minloglevel=2)
        with open(os.path.join(folder, "spiece.model"), "rb") as file:
            return file.read()


def pieces_of(model):
    processor = spm.SentencePieceProcessor(model_proto=model)
    return [(processor.id_to_piece(i), processor.get_score(i)) for i in range(processor.get_piece_size())]


def charsmap_of(model):
    from sentencepiece import sentencepiece_model_pb2
    proto = sentencepiece_model_pb2.ModelProto.FromString(model)
    return proto.normalizer_spec.precompiled_charsmap


def albert5(vocab, charsmap):
    import base64
    return AlbertTokenizer(vocab=vocab, _spm_precompiled_charsmap=charsmap)._tokenizer


def bert(lines):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(lines, trainers.WordPieceTrainer(vocab_size=4000, special_tokens=SPECIALS, show_progress=False))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def parts(vocab):
    """Each file covers parts that the big ones do not."""
    small = [entry for entry in vocab[:1200]]
    with_bytes = small + [(f"<0x{byte:02X}>", -20.0) for byte in range(256)]
    template = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])

    def unigram(normalizer, pre_tokenizer, decoder, byte_fallback=False):
        tokenizer = Tokenizer(models.Unigram(with_bytes if byte_fallback else small, unk_id=1, byte_fallback=byte_fallback))
        tokenizer.normalizer = normalizer
        tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.decoder = decoder
        tokenizer.post_processor = template
        tokenizer.add_special_tokens(["<pad>", "<unk>", "[CLS]", "[SEP]", AddedToken("[MASK]", lstrip=True, normalized=False)])
        return tokenizer

    S, N, P, D = normalizers.Sequence, normalizers, pre_tokenizers, decoders
    bytes_decoder = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    result = {
        "nfkc-bytes-first": unigram(S([N.Nmt(), N.NFKC(), N.Replace(Regex(r"\s+"), " ")]), P.Metaspace(prepend_scheme="first"), bytes_decoder, True),
        "prepend-whole": unigram(S([N.Prepend("▁"), N.Replace(" ", "▁")]), None, bytes_decoder, True),
        "nfc-digits": unigram(S([N.NFC(), N.Strip(), N.Lowercase()]),
            P.Sequence([P.WhitespaceSplit(), P.Digits(individual_digits=True), P.Punctuation("merged_with_previous"), P.Metaspace(prepend_scheme="never")]),
            D.Metaspace(prepend_scheme="never")),
        "nfd-split": unigram(S([N.NFD(), N.StripAccents(), N.Strip(left=True, right=False)]),
            P.Sequence([P.Split(Regex(r"\d+,?"), "isolated"), P.Split("_", "merged_with_next"), P.Digits(), P.Metaspace(split=False)]), D.Metaspace()),
        "whitespace-contiguous": unigram(N.NFKD(), P.Sequence([P.Whitespace(), P.Punctuation("contiguous"), P.Split(Regex("[aeiou]"), "merged_with_previous"), P.CharDelimiterSplit("x")]), None),
    }
    added = result["nfc-digits"]
    added.add_tokens([AddedToken("Value", single_word=True), AddedToken("THE", lstrip=True, rstrip=True), "café", AddedToken("fixme", normalized=False)])
    return result


def main():
    lines = training_lines()
    model = train_sentencepiece(lines)
    write("albert/spiece.model.gz", model)
    vocab = pieces_of(model)
    write("albert5/tokenizer.json.gz", albert5(vocab, charsmap_of(model)).to_str().encode())
    tokenizer = bert(lines)
    write("bert/tokenizer.json.gz", tokenizer.to_str().encode())
    by_id = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    write("bert/vocab.txt.gz", "".join(piece + "\n" for piece, _ in by_id).encode())
    for name, part in parts(vocab).items():
        write(f"parts/{name}.tokenizer.json.gz", part.to_str().encode())


main()
