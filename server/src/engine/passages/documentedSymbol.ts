// Finds what a comment documents: the declaration that follows it directly, the one around a docstring, or the
// one before a trailing comment. In: source text, one comment block, the family of the language. Out: a symbol
// or nothing; nothing is guessed across an empty line.

import type { Span } from '../text/span.ts';
import type { CommentGroup } from './joinComments.ts';
import type { SymbolFamily } from './lexis.ts';
import type { DocumentedSymbol } from './passage.ts';
import { symbolRows } from './symbolPatterns.ts';
import { kindOfKeyword, type SymbolPattern, type SymbolRow } from './symbols/symbolRow.ts';

/** How much of a declaration is looked at. */
const windowLength = 600;
const signatureLength = 200;

export function documentedSymbol(
  text: string,
  group: CommentGroup,
  family: SymbolFamily,
): DocumentedSymbol | undefined {
  const row = symbolRows[family];
  if (row.declarations.length === 0) return undefined;
  const first = group.tokens[0]!;
  if (first.kind === 'docstring' && first.ownerStart !== 'next') {
    return first.ownerStart === undefined ? undefined : readDeclaration(text, first.ownerStart, row);
  }
  if (!group.ownLine && first.kind !== 'docstring') return readCodeBefore(text, first.span.start, row);
  const next = findNextLine(text, group.tokens.at(-1)!.span.end);
  return next === undefined ? undefined : readDeclaration(text, next, row);
}

/** Offset of the code after the comment: on the same line or on the next one; `undefined` over an empty line. */
function findNextLine(text: string, end: number): number | undefined {
  let breaks = 0;
  for (let at = end; at < text.length; at++) {
    const unit = text[at]!;
    if (unit === '\n' || (unit === '\r' && text[at + 1] !== '\n')) {
      if (++breaks > 1) return undefined;
    } else if (unit !== ' ' && unit !== '\t' && unit !== '\r') {
      return at;
    }
  }
  return undefined;
}

function readDeclaration(text: string, at: number, row: SymbolRow): DocumentedSymbol | undefined {
  let start = at;
  let window = text.slice(start, start + windowLength);
  const skipped = row.skip?.exec(window)?.[0].length ?? 0;
  if (skipped > 0) {
    start += skipped;
    window = text.slice(start, start + windowLength);
  }
  return matchSymbol(window, start, row.declarations, row.stop);
}

function readCodeBefore(text: string, commentStart: number, row: SymbolRow): DocumentedSymbol | undefined {
  let start = commentStart;
  const limit = Math.max(0, commentStart - windowLength);
  while (start > limit && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  if (start === limit && limit > 0) return undefined;
  while (text[start] === ' ' || text[start] === '\t') start++;
  if (start >= commentStart) return undefined;
  const window = text.slice(start, commentStart);
  return matchSymbol(window, start, [...row.declarations, ...row.members], row.stop);
}

function matchSymbol(
  window: string,
  at: number,
  patterns: readonly SymbolPattern[],
  stop: string,
): DocumentedSymbol | undefined {
  for (const { pattern, kind, stop: ownStop } of patterns) {
    const match = pattern.exec(window);
    if (!match) continue;
    const name = match.groups?.['name'] ?? match.groups?.['name2'];
    if (!name) continue;
    const keyword = match.groups?.['kind']?.toLowerCase();
    return {
      name,
      kind: (keyword && kindOfKeyword[keyword]) || kind,
      signature: readSignature(window, ownStop ?? stop, nameEnd(match[0], name)),
      span: nameSpan(match[0], name, at),
    };
  }
  return undefined;
}

function nameEnd(declaration: string, name: string): number {
  return declaration.lastIndexOf(name) + name.length;
}

function nameSpan(declaration: string, name: string, at: number): Span {
  const start = at + findName(declaration, name);
  return { start, end: start + name.length };
}

/** The last whole-word occurrence: modifiers and types stand before a name. */
function findName(declaration: string, name: string): number {
  for (let start = declaration.indexOf(name); start >= 0; start = declaration.indexOf(name, start + 1)) {
    const before = declaration.charAt(start - 1);
    const after = declaration.charAt(start + name.length);
    if (!/\w/.test(before) && !/\w/.test(after)) return start;
  }
  return Math.max(0, declaration.lastIndexOf(name));
}

/** The declaration without its body: up to the first stop character outside brackets that comes after the name. */
function readSignature(window: string, stop: string, from: number): string {
  let depth = 0;
  let end = window.length;
  for (let at = 0; at < window.length; at++) {
    const unit = window[at]!;
    if (depth === 0 && at >= from && (stop.includes(unit) || (unit === '\r' && stop.includes('\n')))) {
      end = at;
      break;
    }
    if (unit === '(' || unit === '[') depth++;
    else if ((unit === ')' || unit === ']') && depth > 0) depth--;
  }
  const line = window
    .slice(0, end)
    .replace(/\s+/g, ' ')
    .replace(/\s*(?:=>|=|,)?\s*$/, '')
    .trim();
  return line.slice(0, signatureLength);
}
