// Rules that only Ruby (and Perl, Elixir, Crystal in parts) need: percent literals, regular expressions,
// character literals, `=begin` blocks and `__END__`.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { addProblem, findLineEnd, payLookahead } from '../scanComments.ts';
import { endOfBrokenBlock, isFirstOnLine, isLineStart } from './comments.ts';
import { findPreviousCode, isWordUnit, wordEndingAt } from './previousCode.ts';

const wordsBeforeOperand = new Set([
  'if',
  'unless',
  'while',
  'until',
  'and',
  'or',
  'not',
  'when',
  'return',
  'then',
  'else',
  'elsif',
  'do',
  'in',
  'puts',
  'print',
  'case',
  'split',
  'grep',
  'x',
  'lt',
  'gt',
  'eq',
  'ne',
  'cmp',
  'push',
  'join',
  'map',
  'yield',
  'raise',
]);

const closingOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

export interface DelimitedOptions {
  /** Matches the literal's head at its first character, up to and including the delimiter. */
  readonly head: RegExp;
  /** The head's first character. */
  readonly first: string;
  /** How many delimited parts there are: two for `s/a/b/`. */
  readonly parts?: (head: string) => number;
  /** Only where an operand may begin: `%` is also an operator. */
  readonly onlyAsOperand: boolean;
}

/** `%w[…]`, `%(…)`, `~r/…/`, `qq{…}`: nested brackets count when the delimiter is a bracket. */
export function delimitedLiteral(options: DelimitedOptions): RuleEntry {
  return {
    first: options.first,
    rule(scan, at) {
      const { text } = scan;
      const before = text.charCodeAt(at - 1);
      if (at > 0 && (isWordUnit(before) || (options.first !== '~' && '.@%&'.includes(text[at - 1]!))))
        return NOT_MINE;
      const head = options.head.exec(text.slice(at, at + 12))?.[0];
      if (!head || (options.onlyAsOperand && !isOperandPosition(scan, at, text[at + head.length] ?? ' ')))
        return NOT_MINE;
      let end = findDelimitedEnd(scan, at + head.length - 1);
      const partCount = options.parts?.(head) ?? 1;
      if (end > 0 && partCount === 2) end = findSecondPart(scan, end, head.at(-1)!);
      return end > 0 ? end : at + head.length;
    },
  };
}

/** A slash where an operand may begin opens a regular expression, if it closes on its line. */
export function slashRegex(): RuleEntry {
  return {
    first: '/',
    rule(scan, at) {
      if (!isOperandPosition(scan, at, scan.text[at + 1] ?? ' ')) return at + 1;
      const end = findDelimitedEnd(scan, at, { sameLine: true });
      return end > 0 ? end : at + 1;
    },
  };
}

/** Perl's variables `$"`, `$'`, `$/`, `$#array`: their marks open nothing. */
export function perlPunctuation(): RuleEntry {
  return {
    first: '$',
    rule: (scan, at) => ('"\'`#/'.includes(scan.text.charAt(at + 1) || ' ') ? at + 2 : NOT_MINE),
  };
}

/** `?#` and `?"` are characters in Ruby and Elixir. */
export function questionCharacter(): RuleEntry {
  return {
    first: '?',
    rule(scan, at) {
      const { text } = scan;
      if (at > 0 && isWordUnit(text.charCodeAt(at - 1))) return NOT_MINE;
      if (text[at + 1] === '\\') return at + 3;
      return '"\'#`/%'.includes(text.charAt(at + 1) || ' ') && !isWordUnit(text.charCodeAt(at + 2))
        ? at + 2
        : NOT_MINE;
    },
  };
}

export interface LineBlockOptions {
  /** At the start of a line, such as `=begin`. */
  readonly open: RegExp;
  /** The line that ends it. */
  readonly close: RegExp;
}

/** A comment made of whole lines between two marker lines: `=begin` … `=end`. */
export function lineBlock(options: LineBlockOptions): RuleEntry {
  return {
    first: '=',
    rule(scan, at) {
      const { text } = scan;
      if (!isFirstOnLine(text, at)) return NOT_MINE;
      const open = options.open.exec(text.slice(at, at + 40))?.[0];
      if (!open || scan.lookaheadLeft <= 0) return NOT_MINE;
      let end = findLineEnd(text, at);
      let closed = false;
      while (!closed && end < text.length) {
        const start = text.startsWith('\r\n', end) ? end + 2 : end + 1;
        end = findLineEnd(text, start);
        closed = text[start] === '=' && options.close.test(text.slice(start, Math.min(end, start + 40)));
      }
      if (!closed) {
        payLookahead(scan, text.length - at);
        end = endOfBrokenBlock(text, at);
        addProblem(scan, 'unterminatedComment', { start: at, end });
      }
      scan.comments.push({
        kind: 'block',
        doc: false,
        syntax: { open, close: closed ? lastLine(text, end) : '' },
        span: { start: at, end },
        ownerStart: undefined,
      });
      return end;
    },
  };
}

/** `__END__` on its own line: what follows is data. */
export function endMarker(): RuleEntry {
  return {
    first: '_',
    rule(scan, at) {
      const { text } = scan;
      if (!/^__(?:END|DATA)__\s*(?:[\r\n]|$)/.test(text.slice(at, at + 12)) || !isLineStart(text, at))
        return NOT_MINE;
      return text.length;
    },
  };
}

function lastLine(text: string, end: number): string {
  let start = end;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  return text.slice(start, end);
}

/** After a value a slash divides; after an operator, a keyword, or between a name and its argument it does not. */
function isOperandPosition(scan: Scan, at: number, after: string): boolean {
  const { text } = scan;
  const previous = findPreviousCode(scan, at);
  if (previous < 0 || text.slice(previous + 1, at).includes('\n')) return true;
  if (')]}"\'`'.includes(text[previous]!)) return false;
  if (!isWordUnit(text.charCodeAt(previous))) return true;
  const word = wordEndingAt(text, previous, 12);
  if (wordsBeforeOperand.has(word) && text[previous - word.length] !== '.') return true;
  return previous < at - 1 && /[a-z]$/i.test(word) && /^[a-z_]/.test(word) && !/[\s=]/.test(after);
}

function findDelimitedEnd(scan: Scan, at: number, options: { readonly sameLine?: boolean } = {}): number {
  const { text } = scan;
  if (scan.lookaheadLeft <= 0) return -1;
  const open = text[at]!;
  const close = closingOf[open] ?? open;
  let depth = 1;
  let next = at + 1;
  while (next < text.length) {
    const unit = text[next]!;
    if (unit === '\\') {
      next += 2;
      continue;
    }
    if (options.sameLine && (unit === '\n' || unit === '\r')) break;
    if (unit === close) {
      if (--depth === 0) return next + 1;
    } else if (unit === open) {
      depth++;
    }
    next++;
  }
  payLookahead(scan, next - at);
  return -1;
}

function findSecondPart(scan: Scan, at: number, delimiter: string): number {
  if (!closingOf[delimiter]) return findDelimitedEnd(scan, at - 1);
  let next = at;
  while (/\s/.test(scan.text.charAt(next))) next++;
  return next < scan.text.length ? findDelimitedEnd(scan, next) : at;
}
