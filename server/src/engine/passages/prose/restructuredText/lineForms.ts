// Recognises what a reStructuredText line is. In: the source and a line without its indentation.
// Out: the form, with the offsets that the reader needs. Forms are those of docutils' specification.

import type { Span } from '../../../text/span.ts';

export interface RstLine {
  /** The line without white space at both ends. */
  readonly text: Span;
  /** Columns before the text, tabs reach to multiples of eight. */
  readonly indent: number;
}

const adornment = /^([!-/:-@[-`{-~])\1*$/;
const bullet = /^[-*+•‣⁃](?:[ \t]+|$)/;
const enumerator =
  /^(?:\((?:\d{1,4}|[a-zA-Z]|[ivxlcdm]{1,8}|#)\)|(?:\d{1,4}|[a-zA-Z]|[ivxlcdm]{1,8}|#)[.)])(?:[ \t]+|$)/;
const field = /^:(?![\s:`])((?:[^:\\\n]|\\.|:(?![\s`])){1,200}):(?:[ \t]+|$)/;
const directive = /^\.\.[ \t]+([a-zA-Z][\w:.+-]{0,80}?)[ \t]?::(?:[ \t]+|$)/;
const footnote = /^\.\.[ \t]+\[[^\]\n]{1,80}\](?:[ \t]+|$)/;
const target = /^(?:\.\.[ \t]+(?:_[^_]|__)|__[ \t])/;
const substitution = /^\.\.[ \t]+\|[^|\n]{1,200}\|/;
const gridBorder = /^\+(?:[-=]{2,}\+)+$/;
const simpleBorder = /^={2,}(?:[ \t]+={2,})+$/;

/** The character of a line that is nothing but one repeated punctuation mark. */
export function matchAdornment(text: string): string | undefined {
  return text.length > 1 ? adornment.exec(text)?.[1] : undefined;
}

/** How many characters the marker of a list item takes, 0 when there is none. */
export function matchListItem(text: string): { width: number; isNumbered: boolean } | undefined {
  const head = text.slice(0, 40);
  const width = bullet.exec(head)?.[0].length;
  if (width !== undefined) return { width, isNumbered: false };
  const numbered = enumerator.exec(head)?.[0].length;
  return numbered === undefined ? undefined : { width: numbered, isNumbered: true };
}

/** `:param x: text`: the name without colons and how many characters stand before the text. */
export function matchField(text: string): { name: string; width: number } | undefined {
  if (!text.startsWith(':')) return undefined;
  const match = field.exec(text);
  return match ? { name: match[1]!, width: match[0].length } : undefined;
}

export type ExplicitForm =
  | { readonly kind: 'directive'; readonly name: string; readonly width: number }
  | { readonly kind: 'footnote'; readonly width: number }
  | { readonly kind: 'target' | 'substitution' }
  | { readonly kind: 'comment'; readonly width: number };

/** What a line that starts with two dots (or an anonymous target) introduces. */
export function matchExplicit(text: string): ExplicitForm | undefined {
  const head = text.slice(0, 300);
  if (target.test(head)) return { kind: 'target' };
  if (head !== '..' && !/^\.\.[ \t]/.test(head)) return undefined;
  const named = directive.exec(head);
  if (named) return { kind: 'directive', name: named[1]!, width: named[0].length };
  const note = footnote.exec(head);
  if (note) return { kind: 'footnote', width: note[0].length };
  if (substitution.test(head)) return { kind: 'substitution' };
  return { kind: 'comment', width: 2 };
}

export function isGridBorder(text: string): boolean {
  return text.startsWith('+') && gridBorder.test(text);
}

export function isSimpleBorder(text: string): boolean {
  return text.startsWith('==') && simpleBorder.test(text);
}

export function isDoctest(text: string): boolean {
  return text.startsWith('>>> ') || text === '>>>';
}
