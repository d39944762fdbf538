// Cuts HTML-like text into tags, comments, raw elements (script, style) and text, forgiving everything.
// In: a text and the span to read. Out: tokens in order, handed to a callback. Linear: a search that finds nothing
// is not tried again. A comment without an end stops at the end of its line, so that typing swallows no file.

import type { Span } from '../../text/span.ts';

export type MarkupToken =
  | { readonly kind: 'comment'; readonly span: Span; readonly inside: Span; readonly isTerminated: boolean }
  | { readonly kind: 'open'; readonly span: Span; readonly name: string; readonly isSelfClosing: boolean }
  | { readonly kind: 'close'; readonly span: Span; readonly name: string }
  | {
      readonly kind: 'raw';
      readonly span: Span;
      readonly name: string;
      readonly openTag: string;
      readonly inside: Span;
    }
  | { readonly kind: 'text'; readonly span: Span };

export interface MarkupOptions {
  readonly within: Span;
  /** Elements (lower case) whose content is not markup. */
  readonly rawElements: ReadonlySet<string>;
}

export function scanMarkup(
  wholeSource: string,
  options: MarkupOptions,
  onToken: (token: MarkupToken) => void,
): void {
  const { end } = options.within;
  const source = wholeSource.slice(0, end);
  const find = createFinder(source);
  let textStart = options.within.start;
  let at = source.indexOf('<', textStart);
  while (at >= 0) {
    const read = readMarkup(source, at, { end, find, rawElements: options.rawElements });
    if (!read) {
      at = source.indexOf('<', at + 1);
      continue;
    }
    if (at > textStart) onToken({ kind: 'text', span: { start: textStart, end: at } });
    if (read.token) onToken(read.token);
    textStart = read.end;
    at = source.indexOf('<', read.end);
  }
  if (end > textStart) onToken({ kind: 'text', span: { start: textStart, end } });
}

/** The value of an attribute in the text of an open tag, lower case; `undefined` when it is not there. */
export function getAttribute(openTag: string, name: string): string | undefined {
  const pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i');
  const match = pattern.exec(openTag.slice(0, 2000));
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.trim().toLowerCase();
}

interface ReadContext {
  readonly end: number;
  readonly find: (needle: string, from: number) => number;
  readonly rawElements: ReadonlySet<string>;
}

interface Read {
  /** Nothing for declarations and processing instructions. */
  readonly token: MarkupToken | undefined;
  readonly end: number;
}

const tagName = /<(\/?)([a-zA-Z][^\s/>"'<=]*)/y;

function readMarkup(source: string, at: number, context: ReadContext): Read | undefined {
  const next = source.charCodeAt(at + 1);
  if (next === 33) return readDeclaration(source, at, context);
  if (next === 63) return skipTo('?>', at, context);
  if (next === 37) return skipTo('%>', at, context);
  tagName.lastIndex = at;
  const match = tagName.exec(source);
  if (!match || tagName.lastIndex > context.end) return undefined;
  const name = match[2]!.toLowerCase();
  const tagEnd = findTagEnd(source, tagName.lastIndex, context);
  const span = { start: at, end: tagEnd };
  if (match[1] === '/') return { token: { kind: 'close', span, name }, end: tagEnd };
  const isSelfClosing = source.charCodeAt(tagEnd - 2) === 47;
  if (isSelfClosing || !context.rawElements.has(name)) {
    return { token: { kind: 'open', span, name, isSelfClosing }, end: tagEnd };
  }
  const close = context.find(`</${name}`, tagEnd);
  const inside = { start: tagEnd, end: close < 0 ? context.end : close };
  const openTag = source.slice(at, tagEnd);
  return {
    token: { kind: 'raw', span: { start: at, end: inside.end }, name, openTag, inside },
    end: inside.end,
  };
}

/** A comment, `<![CDATA[`, a doctype (its inner subset is read on as markup), or a declaration. */
function readDeclaration(source: string, at: number, context: ReadContext): Read | undefined {
  if (source.startsWith('<!--', at)) return readComment(source, at, context);
  if (source.startsWith('<![CDATA[', at)) return skipTo(']]>', at, context);
  let quote = 0;
  for (let offset = at + 2; offset < context.end; offset++) {
    const unit = source.charCodeAt(offset);
    if (quote !== 0) {
      if (unit === quote) quote = 0;
    } else if (unit === 62 || unit === 91) return { token: undefined, end: offset + 1 };
    else if (unit === 60) return { token: undefined, end: offset };
    else if ((unit === 34 || unit === 39) && context.find(String.fromCharCode(unit), offset + 1) >= 0)
      quote = unit;
  }
  return { token: undefined, end: context.end };
}

function readComment(source: string, at: number, context: ReadContext): Read {
  if (source.startsWith('<!-->', at)) {
    return {
      token: {
        kind: 'comment',
        span: { start: at, end: at + 5 },
        inside: { start: at, end: at },
        isTerminated: true,
      },
      end: at + 5,
    };
  }
  const close = context.find('-->', at + 4);
  const inside = { start: at + 4, end: close < 0 ? findLineEnd(source, at, context.end) : close };
  const end = close < 0 ? inside.end : close + 3;
  inside.start = Math.min(inside.start, inside.end);
  return { token: { kind: 'comment', span: { start: at, end }, inside, isTerminated: close >= 0 }, end };
}

function skipTo(mark: string, at: number, context: ReadContext): Read | undefined {
  const found = context.find(mark, at + 2);
  return found < 0 ? undefined : { token: undefined, end: found + mark.length };
}

/** Behind the `>` of a tag; quoted attribute values may hold one. A tag without an end stops before the next `<`. */
function findTagEnd(source: string, from: number, context: ReadContext): number {
  for (let offset = from; offset < context.end; offset++) {
    const unit = source.charCodeAt(offset);
    if (unit === 62) return offset + 1;
    if (unit === 60) return offset;
    if ((unit === 34 || unit === 39) && followsEquals(source, offset)) {
      const close = context.find(String.fromCharCode(unit), offset + 1);
      if (close >= 0) offset = close;
    }
  }
  return context.end;
}

function followsEquals(source: string, offset: number): boolean {
  let before = offset - 1;
  while (source.charCodeAt(before) === 32) before--;
  return source.charCodeAt(before) === 61;
}

function findLineEnd(source: string, from: number, end: number): number {
  for (let offset = from; offset < end; offset++) {
    const unit = source.charCodeAt(offset);
    if (unit === 10 || unit === 13) return offset;
  }
  return end;
}

/** Finds the next place of a needle (ASCII case does not matter); remembers which needles do not come any more. */
function createFinder(source: string): (needle: string, from: number) => number {
  const exhaustedFrom = new Map<string, number>();
  return (needle, from) => {
    if (from >= (exhaustedFrom.get(needle) ?? Number.POSITIVE_INFINITY)) return -1;
    const found = /[a-z]/.test(needle) ? searchAnyCase(source, needle, from) : source.indexOf(needle, from);
    if (found >= 0) return found;
    exhaustedFrom.set(needle, from);
    return -1;
  };
}

function searchAnyCase(source: string, needle: string, from: number): number {
  const pattern = new RegExp(needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
  pattern.lastIndex = from;
  return pattern.exec(source)?.index ?? -1;
}
