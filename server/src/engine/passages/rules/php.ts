// Rules that only PHP needs: a file begins in HTML, and `?>` goes back to it.

import { type FrameStep, NOT_MINE, type RuleEntry } from '../lexis.ts';
import { popFrame, pushFrame, scanCode } from '../scanComments.ts';

/** The outermost frame: everything outside `<?php … ?>` is HTML and holds no PHP comment. */
export const scanInlineHtml: FrameStep = (scan, at) => {
  const open = scan.text.indexOf('<?', at);
  if (open < 0) return scan.text.length;
  if (scan.text.startsWith('<?xml', open)) return open + 5;
  pushFrame(scan, { start: open, step: scanCode });
  return open + (scan.text.startsWith('<?php', open) ? 5 : 2);
};

export function phpClosingTag(): RuleEntry {
  return {
    first: '?',
    rule(scan, at) {
      if (scan.text[at + 1] !== '>') return NOT_MINE;
      scan.frames.length = Math.min(scan.frames.length, 2);
      popFrame(scan);
      return at + 2;
    },
  };
}
