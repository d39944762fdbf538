"""Deterministic text: real-looking comments and nasty strings. Everything here is written or generated, nothing copied.

`training_lines()` is what the test tokenizers are trained on, `test_strings()` the 10,000 strings that all
tokenizers must read alike. Lone surrogates are left out: the reference cannot take them.
"""
import random

WORDS = """the a an of to in for and or not if when while until after before because so then else with without from by on
at as is are was be been has have had do does did can could should must may might will would this that these those it its
they we you I he she who which what how why where there here all any each every some no none one two three first last next
return returns value values index list array map set key string number boolean object function method class interface type
module package file folder path line column offset length size count total sum mean maximum minimum error exception warning
message log logger trace debug test tests fixture mock case check verify assert ensure validate parse parser parsing token
tokens tokenizer lexer scanner grammar syntax tree node nodes edge graph walk visit visitor compile compiler build cache
cached buffer stream read reader write writer open close flush seek lock thread threads pool queue worker task job event
listener handler callback promise future async await request response server client socket connection timeout retry header
body query search find match replace split join merge sort filter reduce copy clone create update delete insert remove add
append prepend push pop shift encode decode encrypt decrypt hash sign signature model training epoch batch gradient weight
layer attention embedding vector matrix tensor deprecated obsolete legacy workaround hack temporary kludge refactor cleanup
rename simplify optimise slow fast memory leak overflow underflow race condition deadlock security permission user account
password session cookie license copyright author version release note example usage parameter parameters argument arguments
option options default optional required null undefined empty missing unknown invalid valid safe unsafe public private
internal static final abstract virtual override implement extends import export include require namespace scope local global
variable constant field property attribute getter setter constructor destructor instance singleton factory builder adapter
proxy decorator iterator generator comparator predicate lambda closure macro template generic pointer reference address
register stack heap frame page segment block chunk piece slice range span window view model controller service repository
entity table row record column database transaction commit rollback migration schema query cursor""".split()
TAGS = ["TODO", "FIXME", "XXX", "HACK", "NOTE", "BUG", "@param", "@return", "@deprecated", "@see", "@throws", ":param", "\\brief"]
SPECIALS = ["[MASK]", "[CLS]", "[SEP]", "<unk>", "<pad>", "[UNK]", "[PAD]", "[mask]", "[Cls]", "<UNK>", "<s>", "</s>", "▁", "##ing"]
NASTY = ["\u0000", "\u0001", "\u0007", "\u001c", "\u001e", "\u001f", "\u007f", "\u0085", "\u009f", "\u00a0", "\u00ad", "\u1680",
    "\u180e", "\u2000", "\u2003", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e",
    "\u2066", "\u2069", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", "\ufffd", "\ufffc", "\u2581", "\u0300", "\u0301",
    "\u0323", "\u0327", "\u0334", "\u0344", "\u0345", "\u20dd", "\u20e3", "\ufe0f", "\ufe0e", "\U000e0061", "\ue000",
    "ﬁ", "ﬃ", "ĳ", "ŉ", "ǆ", "ǅ", "ß", "ẞ", "İ", "ı", "ſ", "ς", "Σ", "ΑΣ", "ΐ", "Å", "Ω", "K", "℃", "™", "№", "½", "²", "①",
    "⑩", "㍿", "㎏", "㈱", "ｶﾞ", "ﾊﾟ", "ｱ", "Ａ", "ｚ", "９", "，", "。", "、", "「", "」", "〜", "…", "—", "–", "“", "”", "‘", "’",
    "``", "''", "`", "'", "\"", "£", "€", "¥", "₿", "𝐀", "𝚺", "𝔘", "𝟘", "🙂", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇺🇳🇩", "👍🏽", "❤️", "☃", "각",
    "각", "가", "ㄱㅏ", "ﾡￂ", "한국어", "क्षि", "हिन्दी", "ก็", "กำ", "ภาษาไทย", "العربية", "مُحَمَّد", "ﷺ", "שָׁלוֹם", "ა", "Ⴀ", "ᾳ", "ᾼ",
    "é", "é", "ñ", "ü", "ạ̈", "ạ̈", "ö", "Ö", "Č", "Ł", "ø", "đ", "Ð", "þ", "文", "中文", "漢字", "𠀀", "𪚥", "豈", "㐀", "々", "ー",
    "カタカナ", "ひらがな", "ば", "ば", "Жук", "ё", "й", "Ѐ", "Ελλάδα", "Άά", "ﬀ", "ʼn", "\r\n", "\r", "\n", "\t", "\v", "\f"]
