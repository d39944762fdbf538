// Rules that only shells need: parameter expansions (`${x#y}`, `$#`) and the recipes of makefiles, whose
// lines are shell code inside a file with other rules.

import type { RuleEntry, Scan } from '../lexis.ts';
import { findLineEnd } from '../scanComments.ts';
import { readString, type StringSyntax } from './strings.ts';

const ansiString: StringSyntax = { open: "$'", close: "'", escape: '\\', multiline: true };

/** `$#`, `${x#y}`, `${x/ #/}`, `$'…'`: the sharp in them is an operator. */
export function dollarExpansion(): RuleEntry {
  return {
    first: '$',
    rule(scan, at) {
      const next = scan.text[at + 1];
      if (next === '#') return at + 2;
      if (next === "'" && scan.frames[scan.frames.length - 1]!.body === undefined)
        return readString(scan, at, ansiString);
      return next === '{' ? skipExpansion(scan.text, at) : at + 1;
    },
  };
}

/** A recipe line: a sharp is a comment after white space and outside quotes only. */
export function makefileRecipe(): RuleEntry {
  return {
    first: '\n\r',
    rule(scan, at) {
      const start = scan.text.startsWith('\r\n', at) ? at + 2 : at + 1;
      return scan.text[start] === '\t' ? readRecipeLine(scan, start + 1) : at + 1;
    },
  };
}

function readRecipeLine(scan: Scan, from: number): number {
  const { text } = scan;
  const end = findLineEnd(text, from);
  let quote = '';
  for (let at = from; at < end; at++) {
    const unit = text[at]!;
    if (unit === '\\') at++;
    else if (quote !== '') quote = unit === quote ? '' : quote;
    else if (unit === '"' || unit === "'" || unit === '`') quote = unit;
    else if (unit === '#' && (at === from || text[at - 1] === ' ' || text[at - 1] === '\t')) {
      scan.comments.push({
        kind: 'line',
        doc: false,
        syntax: { open: '#', close: '' },
        span: { start: at, end },
        ownerStart: undefined,
      });
      break;
    }
  }
  return end;
}

/** After the brace that closes the expansion on the same line; after `${` when there is none. */
function skipExpansion(text: string, at: number): number {
  let depth = 0;
  const limit = Math.min(text.length, at + 300);
  for (let next = at + 1; next < limit; next++) {
    const unit = text[next]!;
    if (unit === '\n' || unit === '\r') break;
    if (unit === '\\') next++;
    else if (unit === '{') depth++;
    else if (unit === '}' && --depth === 0) return next + 1;
  }
  return at + 2;
}
