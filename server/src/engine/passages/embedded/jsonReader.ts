// A small JSON reader that knows where each value stands and reads on in broken files as far as it can.
// In: a text. Out: events in order (begin, end, key, string, scalar), handed to a callback; then the offset of the
// first error. No recursion: 100,000 open brackets cost 100,000 stack entries of our own, not of the engine.

import type { RegionPiece } from './regionText.ts';

export type JsonEvent =
  | { readonly kind: 'beginObject' | 'beginArray' | 'end' | 'scalar'; readonly start: number }
  /** `start` and `end` are those of the text between the quotes. */
  | { readonly kind: 'key' | 'string'; readonly start: number; readonly end: number };

/**
 * Calls `onEvent` as long as brackets match; answers where the first error is, or `undefined`. A string without an
 * end stops at the end of its line, a line that is no JSON (a conflict marker) is stepped over.
 */
export function readJson(source: string, onEvent: (event: JsonEvent) => void): number | undefined {
  const open: number[] = [];
  let firstError: number | undefined;
  let expectsKey = false;
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < source.length) {
    const unit = source.charCodeAt(at);
    if (unit === 32 || unit === 10 || unit === 13 || unit === 9 || unit === 58) at++;
    else if (unit === 44) {
      expectsKey = open.at(-1) === 123;
      at++;
    } else if (unit === 34) {
      const stop = findStringStop(source, at + 1);
      onEvent({ kind: expectsKey ? 'key' : 'string', start: at + 1, end: stop });
      if (source.charCodeAt(stop) !== 34) firstError ??= at;
      expectsKey = false;
      at = stop + 1;
    } else if (unit === 123 || unit === 91) {
      open.push(unit);
      expectsKey = unit === 123;
      onEvent({ kind: unit === 123 ? 'beginObject' : 'beginArray', start: at });
      at++;
    } else if (unit === 125 || unit === 93) {
      // The codes of `{}` and of `[]` lie two apart.
      if (open.pop() !== unit - 2) return firstError ?? at;
      expectsKey = false;
      onEvent({ kind: 'end', start: at });
      at++;
    } else {
      const end = matchScalar(source, at);
      if (end === undefined) firstError ??= at;
      else onEvent({ kind: 'scalar', start: at });
      at = end ?? findLineEnd(source, at);
    }
  }
  return firstError ?? (open.length > 0 ? source.length : undefined);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

/** The value of a string from its inside, with a piece for each verbatim run and each escape. */
export function decodeString(
  source: string,
  start: number,
  end: number,
): { text: string; pieces: RegionPiece[] } {
  const pieces: RegionPiece[] = [];
  const parts: string[] = [];
  let length = 0;
  const add = (text: string, sourceStart: number, sourceLength: number) => {
    if (text === '') return;
    pieces.push({ start: length, length: text.length, sourceStart, sourceLength });
    parts.push(text);
    length += text.length;
  };
  let at = start;
  while (at < end) {
    const slash = source.indexOf('\\', at);
    const runEnd = slash < 0 || slash >= end ? end : slash;
    add(source.slice(at, runEnd), at, runEnd - at);
    if (runEnd === end) break;
    const name = source.charAt(runEnd + 1);
    const hex = name === 'u' ? /^[0-9a-fA-F]{4}/.exec(source.slice(runEnd + 2, runEnd + 6))?.[0] : undefined;
    const sourceLength = Math.min(hex ? 6 : 2, end - runEnd);
    const value = hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes.get(name) ?? name);
    // A backslash at the very end of a broken string escapes nothing.
    add(sourceLength === 1 ? '' : value, runEnd, sourceLength);
    at = runEnd + sourceLength;
  }
  return { text: parts.join(''), pieces };
}

/** The closing quote, or the end of the line where it is missing. */
function findStringStop(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === 34 || unit === 10 || unit === 13) return at;
    if (unit === 92) at++;
  }
  return source.length;
}

function findLineEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === 10 || unit === 13) return at;
  }
  return source.length;
}

const scalar = /(?:true|false|null|NaN|-?Infinity|-?\d[\d.eE+-]*)(?![\w])/y;

function matchScalar(source: string, at: number): number | undefined {
  scalar.lastIndex = at;
  return scalar.exec(source) ? scalar.lastIndex : undefined;
}
