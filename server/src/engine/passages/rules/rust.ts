// The attribute that documentation comments of Rust stand for: `#[doc = "…"]` for the item below it, `#![doc = "…"]`
// for the item around it. Macros and generators write it; rustdoc reads one line after another as one text.

import { NOT_MINE, type RuleEntry } from '../lexis.ts';
import { findAhead, hasLineBreak } from '../scanComments.ts';
import { isEscaped } from './strings.ts';

/** A text in one line joins its neighbours, as lines of `///` do; a longer one stands alone. */
export function rustDocAttribute(): RuleEntry {
  return {
    first: '#',
    rule(scan, at) {
      const { text } = scan;
      const open = /^#!?\[\s*doc\s*=\s*(?:r(#*))?"/.exec(text.slice(at, at + 40));
      if (!open) return NOT_MINE;
      const start = at + open[0].length;
      const isRaw = open[0].endsWith('#"') || open[0].endsWith('r"');
      const quote = `"${open[1] ?? ''}`;
      let found = findAhead(scan, quote, start);
      while (!isRaw && found > start && isEscaped(text, found, start))
        found = findAhead(scan, quote, found + 1);
      const tail =
        found < 0 ? null : /^\s*\]/.exec(text.slice(found + quote.length, found + quote.length + 20));
      // An attribute that is still being typed is code like any other, and its text a string.
      if (!tail || found === start) return NOT_MINE;
      const close = quote + tail[0];
      const end = found + close.length;
      scan.comments.push({
        kind: hasLineBreak(text, at, end) ? 'block' : 'line',
        doc: true,
        syntax: { open: open[0], close },
        span: { start: at, end },
        ownerStart: undefined,
      });
      return end;
    },
  };
}