SYLLABLES = ["ka", "to", "mi", "re", "lu", "son", "ver", "tis", "qua", "dor", "pen", "gra", "sti", "mon", "ble", "ize", "ful", "ou"]
SNIPPETS = ["for (let i = 0; i < n; i++) { sum += a[i]; }", "if err != nil { return nil, err }", "def f(x: int) -> str: return f'{x!r}'",
    "SELECT id, name FROM users WHERE age >= 18;", "std::vector<std::pair<int, T>> v{};", "let mut s = String::from(\"x\");",
    "#include <stdio.h>", "public static void main(String[] args)", "x = np.array([[1,2,3],[4,5,6]])", "echo \"${HOME:-/tmp}\" | sed 's/a/b/g'",
    "<div class=\"a\" data-x='1'>text</div>", "const {a, ...rest} = await fetch(`/api/${id}`);", "fn main() -> Result<(), Box<dyn Error>>",
    "@Override", "$this->value ??= [];", "λx.x + 1", "a && b || !c ? d : e", "0xDEADBEEF, 1e-10, 3.14159f, 1_000_000", "/* a // b */", "# %% [markdown]"]
MARKERS = ["// ", "# ", "/* ", " * ", "-- ", "; ", "/// ", "//! ", "<!-- ", "''' ", '""" ', "% ", "rem ", "(* "]


def pick_range(rng, first, last, count):
    return "".join(chr(rng.randint(first, last)) for _ in range(count))


def zipf(rng, items):
    return items[min(int(rng.paretovariate(0.7)) - 1, len(items) - 1) if rng.random() < 0.5 else rng.randrange(len(items))]


def made_up_word(rng):
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4)))


def identifier(rng):
    parts = [rng.choice(WORDS) for _ in range(rng.randint(1, 3))]
    style = rng.randrange(4)
    if style == 0:
        return "_".join(parts)
    if style == 1:
        return parts[0] + "".join(part.capitalize() for part in parts[1:])
    if style == 2:
        return ".".join(parts) + "()"
    return "_".join(parts).upper()


def number(rng):
    style = rng.randrange(6)
    if style == 0:
        return str(rng.randint(0, 9999))
    if style == 1:
        return f"{rng.randint(0, 10**9):,}"
    if style == 2:
        return f"{rng.randint(0, 99)},{rng.randint(0, 99)},"
    if style == 3:
        return f"{rng.random() * 100:.3f}"
    if style == 4:
        return hex(rng.randint(0, 2**32))
    return "".join(str(rng.randint(0, 9)) for _ in range(rng.randint(1, 40)))


def url(rng):
    return f"https://{rng.choice(WORDS)}.example.org/{rng.choice(WORDS)}/{rng.choice(WORDS)}?q={made_up_word(rng)}&n={rng.randint(1, 99)}#L{rng.randint(1, 400)}"


def foreign(rng):
    ranges = [(0x4E00, 0x5200), (0x4E00, 0x9FFF), (0x3041, 0x3096), (0x30A1, 0x30FA), (0xAC00, 0xD7A3), (0x0430, 0x044F),
        (0x03B1, 0x03C9), (0x0620, 0x064A), (0x05D0, 0x05EA), (0x0E01, 0x0E2E), (0x0915, 0x0939), (0x1100, 0x11FF), (0xFF01, 0xFFDC)]
    first, last = rng.choice(ranges)
    return pick_range(rng, first, last, rng.randint(1, 6))


