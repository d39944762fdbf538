// Rules that only Python needs: logical lines, string prefixes, and which strings are docstrings.
// A docstring is the first statement of a module, class or function, or the statement after an assignment.

import type { CommentToken, RuleEntry, Scan } from '../lexis.ts';
import { addProblem, hasLineBreak, payLookahead } from '../scanComments.ts';
import { endOfFirstLine, isEscaped } from './strings.ts';

/** Characters of a header that are looked through for its colon, so that a long line of strings stays cheap. */
const longestHeader = 600;

/** Brackets join lines: a logical line ends only outside them. */
export function pythonBrackets(): RuleEntry {
  return {
    first: '()[]{}',
    rule(scan, at) {
      const frame = scan.frames[scan.frames.length - 1]!;
      if ('([{'.includes(scan.text[at]!)) frame.depth++;
      else if (frame.depth > 0) frame.depth--;
      return at + 1;
    },
  };
}

/** At a line break, and at the first character: finds where the next logical line starts. */
export function pythonLogicalLine(): RuleEntry {
  return { first: '\n\r', rule: (scan, at) => readLineBreak(scan, at) };
}

export function pythonString(): RuleEntry {
  return {
    first: '"\'',
    rule(scan, at) {
      beginFirstLine(scan);
      const { text } = scan;
      const quote = text[at]!;
      const isTriple = text.startsWith(quote.repeat(3), at);
      const prefix = /(?<![\w.])[rRbBuUfFtT]{1,2}$/.exec(text.slice(Math.max(0, at - 3), at))?.[0] ?? '';
      const mayDocument = scan.frames[0]!.depth === 0 && !/[bft]/i.test(prefix);
      const ownerStart = mayDocument ? findDocstringOwner(scan, at - prefix.length) : 'none';
      const end = isTriple ? findTripleEnd(scan, at) : findOneLineEnd(scan, at, prefix);
      if (end < 0)
        return breakString(
          scan,
          at,
          ownerStart !== 'none' && isTriple,
          prefix,
          ownerStart === 'none' ? undefined : ownerStart,
        );
      if (ownerStart !== 'none' && endsStatement(text, end)) {
        pushDocstring(
          scan,
          { start: at - prefix.length, end },
          prefix,
          text.slice(at, at + (isTriple ? 3 : 1)),
          ownerStart,
        );
      }
      return end;
    },
  };
}

function readLineBreak(scan: Scan, at: number): number {
  const { text } = scan;
  const frame = scan.frames[0]!;
  beginFirstLine(scan);
  if (text[at - 1] === '\\') return at + 1;
  const start = skipBlank(text, at);
  // A definition never begins inside brackets: the code above it is half-typed.
  if (frame.depth > 0 && /^(?:def|class|async\s+def)\s+\w/.test(text.slice(start, start + 40)))
    frame.depth = 0;
  if (frame.depth === 0 && text[start] !== '#' && start < text.length) beginLogicalLine(scan, start);
  return Math.max(start, at + 1);
}

function beginFirstLine(scan: Scan): void {
  if (scan.logicalStart >= 0) return;
  const start = skipBlank(scan.text, 0);
  if (start < scan.text.length && scan.text[start] !== '#') scan.logicalStart = start;
}

function beginLogicalLine(scan: Scan, start: number): void {
  if (start === scan.logicalStart) return;
  scan.previousLogicalStart = scan.logicalStart;
  scan.logicalStart = start;
}

/** The start of the owner's logical line, `undefined` for the module, `'none'` for an ordinary string. */
function findDocstringOwner(scan: Scan, at: number): number | undefined | 'none' {
  if (at !== scan.logicalStart) return isOneLineBody(scan, at) ? scan.logicalStart : 'none';
  const owner = scan.previousLogicalStart;
  if (owner < 0) return undefined;
  const { text } = scan;
  const header = text.slice(owner, Math.min(scan.logicalStart, owner + 300));
  const indent = columnOf(text, scan.logicalStart) - columnOf(text, owner);
  if (/^(?:async\s+def|def|class)\b/.test(header)) return indent > 0 ? owner : 'none';
  const isAssignment = /^[A-Za-z_][\w.]*\s*(?::[^=]*)?=(?!=)|^[A-Za-z_]\w*\s*:\s*[^\s#]|^type\s+\w+/.test(
    header,
  );
  const isKeyword =
    /^(?:if|elif|else|for|while|try|except|finally|with|match|case|lambda|return|raise|assert|del)\b/.test(
      header,
    );
  return isAssignment && !isKeyword && indent === 0 ? owner : 'none';
}

