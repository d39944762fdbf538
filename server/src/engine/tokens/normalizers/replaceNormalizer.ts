// Replaces a literal string or a pattern. A replacement stands for the place of the last character it replaces.

import type { AlignedText } from '../alignedText.ts';
import type { Normalizer } from './normalizer.ts';

export function createLiteralReplaceNormalizer(pattern: string, content: string): Normalizer {
  if (pattern === '') return { normalize: () => {} };
  const wanted = new Uint16Array(pattern.length);
  for (let index = 0; index < pattern.length; index++) wanted[index] = pattern.charCodeAt(index);
  return { normalize: (text) => replaceLiteral(text, wanted, content) };
}

export function createPatternReplaceNormalizer(pattern: RegExp, content: string): Normalizer {
  return { normalize: (text) => replacePattern(text, pattern, content) };
}

/** ` {2,}` → ` `, the pattern that ALBERT files carry, without a regular expression. */
export const collapseSpacesNormalizer: Normalizer = {
  normalize: (text) => {
    const { units, length } = text;
    let index = 1;
    while (index < length && !(units[index] === 32 && units[index - 1] === 32)) index++;
    if (index >= length) return;
    text.beginCopy();
    for (let at = 0; at < length; ) {
      if (units[at] !== 32) {
        text.copy(at++);
        continue;
      }
      while (at + 1 < length && units[at + 1] === 32) at++;
      text.copy(at++);
    }
    text.endCopy();
  },
};

function replaceLiteral(text: AlignedText, wanted: Uint16Array, content: string): void {
  let found = findLiteral(text, wanted, 0);
  if (found < 0) return;
  text.beginCopy();
  let copied = 0;
  while (found >= 0) {
    text.copyRange(copied, found);
    copied = found + wanted.length;
    text.pushString(content, text.starts[copied - 1]!, text.ends[copied - 1]!);
    found = findLiteral(text, wanted, copied);
  }
  text.copyRange(copied, text.length);
  text.endCopy();
}

function findLiteral(text: AlignedText, wanted: Uint16Array, from: number): number {
  const { units } = text;
  const first = wanted[0]!;
  const last = text.length - wanted.length;
  for (let index = from; index <= last; index++) {
    if (units[index] !== first) continue;
    let matched = 1;
    while (matched < wanted.length && units[index + matched] === wanted[matched]) matched++;
    if (matched === wanted.length) return index;
  }
  return -1;
}

function replacePattern(text: AlignedText, pattern: RegExp, content: string): void {
  const whole = text.slice(0, text.length);
  let copied = 0;
  text.beginCopy();
  for (const match of whole.matchAll(pattern)) {
    text.copyRange(copied, match.index);
    copied = match.index + match[0].length;
    if (copied > 0) text.pushString(content, text.starts[copied - 1]!, text.ends[copied - 1]!);
    else text.pushString(content, text.originalStart, text.originalStart);
  }
  text.copyRange(copied, text.length);
  text.endCopy();
}
