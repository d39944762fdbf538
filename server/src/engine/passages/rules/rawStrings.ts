// Rules for raw literals, whose delimiters are written by the author: C++ R"d(…)d", Rust r#"…"#, Swift #"…"#,
// C# @"…" and """…""", Lua [==[…]==], R r"(…)", SQL $tag$…$tag$, Zig \\ lines.
// All of them dispatch on the quote and look back at the prefix, so that letters stay uninteresting to the scan.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { addProblem, findAhead, findLineEnd, hasLineBreak, payLookahead } from '../scanComments.ts';
import { endOfFirstLine, type Interpolation, readString } from './strings.ts';

/** C++: `R"delimiter(` … `)delimiter"`, with the prefixes `u8`, `u`, `U`, `L`. */
export function cppRawString(): RuleEntry {
  return {
    first: '"',
    rule(scan, at) {
      const { text } = scan;
      if (text[at - 1] !== 'R' || !/(?<!\w)(?:u8|[uUL])?R$/.test(text.slice(Math.max(0, at - 4), at)))
        return NOT_MINE;
      const delimiter = /^[^\s()\\]{0,16}\(/.exec(text.slice(at + 1, at + 19));
      if (!delimiter) return NOT_MINE;
      return skipTo(scan, at, at + 1 + delimiter[0].length, `)${delimiter[0].slice(0, -1)}"`);
    },
  };
}

/** Rust: `r"…"`, `r#"…"#`, `br#"…"#`, `cr#"…"#`. */
export function rustRawString(): RuleEntry {
  return {
    first: '"',
    rule(scan, at) {
      const hashCount = countBefore(scan.text, at, '#');
      const prefix = scan.text.slice(Math.max(0, at - hashCount - 3), at - hashCount);
      if (!/(?<!\w)[bc]?r$/.test(prefix)) return NOT_MINE;
      return skipTo(scan, at, at + 1, `"${'#'.repeat(hashCount)}`);
    },
  };
}

/** Dart: `r'…'` and `r"""…"""`, without escapes and interpolation. */
export function dartRawString(): RuleEntry {
  return {
    first: '"\'',
    rule(scan, at) {
      const { text } = scan;
      if (text[at - 1] !== 'r' || /\w/.test(text.charAt(at - 2))) return NOT_MINE;
      const quote = text[at]!;
      const open = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
      return readString(scan, at, { open, close: open, escape: '', multiline: open.length === 3 });
    },
  };
}

/** Swift: `#"…"#` and `#"""…"""#`; interpolation is `\#(`, without code in it being read. */
export function swiftRawString(): RuleEntry {
  return {
    first: '"',
    rule(scan, at) {
      const hashCount = countBefore(scan.text, at, '#');
      if (hashCount === 0) return NOT_MINE;
      const quotes = scan.text.startsWith('"""', at) ? '"""' : '"';
      const close = quotes + '#'.repeat(hashCount);
      if (quotes === '"') {
        const found = findAhead(scan, close, at + 1);
        if (found < 0) return at + 1;
        if (hasLineBreak(scan.text, at, found)) {
          payLookahead(scan, found - at);
          return at + 1;
        }
      }
      return skipTo(scan, at, at + quotes.length, close);
    },
  };
}

const csharpHoles: readonly Interpolation[] = [{ open: '{', brackets: '{}', doubled: true }];

/** C#: `@"…"`, `$"…{x}"`, `$@"…"` and raw `"""…"""` with any number of quotes from three. */
export function csharpString(): RuleEntry {
  return {
    first: '"',
    rule(scan, at) {
      const { text } = scan;
      const prefix = text.slice(Math.max(0, at - 2), at);
      const verbatim = prefix.endsWith('@') || prefix === '@$';
      let quoteCount = 1;
      while (text[at + quoteCount] === '"') quoteCount++;
      if (quoteCount >= 3 && !verbatim) return skipTo(scan, at, at + quoteCount, '"'.repeat(quoteCount));
      const interpolated = prefix.endsWith('$') || prefix === '$@';
      return readString(scan, at, {
        open: '"',
        close: '"',
        escape: verbatim ? '' : '\\',
        doubled: verbatim,
        multiline: verbatim,
        ...(interpolated ? { interpolations: csharpHoles } : {}),
        suspectsLetterAfter: verbatim,
      });
    },
  };
}

/** Lua and CMake: `[[…]]`, `[=[…]=]`. */
export function longBracketString(): RuleEntry {
  return {
    first: '[',
    rule(scan, at) {
      const close = longBracketClose(scan.text, at);
      return close ? skipTo(scan, at, at + close.length, close) : NOT_MINE;
    },
  };
}

/** Lua `--[==[…]==]` and CMake `#[[…]]`: a long bracket directly after the comment marker. */
export function longBracketComment(marker: string): RuleEntry {
  return {
    first: marker[0]!,
    rule(scan, at) {
      const { text } = scan;
      if (!text.startsWith(marker, at)) return NOT_MINE;
      const close = longBracketClose(text, at + marker.length);
      if (!close) return NOT_MINE;
      const found = findAhead(scan, close, at + marker.length + close.length);
      const end = found < 0 ? endOfFirstLine(text, at) : found + close.length;
      if (found < 0) addProblem(scan, 'unterminatedComment', { start: at, end });
      const syntax = { open: marker + close.replaceAll(']', '['), close };
      scan.comments.push({
        kind: 'block',
        doc: false,
        syntax,
        span: { start: at, end },
        ownerStart: undefined,
      });
      return end;
    },
  };
}

/** PostgreSQL: `$$…$$`, `$tag$…$tag$`. Bodies are strings, even when they hold a function's code. */
export function dollarQuoted(): RuleEntry {
  return {
    first: '$',
    rule(scan, at) {
      const tag = /^\$(?:[A-Za-z_]\w{0,60})?\$/.exec(scan.text.slice(at, at + 64));
      if (!tag || /\w/.test(scan.text.charAt(at - 1))) return NOT_MINE;
      return skipTo(scan, at, at + tag[0].length, tag[0]);
    },
  };
}

/** R: `r"(…)"`, `R"---[…]---"`. */
export function rRawString(): RuleEntry {
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  return {
    first: '"\'',
    rule(scan, at) {
      const { text } = scan;
      if (!/(?<![\w.])[rR]$/.test(text.slice(Math.max(0, at - 2), at))) return NOT_MINE;
      const open = /^(-{0,16})([([{])/.exec(text.slice(at + 1, at + 19));
      if (!open) return NOT_MINE;
      return skipTo(scan, at, at + 1 + open[0].length, closing[open[2]!]! + open[1]! + text[at]!);
    },
  };
}

/** Zig: a line of a multi-line string begins with two backslashes and ends with its line. */
export function backslashLine(): RuleEntry {
  return {
    first: '\\',
    rule: (scan, at) => (scan.text[at + 1] === '\\' ? findLineEnd(scan.text, at) : NOT_MINE),
  };
}

/** Goes on after `close`; when it is missing, after the line the literal opens on, with a problem. */
export function skipTo(scan: Scan, at: number, from: number, close: string): number {
  const found = findAhead(scan, close, from);
  if (found >= 0) return found + close.length;
  const end = endOfFirstLine(scan.text, at);
  addProblem(scan, 'unterminatedString', { start: at, end });
  return end;
}

function longBracketClose(text: string, at: number): string | undefined {
  const open = /^\[(={0,40})\[/.exec(text.slice(at, at + 44));
  return open ? `]${open[1]!}]` : undefined;
}

function countBefore(text: string, at: number, wanted: string): number {
  let count = 0;
  while (count < 255 && text[at - count - 1] === wanted) count++;
  return count;
}
