// Rows of the languages whose comments begin with `#`: Python, Ruby, shells, Perl, R, Julia, Elixir, PowerShell,
// makefiles, build files and configuration formats.

import type { Lexis } from '../lexis.ts';
import { blockComment, lineComment } from '../rules/comments.ts';
import { elixirDocumentation, juliaDocumentation, sigilHeredoc } from '../rules/docstrings.ts';
import { heredocBodies, heredocOpening } from '../rules/heredocs.ts';
import { podParagraphs } from '../rules/pod.ts';
import { pythonBrackets, pythonLogicalLine, pythonString } from '../rules/python.ts';
import { longBracketComment, longBracketString, rRawString } from '../rules/rawStrings.ts';
import {
  delimitedLiteral,
  endMarker,
  lineBlock,
  perlPunctuation,
  questionCharacter,
  slashRegex,
} from '../rules/ruby.ts';
import { dollarExpansion, makefileRecipe } from '../rules/shell.ts';
import { characterOrMark, escapedCharacter, interpolationBrackets, quoted } from '../rules/strings.ts';
import { yamlBlockScalar, yamlString } from '../rules/yaml.ts';

const sharp = lineComment({ open: '#' });
const sharpAfterSpace = lineComment({ open: '#', after: 'space' });
const sharpAtLineStart = lineComment({ open: '#', after: 'lineStart' });
const rawSingle = quoted({ open: "'", close: "'", escape: '', multiline: true });
const single = quoted({ open: "'", close: "'", escape: '\\', multiline: true });
const double = quoted({ open: '"', close: '"', escape: '\\', multiline: true });
const sharpBrace = [{ open: '#{', brackets: '{}' }];
const dollarParenthesis = [{ open: '$(', brackets: '()' }];
const sharpBraceDouble = quoted({
  open: '"',
  close: '"',
  escape: '\\',
  multiline: true,
  interpolations: sharpBrace,
  suspectsLetterAfter: true,
});
const tripleOf = (quote: string, escapeWith: string) =>
  quoted({
    open: quote.repeat(3),
    close: quote.repeat(3),
    escape: escapeWith,
    multiline: true,
    suspectsLetterAfter: true,
  });

