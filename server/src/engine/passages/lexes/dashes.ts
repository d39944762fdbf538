// Rows of the languages whose comments begin with `--`, `;`, `%` or `(*`: SQL, Lua, Haskell, Ada, Lisps, Erlang, ML.

import { type Lexis, NOT_MINE, type RuleEntry } from '../lexis.ts';
import { blockComment, lineComment } from '../rules/comments.ts';
import { dollarQuoted, longBracketComment, longBracketString } from '../rules/rawStrings.ts';
import { characterOrMark, quoted, readString, type StringSyntax } from '../rules/strings.ts';

const dashes = lineComment({ open: '--' });
const doubleQuoted = quoted({ open: '"', close: '"', escape: '\\', multiline: false });
const singleQuoted = quoted({ open: "'", close: "'", escape: '\\', multiline: false });

const standardString: StringSyntax = { open: "'", close: "'", escape: '', doubled: true, multiline: true };
const escapedString: StringSyntax = { ...standardString, escape: '\\' };

/**
 * Standard SQL doubles a quote, MySQL also escapes it. A backslash before the closing quote of `'C:\'` is text
 * when the value clearly ends there; which one holds is decided by what follows the first `\'`.
 */
function sqlString(): RuleEntry {
  return {
    first: "'",
    rule(scan, at) {
      const head = scan.text.slice(at, at + 200);
      const isEscaped = /^'(?:[^'\\]|''|\\.)*?\\'(?![ \t]*(?:[,);\r\n]|$))/.test(head);
      return readString(scan, at, isEscaped ? escapedString : standardString);
    },
  };
}

/** `-->` and `|--` are operators in Haskell; `-- |` and `--` before anything else are comments. */
function haskellDashes(): RuleEntry {
  const symbols = '!#$%&*+./<=>?@\\^|~:';
  const comment = lineComment({
    open: '--',
    doc: ['-- |', '-- ^', '-- *', '-- $'],
    docRepeats: true,
    docContinues: true,
  });
  return {
    first: '-',
    rule(scan, at) {
      const { text } = scan;
      if (text[at + 1] !== '-') return NOT_MINE;
      let end = at + 2;
      while (text[end] === '-') end++;
      const isOperator = symbols.includes(text[end] ?? ' ') || (at > 0 && symbols.includes(text[at - 1]!));
      return isOperator ? end : comment.rule(scan, at);
    },
  };
}

export const sql: Lexis = {
  rules: [
    dashes,
    lineComment({ open: '# ', after: 'lineStart' }),
    blockComment({ open: '/*', close: '*/', doc: ['/**'] }),
    sqlString(),
    dollarQuoted(),
    quoted({ open: '"', close: '"', escape: '', doubled: true, multiline: false }),
    quoted({ open: '`', close: '`', escape: '', doubled: true, multiline: false }),
  ],
  markup: 'plain',
  symbols: 'sql',
};
export const lua: Lexis = {
  rules: [
    longBracketComment('--'),
    lineComment({ open: '--', doc: ['---'], docContinues: true }),
    longBracketString(),
    doubleQuoted,
    singleQuoted,
  ],
  markup: 'javadoc',
  symbols: 'lua',
};
export const haskell: Lexis = {
  rules: [
    haskellDashes(),
    blockComment({ open: '{-', close: '-}', nested: true, doc: ['{- |', '{-|', '{- ^'], except: ['{-#'] }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false }),
    characterOrMark(),
  ],
  markup: 'plain',
  symbols: 'haskell',
};
export const elm: Lexis = {
  rules: [
    dashes,
    blockComment({ open: '{-', close: '-}', nested: true, doc: ['{-|'] }),
    quoted({ open: '"""', close: '"""', escape: '\\', multiline: true }),
    doubleQuoted,
    characterOrMark(),
  ],
  markup: 'plain',
  symbols: 'haskell',
};
/** Ada, VHDL: `--` and doubled quotes. */
export const ada: Lexis = {
  rules: [
    dashes,
    quoted({ open: '"', close: '"', escape: '', doubled: true, multiline: false }),
    characterOrMark(),
  ],
  markup: 'plain',
  symbols: 'none',
};
export const lisp: Lexis = {
  rules: [
    lineComment({ open: ';' }),
    blockComment({ open: '#|', close: '|#', nested: true }),
    { first: '\\', rule: (_scan, at) => at + 2 },
    quoted({ open: '"', close: '"', escape: '\\', multiline: true, suspectsLetterAfter: true }),
  ],
  markup: 'plain',
  symbols: 'none',
};
export const erlang: Lexis = {
  rules: [
    lineComment({ open: '%', doc: ['%%'] }),
    { first: '$', rule: (scan, at) => (scan.text[at + 1] === '\\' ? at + 3 : at + 2) },
    quoted({ open: '"', close: '"', escape: '\\', multiline: true, suspectsLetterAfter: true }),
    singleQuoted,
  ],
  markup: 'plain',
  symbols: 'none',
};
export const ocaml: Lexis = {
  rules: [
    blockComment({ open: '(*', close: '*)', nested: true, doc: ['(**'], except: ['(*)'] }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: true, suspectsLetterAfter: true }),
    characterOrMark(),
  ],
  markup: 'plain',
  symbols: 'none',
};
export const fsharp: Lexis = {
  rules: [
    lineComment({ open: '//', doc: ['///'] }),
    blockComment({ open: '(*', close: '*)', nested: true, doc: ['(**'], except: ['(*)'] }),
    quoted({ open: '"""', close: '"""', escape: '', multiline: true }),
    quoted({ open: '@"', close: '"', escape: '', doubled: true, multiline: true }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: true, suspectsLetterAfter: true }),
    characterOrMark(),
  ],
  markup: 'xmldoc',
  symbols: 'none',
};
export const latex: Lexis = {
  rules: [lineComment({ open: '%' }), { first: '\\', rule: (_scan, at) => at + 2 }],
  markup: 'plain',
  symbols: 'none',
};
export const visualBasic: Lexis = {
  rules: [
    quoted({ open: '"', close: '"', escape: '', doubled: true, multiline: false }),
    lineComment({ open: "'", doc: ["'''"] }),
  ],
  markup: 'xmldoc',
  symbols: 'none',
};
