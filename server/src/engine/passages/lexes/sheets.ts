// Rows of the style sheet languages that add line comments to CSS: SCSS, Less, Stylus.

import { type Lexis, NOT_MINE, type RuleEntry } from '../lexis.ts';
import { blockComment, lineComment } from '../rules/comments.ts';
import { interpolationBrackets, quoted } from '../rules/strings.ts';

/** The address of `url(//host/a.css)` needs no quotes, and its slashes open no comment. */
function unquotedUrl(): RuleEntry {
  return {
    first: '(',
    rule(scan, at) {
      const { text } = scan;
      if (!/url$/i.test(text.slice(Math.max(0, at - 3), at))) return NOT_MINE;
      const address = /^\(\s*[^"'\s)][^)\r\n]*\)/.exec(text.slice(at, at + 500));
      return address ? at + address[0].length : NOT_MINE;
    },
  };
}

/** `http://` outside quotes. */
function address(): RuleEntry {
  return { first: ':', rule: (scan, at) => (scan.text.startsWith('://', at) ? at + 3 : NOT_MINE) };
}

const holes = [{ open: '#{', brackets: '{}' }];

export const scss: Lexis = {
  rules: [
    unquotedUrl(),
    address(),
    lineComment({ open: '//', doc: ['///'] }),
    blockComment({ open: '/*', close: '*/', doc: ['/**'] }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false, interpolations: holes }),
    quoted({ open: "'", close: "'", escape: '\\', multiline: false, interpolations: holes }),
    interpolationBrackets('{}'),
  ],
  markup: 'plain',
  symbols: 'css',
};