/** `def f(): "…"`: the string is the first statement behind the colon that ends the header. */
function isOneLineBody({ text, logicalStart }: Scan, at: number): boolean {
  if (at - logicalStart > longestHeader) return false;
  const header = text.slice(logicalStart, at);
  if (!/^(?:async\s+def|def|class)\s/.test(header) || !header.trimEnd().endsWith(':')) return false;
  let depth = 0;
  for (let index = 0; index < header.length; index++) {
    const character = header[index]!;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === '"' || character === "'") index = findShortEnd(header, index) - 1;
    else if (character === ':' && depth === 0) return header.slice(index + 1).trim() === '';
    if (index < 0) return false;
  }
  return false;
}

function columnOf(text: string, at: number): number {
  let column = 0;
  while (at - column > 0 && (text[at - column - 1] === ' ' || text[at - column - 1] === '\t')) column++;
  return column;
}

/**
 * A triple-quoted string whose closing quotes are followed directly by a letter was not closed there:
 * these quotes open the next docstring and ours is still being typed. -1 then, and when there is no end.
 */
function findTripleEnd(scan: Scan, at: number): number {
  const { text } = scan;
  if (scan.lookaheadLeft <= 0) return -1;
  const quote = text.slice(at, at + 3);
  let next = at + 3;
  for (;;) {
    const close = text.indexOf(quote, next);
    if (close < 0) {
      payLookahead(scan, text.length - at);
      return -1;
    }
    if (!isEscaped(text, close, next)) {
      const spansLines = hasLineBreak(text, at, close);
      if (!spansLines || !/\w/.test(text.charAt(close + 3))) return close + 3;
      payLookahead(scan, close - at);
      return -1;
    }
    next = close + 1;
  }
}

/** Since Python 3.12 (PEP 701) the fields of an f-string may hold its own quote: `f"{row["name"]}"`. */
function findOneLineEnd(scan: Scan, at: number, prefix: string): number {
  const end = /[ft]/i.test(prefix) && scan.lookaheadLeft > 0 ? findFormattedEnd(scan, at) : -1;
  return end < 0 ? findShortEnd(scan.text, at) : end;
}

/** Reads fields as code with strings of their own; -1 where the line does not read that way. */
function findFormattedEnd(scan: Scan, at: number): number {
  const { text } = scan;
  const quote = text[at]!;
  let depth = 0;
  let next = at + 1;
  while (next < text.length) {
    const character = text[next]!;
    if (character === '\n' || character === '\r') break;
    if (depth === 0 && character === quote) return next + 1;
    if (depth === 0 && (character === '{' || character === '}') && text[next + 1] === character) next += 2;
    else if (depth > 0 && (character === '"' || character === "'")) {
      const end = findShortEnd(text, next);
      if (end < 0) break;
      next = end;
    } else {
      if (character === '{') depth++;
      else if (character === '}' && depth > 0) depth--;
      next += character === '\\' ? 2 : 1;
    }
  }
  payLookahead(scan, next - at);
  return -1;
}

function findShortEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  let next = at + 1;
  while (next < text.length) {
    const unit = text.charCodeAt(next);
    if (unit === quote) return next + 1;
    if (unit === 10 || unit === 13) return -1;
    next += unit !== 92 ? 1 : text.startsWith('\r\n', next + 1) ? 3 : 2;
  }
  return -1;
}

/** Keeps the first line of a docstring that is still being typed, and reads on below it. */
function breakString(
  scan: Scan,
  at: number,
  isDocstring: boolean,
  prefix: string,
  ownerStart: number | undefined,
): number {
  const end = endOfFirstLine(scan.text, at);
  addProblem(scan, isDocstring ? 'unterminatedDocstring' : 'unterminatedString', { start: at, end });
  if (isDocstring)
    pushDocstring(scan, { start: at - prefix.length, end }, prefix, scan.text.slice(at, at + 3), ownerStart);
  return end;
}

function pushDocstring(
  scan: Scan,
  span: CommentToken['span'],
  prefix: string,
  quotes: string,
  ownerStart: number | undefined,
): void {
  const syntax = { open: prefix + quotes, close: quotes };
  scan.comments.push({ kind: 'docstring', doc: true, syntax, span, ownerStart });
}

/** Nothing but a comment may follow on the line: `"a".join(x)` is an expression. */
function endsStatement(text: string, end: number): boolean {
  let next = end;
  while (text[next] === ' ' || text[next] === '\t') next++;
  return next >= text.length || '\r\n#;'.includes(text[next]!);
}

/** First offset from `at` that is no white space. */
function skipBlank(text: string, at: number): number {
  let next = at;
  while (next < text.length && ' \t\r\n\f\ufeff'.includes(text[next]!)) next++;
  return next;
}
