"""Asks the reference about every code point (environment: requirements.txt) and writes ranges of those for which the
answer is yes. The test compares our character classes with them, one code point at a time."""
from tokenizers import normalizers, pre_tokenizers

from expectedFile import write_json


def ranges(code_points):
    result = []
    for code_point in code_points:
        if result and result[-1][1] == code_point - 1:
            result[-1][1] = code_point
        else:
            result.append([code_point, code_point])
    return result


def main():
    clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    accents = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    marks = normalizers.StripAccents()
    digits, punctuation, words = pre_tokenizers.Digits(), pre_tokenizers.Punctuation(), pre_tokenizers.WhitespaceSplit()
    questions = {
        "dropped": lambda c: clean.normalize_str(c) == "",
        "nonspacingMark": lambda c: accents.normalize_str(c) == "",
        "mark": lambda c: marks.normalize_str(c) == "",
        "numeric": lambda c: len(digits.pre_tokenize_str("a" + c)) == 2,
        "punctuation": lambda c: len(punctuation.pre_tokenize_str("a" + c)) == 2,
        "whiteSpace": lambda c: words.pre_tokenize_str("a" + c)[0][0] == "a",
    }
    for form in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase"):
        normalizer = getattr(normalizers, form)()
        questions[f"changed{form}"] = lambda c, normalizer=normalizer: normalizer.normalize_str(c) != c
    code_points = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    write_json("expected/unicodeClasses.json.gz", {
        name: ranges([code for code in code_points if question(chr(code))]) for name, question in questions.items()})


main()