def phrase(rng):
    words = []
    for _ in range(rng.randint(2, 9)):
        roll = rng.random()
        if roll < 0.72:
            words.append(zipf(rng, WORDS))
        elif roll < 0.80:
            words.append(identifier(rng))
        elif roll < 0.85:
            words.append(made_up_word(rng))
        elif roll < 0.90:
            words.append(number(rng))
        elif roll < 0.92:
            words.append(url(rng))
        elif roll < 0.95:
            words.append(foreign(rng))
        elif roll < 0.97:
            words.append(rng.choice(["café", "naïve", "Zoë", "Ångström", "façade", "señor", "über", "Ŝi", "œuvre"]))
        else:
            words.append("(" + zipf(rng, WORDS) + ", " + zipf(rng, WORDS) + ")")
    text = " ".join(words)
    return text.capitalize() + rng.choice([".", "", ":", "!", "?", ",", ";", "..."])


def comment(rng):
    text = rng.choice(MARKERS)
    if rng.random() < 0.3:
        text += rng.choice(TAGS) + rng.choice([" ", ": ", "(me): ", " - "])
    text += phrase(rng)
    if rng.random() < 0.15:
        text += rng.choice(["\n", "\r\n", "\r"]) + rng.choice(MARKERS) + phrase(rng)
    return text


def nasty(rng):
    pieces = NASTY + SPECIALS + [" ", " ", "  ", "   ", "a", "B", "the", "Value", "9", "12,", ",", ".", "-", "(", ")", "x_y"]
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, 14)))


def mixed(rng):
    words = [rng.choice([phrase, nasty, foreign, identifier, number])(rng) for _ in range(rng.randint(1, 3))]
    return rng.choice([" ", "", "\t", "\u00a0", "\r\n"]).join(words)


def special_literals(rng):
    pieces = SPECIALS + [" ", "  ", "\t", "the", "value", "é", ".", "a[MASK]b"]
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, 8)))


def any_code_points(rng):
    def one():
        while True:
            code = rng.choice([rng.randint(0, 0x2FF), rng.randint(0, 0x2FFF), rng.randint(0x3000, 0xFFFF), rng.randint(0x10000, 0x1FFFF)])
            if not 0xD800 <= code <= 0xDFFF:
                return chr(code)
    return "".join(one() for _ in range(rng.randint(1, 10)))


def training_lines(seed=7, count=24000):
    rng = random.Random(seed)
    lines = []
    for index in range(count):
        lines.append(comment(rng) if index % 3 else phrase(rng))
        if index % 4 == 0:
            lines.append(foreign(rng) + " " + foreign(rng))
    return [line.replace("\r", " ").replace("\n", " ") for line in lines]


def test_strings(seed=11, count=10000):
    rng = random.Random(seed)
    strings = ["", " ", "  ", "\n", "\t \r\n", "\u00a0", "\u200b", "\u3000", "a", ".", "[MASK]", " [MASK] ", "\u0301", "é" * 40,
        "x" * 300, "9" * 200, "9," * 90, "中" * 120, "🙂" * 60, "a\u0301\u0323" * 40, "▁" * 20, " " * 100 + "x" + " " * 100,
        "long" * 60 + " " + "word" * 60, "\u0000", "\ufeffbom", "-" * 80, "=" * 80, "(" * 40, "``''``''"]
    strings += NASTY + SPECIALS + SNIPPETS
    makers = [comment] * 9 + [phrase] * 2 + [nasty] * 4 + [mixed] * 2 + [special_literals, any_code_points, any_code_points]
    seen = set(strings)
    while len(strings) < count:
        text = rng.choice(SNIPPETS) + " " + number(rng) if rng.random() < 0.03 else rng.choice(makers)(rng)
        if text not in seen:
            seen.add(text)
            strings.append(text)
    return strings[:count]
