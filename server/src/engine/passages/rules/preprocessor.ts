// Rules for `#` lines of C, C++, Objective-C and C#. Code inside `#if 0` is dead: it is skipped as a whole, since
// compilers do not read it either and its apostrophes and quotes need not balance. Its `#else` branch is alive.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { findLineEnd, payLookahead } from '../scanComments.ts';
import { isLineStart } from './comments.ts';

/** Conditions that are never true. */
export interface DirectiveOptions {
  readonly dead: RegExp;
}

export const neverInC: DirectiveOptions = { dead: /^if\s+(?:0|false|\(0\))\s*(?=[\r\n/]|$)/ };
export const neverInCsharp: DirectiveOptions = { dead: /^if\s+false\s*(?=[\r\n/]|$)/ };

export function directive(options: DirectiveOptions): RuleEntry {
  return {
    first: '#',
    rule(scan, at) {
      const { text } = scan;
      if (!isLineStart(text, at)) return NOT_MINE;
      let start = at + 1;
      while (text[start] === ' ' || text[start] === '\t') start++;
      const head = text.slice(start, start + 40);
      if (options.dead.test(head)) return skipDeadCode(scan, at);
      if (/^(?:error|warning|region|endregion|pragma\s+(?:mark|region))\b/.test(head))
        return skipMessage(text, start);
      if (/^(?:include|import|include_next)\b/.test(head)) return skipHeaderName(text, start);
      return NOT_MINE;
    },
  };
}

/** `#error don't` is free text, so its apostrophe opens nothing; a comment after it is one. */
function skipMessage(text: string, from: number): number {
  let end = findLineEnd(text, from);
  while (text[end - 1] === '\\' && end < text.length)
    end = findLineEnd(text, text.startsWith('\r\n', end) ? end + 2 : end + 1);
  const comment = text.slice(from, end).search(/\s\/[/*]/);
  return comment < 0 ? end : from + comment + 1;
}

/** The `//` and `/*` of `#include <a//b/*.h>` belong to the name. */
function skipHeaderName(text: string, from: number): number {
  const end = findLineEnd(text, from);
  const name = /^\w+\s*<[^>]*>/.exec(text.slice(from, Math.min(end, from + 400)));
  return name ? from + name[0].length : from;
}

/** Offset of the `#else`, `#elif` or `#endif` that ends the dead branch; without one nothing is dead. */
function skipDeadCode(scan: Scan, at: number): number {
  const { text } = scan;
  if (scan.lookaheadLeft <= 0) return NOT_MINE;
  let depth = 0;
  let end = findLineEnd(text, at);
  while (end < text.length) {
    const start = end + 1;
    end = findLineEnd(text, start);
    let first = start;
    while (text[first] === ' ' || text[first] === '\t') first++;
    if (text[first] !== '#') continue;
    const name = /^#[ \t]*(if|else|elif|endif)/.exec(text.slice(first, first + 20))?.[1];
    if (name === 'if') depth++;
    else if (name === 'endif' && depth-- === 0) return first;
    else if (name !== undefined && depth === 0) return first;
  }
  payLookahead(scan, text.length - at);
  return NOT_MINE;
}