const shellHeredoc = heredocOpening({
  openings: [/^<<(?<indent>-?)[ \t]*(["']|\\)?(?<label>[A-Za-z_][\w.-]*)\2?/],
});

export const python: Lexis = {
  rules: [
    lineComment({ open: '#', doc: ['#:'], docRepeats: true }),
    pythonString(),
    pythonBrackets(),
    pythonLogicalLine(),
    escapedCharacter('\\'),
  ],
  markup: 'sphinx',
  symbols: 'python',
};
export const shell: Lexis = {
  rules: [
    lineComment({ open: '#', after: 'space', alsoAfter: ';|&()`' }),
    rawSingle,
    quoted({
      open: '"',
      close: '"',
      escape: '\\',
      multiline: true,
      interpolations: dollarParenthesis,
      suspectsLetterAfter: 'afterSpace',
    }),
    dollarExpansion(),
    shellHeredoc,
    heredocBodies(),
    interpolationBrackets('()'),
    escapedCharacter('\\'),
  ],
  markup: 'plain',
  symbols: 'shell',
};
export const ruby: Lexis = {
  rules: [
    lineComment({ open: '#', doc: ['##'], docContinues: true }),
    lineBlock({ open: /^=begin\b/, close: /^=end\b/ }),
    sharpBraceDouble,
    quoted({ open: "'", close: "'", escape: '\\', multiline: true, suspectsLetterAfter: true }),
    quoted({ open: '`', close: '`', escape: '\\', multiline: true, interpolations: sharpBrace }),
    delimitedLiteral({ first: '%', head: /^%[qQwWiIrsx]?[^\w\s=]|^%[qQwWiIrsx]=/, onlyAsOperand: true }),
    slashRegex(),
    questionCharacter(),
    heredocOpening({
      openings: [
        /^<<(?<indent>[~-])(["'`]?)(?<label>[A-Za-z_]\w*)\2/,
        /^<<(["'`])(?<label>[A-Za-z_]\w*)\1/,
        /^<<(?<label>[A-Z_][A-Z0-9_]*)\b/,
      ],
    }),
    heredocBodies(),
    interpolationBrackets('{}'),
    endMarker(),
  ],
  markup: 'javadoc',
  symbols: 'ruby',
};
export const perl: Lexis = {
  rules: [
    lineComment({ open: '#', after: 'space', alsoAfter: ';{}(),' }),
    podParagraphs(),
    double,
    single,
    quoted({ open: '`', close: '`', escape: '\\', multiline: true }),
    delimitedLiteral({
      first: 'qmsty',
      head: /^(?:q[qwrx]?|m|s|tr|y)(?:[^\w\s,;=)}>\]]|(?=\s*\{)\s*\{)/,
      parts: (head) => (/^(?:s|tr|y)\W/.test(head) ? 2 : 1),
      onlyAsOperand: false,
    }),
    perlPunctuation(),
    slashRegex(),
    heredocOpening({
      openings: [/^<<(?<indent>~?)(["'])(?<label>[^"'\r\n]+)\2/, /^<<(?<indent>~?)(?<label>[A-Za-z_]\w*)/],
    }),
    heredocBodies(),
    endMarker(),
    escapedCharacter('\\'),
  ],
  markup: 'pod',
  symbols: 'perl',
};
export const r: Lexis = {
  rules: [
    lineComment({ open: '#', doc: ["#'"], docRepeats: true }),
    rRawString(),
    double,
    single,
    quoted({ open: '`', close: '`', escape: '\\', multiline: false }),
  ],
  markup: 'javadoc',
  symbols: 'r',
};
export const julia: Lexis = {
  rules: [
    blockComment({ open: '#=', close: '=#', nested: true }),
    sharp,
    juliaDocumentation(),
    tripleOf('"', '\\'),
    quoted({ open: '"', close: '"', escape: '\\', multiline: true, interpolations: dollarParenthesis }),
    quoted({ open: '`', close: '`', escape: '\\', multiline: true }),
    characterOrMark(),
    interpolationBrackets('()'),
  ],
  markup: 'rustdoc',
  symbols: 'julia',
};
export const elixir: Lexis = {
  rules: [
    sharp,
    elixirDocumentation(),
    sigilHeredoc(),
    delimitedLiteral({ first: '~', head: /^~[a-zA-Z][A-Z]*[/|"'([{<]/, onlyAsOperand: false }),
    tripleOf('"', '\\'),
    tripleOf("'", '\\'),
    sharpBraceDouble,
    quoted({
      open: "'",
      close: "'",
      escape: '\\',
      multiline: true,
      interpolations: sharpBrace,
      suspectsLetterAfter: true,
    }),
    questionCharacter(),
    interpolationBrackets('{}'),
  ],
  markup: 'plain',
  symbols: 'elixir',
};
export const powershell: Lexis = {
  rules: [
    blockComment({ open: '<#', close: '#>' }),
    lineComment({ open: '#', after: 'space', alsoAfter: ';{}()|,' }),
    quoted({ open: '@"', close: '\n"@', escape: '', multiline: true }),
    quoted({ open: "@'", close: "\n'@", escape: '', multiline: true }),
    quoted({
      open: '"',
      close: '"',
      escape: '`',
      doubled: true,
      multiline: true,
      interpolations: dollarParenthesis,
    }),
    quoted({ open: "'", close: "'", escape: '', doubled: true, multiline: true }),
    interpolationBrackets('()'),
    escapedCharacter('`'),
  ],
  markup: 'plain',
  symbols: 'powershell',
};
export const makefile: Lexis = {
  rules: [sharp, makefileRecipe(), escapedCharacter('\\')],
  markup: 'plain',
  symbols: 'make',
};
export const dockerfile: Lexis = {
  rules: [sharpAtLineStart, shellHeredoc, heredocBodies()],
  markup: 'plain',
  symbols: 'none',
};
export const yaml: Lexis = {
  rules: [sharpAfterSpace, yamlString(), yamlBlockScalar()],
  markup: 'plain',
  symbols: 'keyValue',
};
export const toml: Lexis = {
  rules: [
    sharp,
    tripleOf('"', '\\'),
    tripleOf("'", ''),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false }),
    quoted({ open: "'", close: "'", escape: '', multiline: false }),
  ],
  markup: 'plain',
  symbols: 'keyValue',
};
export const properties: Lexis = {
  rules: [sharpAtLineStart, lineComment({ open: '!', after: 'lineStart' })],
  markup: 'plain',
  symbols: 'keyValue',
};
export const ini: Lexis = {
  rules: [sharpAtLineStart, lineComment({ open: ';', after: 'lineStart' })],
  markup: 'plain',
  symbols: 'keyValue',
};
export const cmake: Lexis = {
  rules: [longBracketComment('#'), sharp, longBracketString(), double, escapedCharacter('\\')],
  markup: 'plain',
  symbols: 'none',
};
/** Ignore files, requirement lists and the like: `#` at the start of a line, nothing else. */
export const sharpLines: Lexis = { rules: [sharpAtLineStart], markup: 'plain', symbols: 'none' };
/** GraphQL, Nix, Terraform and others: `#` anywhere outside short strings. */
export const sharpAnywhere: Lexis = {
  rules: [sharp, tripleOf('"', '\\'), quoted({ open: '"', close: '"', escape: '\\', multiline: false })],
  markup: 'plain',
  symbols: 'none',
};
