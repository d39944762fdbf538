// Rules for quoted literals: one line or several, escapes or doubled quotes, with or without interpolation.
// A string without interpolation is skipped in one go; one with interpolation becomes a frame, so that the
// code inside it is read as code (and its comments are found) without recursion.

import { type Frame, NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import {
  addProblem,
  findLineEnd,
  hasLineBreak,
  payLookahead,
  popFrame,
  pushFrame,
  scanCode,
} from '../scanComments.ts';

export interface Interpolation {
  readonly open: string;
  /** The bracket pair that delimits the code: `{}` or `()`. */
  readonly brackets: string;
  /** Written twice it stands for itself: `{{` in C#. */
  readonly doubled?: boolean;
}

export interface StringSyntax {
  readonly open: string;
  readonly close: string;
  /** The character that takes the next one with it; empty: none. */
  readonly escape: string;
  /** A doubled closing quote stands for the quote. */
  readonly doubled?: boolean;
  readonly multiline: boolean;
  readonly interpolations?: readonly Interpolation[];
  /** Several lines, and a letter directly after the closing quote: then it was an opening one, and ours is missing. */
  readonly suspectsLetterAfter?: boolean | 'afterSpace';
}

/** A literal that begins with its own first character. */
export function quoted(syntax: StringSyntax): RuleEntry {
  return {
    first: syntax.open[0]!,
    rule(scan, at) {
      return scan.text.startsWith(syntax.open, at) ? readString(scan, at, syntax) : NOT_MINE;
    },
  };
}

/** Interpolation only behind a prefix, as in Scala: `s"${x}"`, while `"${x}"` is plain text. */
export function quotedWithPrefix(syntax: StringSyntax): RuleEntry {
  const { interpolations: _, ...plain } = syntax;
  return {
    first: syntax.open[0]!,
    rule(scan, at) {
      if (!scan.text.startsWith(syntax.open, at)) return NOT_MINE;
      return readString(scan, at, /\w/.test(scan.text.charAt(at - 1)) ? syntax : plain);
    },
  };
}

/** Reads the string that opens at `at`; opens a frame when it holds an interpolation. */
export function readString(scan: Scan, at: number, syntax: StringSyntax): number {
  const end = findStringStop(scan, at + syntax.open.length, syntax);
  if (end.found === 'close') {
    if (syntax.suspectsLetterAfter && isSuspect(scan, at, end.at, syntax))
      return breakString(scan, at, end.at);
    return end.at;
  }
  if (end.found === 'interpolation') {
    const recovery = { problem: 'unterminatedString' as const, resumeAt: 'lineEnd' as const };
    pushFrame(scan, { start: at, step: scanStringBody, recovery, body: syntax });
    return openInterpolation(scan, end.at, end.interpolation!);
  }
  return breakString(scan, at, end.at);
}

/** Counts brackets inside an interpolation and ends it with its closing one. */
export function interpolationBrackets(brackets: string): RuleEntry {
  return {
    first: brackets,
    rule(scan, at) {
      const frame = scan.frames[scan.frames.length - 1]!;
      if (frame.brackets !== brackets) return at + 1;
      if (scan.text[at] === brackets[0]) frame.depth++;
      else if (frame.depth > 0) frame.depth--;
      else popFrame(scan);
      return at + 1;
    },
  };
}

/** A character literal: short, so a quote without its partner on the line is just a quote. */
export function character(options: { readonly numbersHoldQuotes?: boolean } = {}): RuleEntry {
  return {
    first: "'",
    rule(scan, at) {
      const { text } = scan;
      if (options.numbersHoldQuotes && isInsideNumber(text, at)) return at + 1;
      let next = at + 1;
      const limit = Math.min(text.length, at + 16);
      while (next < limit) {
        const unit = text.charCodeAt(next);
        if (unit === 10 || unit === 13) break;
        if (unit === 39) return next + 1;
        next += unit === 92 ? 2 : 1;
      }
      return at + 1;
    },
  };
}

/** `'x'` or `'\n'` is a literal, everything else (a lifetime, a primed name, a symbol, a transpose) is not. */
export function characterOrMark(): RuleEntry {
  return {
    first: "'",
    rule(scan, at) {
      const { text } = scan;
      if (
        at > 0 &&
        /[\w'\])}.]/.test(text[at - 1]!) &&
        !/(?<!\w)b$/.test(text.slice(Math.max(0, at - 2), at))
      )
        return at + 1;
      if (text[at + 1] === '\\') {
        const close = text.slice(at + 3, at + 14).search(/['\r\n]/);
        return close >= 0 && text[at + 3 + close] === "'" ? at + close + 4 : at + 2;
      }
      const width = (text.codePointAt(at + 1) ?? 0) > 0xffff ? 2 : 1;
      return text[at + 1 + width] === "'" && text[at + 1] !== "'" ? at + width + 2 : at + 1;
    },
  };
}

/** The character after a backslash is never a quote or a marker. */
export function escapedCharacter(escapeWith: string): RuleEntry {
  return { first: escapeWith, rule: (_scan, at) => at + 2 };
}

/** The end of the line a construct opens on, at least one character after its start. */
export function endOfFirstLine(text: string, at: number): number {
  return Math.max(at + 1, findLineEnd(text, at));
}

/** An odd number of backslashes stands before `at`; none before `floor` counts. */
export function isEscaped(text: string, at: number, floor: number): boolean {
  let count = 0;
  while (at - count - 1 >= floor && text[at - count - 1] === '\\') count++;
  return count % 2 === 1;
}

interface StringStop {
  readonly found: 'close' | 'interpolation' | 'nothing';
  /** After the closing quote; at the interpolation; where the search gave up. */
  readonly at: number;
  readonly interpolation?: Interpolation;
}

function findStringStop(scan: Scan, from: number, syntax: StringSyntax): StringStop {
  const { text } = scan;
  if (syntax.multiline && scan.lookaheadLeft <= 0) return { found: 'nothing', at: findLineEnd(text, from) };
  const closeUnit = syntax.close.charCodeAt(0);
  const escapeUnit = syntax.escape ? syntax.escape.charCodeAt(0) : -1;
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === closeUnit && text.startsWith(syntax.close, at)) {
      if (!syntax.doubled || !text.startsWith(syntax.close, at + syntax.close.length)) {
        return { found: 'close', at: endOfQuoteRun(text, at, syntax) };
      }
      at += 2 * syntax.close.length;
      continue;
    }
    if (!syntax.multiline && (unit === 10 || unit === 13)) return { found: 'nothing', at };
    const interpolation = syntax.interpolations && findInterpolation(text, at, syntax.interpolations);
    if (interpolation?.doubled && text.startsWith(interpolation.open, at + interpolation.open.length)) {
      at += 2 * interpolation.open.length;
      continue;
    }
    if (interpolation) return { found: 'interpolation', at, interpolation };
    at += unit === escapeUnit ? escapedLength(text, at, syntax.multiline) : 1;
  }
  payLookahead(scan, text.length - from);
  return { found: 'nothing', at: text.length };
}

/** `""""` at the end of a `"""` literal: the quotes before the last three belong to the text. */
function endOfQuoteRun(text: string, at: number, syntax: StringSyntax): number {
  let end = at + syntax.close.length;
  if (syntax.close.length === 3 && !syntax.escape) while (text[end] === syntax.close[0]) end++;
  return end;
}

function findInterpolation(
  text: string,
  at: number,
  all: readonly Interpolation[],
): Interpolation | undefined {
  for (const one of all)
    if (text.charCodeAt(at) === one.open.charCodeAt(0) && text.startsWith(one.open, at)) return one;
  return undefined;
}

/** A backslash before a line break continues a string over it, CRLF included. */
function escapedLength(text: string, at: number, multiline: boolean): number {
  if (text.startsWith('\r\n', at + 1)) return 3;
  if (!multiline && at + 1 >= text.length) return 1;
  return 2;
}

function openInterpolation(scan: Scan, at: number, interpolation: Interpolation): number {
  pushFrame(scan, { start: at, step: scanCode, brackets: interpolation.brackets });
  return at + interpolation.open.length;
}

/** The frame step that goes on in a string after an interpolation. */
function scanStringBody(scan: Scan, at: number): number {
  const frame: Frame = scan.frames[scan.frames.length - 1]!;
  const syntax = frame.body as StringSyntax;
  const stop = findStringStop(scan, at, syntax);
  if (stop.found === 'interpolation') return openInterpolation(scan, stop.at, stop.interpolation!);
  if (stop.found === 'nothing' && stop.at >= scan.text.length && syntax.multiline) return scan.text.length;
  popFrame(scan);
  if (stop.found === 'nothing') addProblem(scan, 'unterminatedString', { start: frame.start, end: stop.at });
  return Math.max(stop.at, at);
}

function breakString(scan: Scan, at: number, searchedTo: number): number {
  const end = endOfFirstLine(scan.text, at);
  if (searchedTo > end) payLookahead(scan, searchedTo - end);
  addProblem(scan, 'unterminatedString', { start: at, end });
  return end;
}

/** In a shell words may touch a closing quote, so there white space must stand before it as well. */
function isSuspect(scan: Scan, start: number, end: number, syntax: StringSyntax): boolean {
  const { text } = scan;
  if (!/\w/.test(text.charAt(end))) return false;
  if (syntax.suspectsLetterAfter === 'afterSpace' && !/\s/.test(text.charAt(end - syntax.close.length - 1)))
    return false;
  return hasLineBreak(text, start, end);
}

/** `1'000'000` in C++: the token before the quote begins with a digit. */
function isInsideNumber(text: string, at: number): boolean {
  return /(?<![\w'])\d[\w'.]*$/.test(text.slice(Math.max(0, at - 40), at)) && /\w/.test(text.charAt(at + 1));
}
