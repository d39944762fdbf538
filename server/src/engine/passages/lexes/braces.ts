// Rows of the languages with `//`, `/* */` and braces: C and its relatives, Java, C#, Go, Rust, Swift, Kotlin,
// Scala, Dart, Zig, Groovy, PHP, and the schema and shader languages that borrowed their comments.

import type { Lexis, RuleEntry } from '../lexis.ts';
import { blockComment, lineComment } from '../rules/comments.ts';
import { phpHeredoc } from '../rules/heredocs.ts';
import { phpClosingTag, scanInlineHtml } from '../rules/php.ts';
import { directive, neverInC, neverInCsharp } from '../rules/preprocessor.ts';
import {
  backslashLine,
  cppRawString,
  csharpString,
  dartRawString,
  rustRawString,
  swiftRawString,
} from '../rules/rawStrings.ts';
import { slashRegex } from '../rules/ruby.ts';
import { rustDocAttribute } from '../rules/rust.ts';
import { scalaXml } from '../rules/scalaXml.ts';
import {
  character,
  characterOrMark,
  interpolationBrackets,
  quoted,
  quotedWithPrefix,
  type StringSyntax,
} from '../rules/strings.ts';

const slashes = lineComment({ open: '//' });
const tripleSlashes = lineComment({ open: '//', doc: ['///'] });
const bangSlashes = lineComment({ open: '//', doc: ['///', '//!'] });
const block = blockComment({ open: '/*', close: '*/', doc: ['/**'] });
const nestedBlock = blockComment({ open: '/*', close: '*/', nested: true, doc: ['/**'] });
const bangBlock = blockComment({ open: '/*', close: '*/', doc: ['/**', '/*!'] });
const bangNestedBlock = blockComment({ open: '/*', close: '*/', nested: true, doc: ['/**', '/*!'] });

const doubleQuoted = quoted({ open: '"', close: '"', escape: '\\', multiline: false });
const singleQuoted = quoted({ open: "'", close: "'", escape: '\\', multiline: false });
const backquotedName = quoted({ open: '`', close: '`', escape: '', multiline: false });
const textBlock = quoted({
  open: '"""',
  close: '"""',
  escape: '\\',
  multiline: true,
  suspectsLetterAfter: true,
});

const dollarBrace = [{ open: '${', brackets: '{}' }];
const slashParenthesis = [{ open: '\\(', brackets: '()' }];
/** Kotlin and Scala: no escapes, but code. */
const dollarTextBlock: StringSyntax = {
  open: '"""',
  close: '"""',
  escape: '',
  multiline: true,
  interpolations: dollarBrace,
  suspectsLetterAfter: true,
};
const braces = interpolationBrackets('{}');

const cComments: readonly RuleEntry[] = [
  lineComment({ open: '//', doc: ['///', '//!'], continues: true }),
  bangBlock,
];

export const c: Lexis = {
  rules: [
    ...cComments,
    cppRawString(),
    doubleQuoted,
    character({ numbersHoldQuotes: true }),
    directive(neverInC),
  ],
  markup: 'doxygen',
  symbols: 'c',
};
/** Shaders, protocol buffers, Solidity, Verilog and others: only the comments matter. */
export const plainBraces: Lexis = {
  rules: [bangSlashes, bangBlock, doubleQuoted, singleQuoted],
  markup: 'doxygen',
  symbols: 'c',
};
export const java: Lexis = {
  rules: [slashes, block, textBlock, doubleQuoted, character()],
  markup: 'javadoc',
  symbols: 'java',
};
export const groovy: Lexis = {
  rules: [
    slashes,
    block,
    quoted({ open: "'''", close: "'''", escape: '\\', multiline: true }),
    quoted({ open: '"""', close: '"""', escape: '\\', multiline: true, interpolations: dollarBrace }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false, interpolations: dollarBrace }),
    singleQuoted,
    braces,
    slashRegex(),
  ],
  markup: 'javadoc',
  symbols: 'java',
};
export const csharp: Lexis = {
  rules: [tripleSlashes, block, csharpString(), character(), braces, directive(neverInCsharp)],
  markup: 'xmldoc',
  symbols: 'csharp',
};
export const go: Lexis = {
  rules: [
    slashes,
    blockComment({ open: '/*', close: '*/' }),
    doubleQuoted,
    character(),
    quoted({ open: '`', close: '`', escape: '', multiline: true, suspectsLetterAfter: true }),
  ],
  markup: 'plain',
  symbols: 'go',
};
export const rust: Lexis = {
  rules: [
    bangSlashes,
    bangNestedBlock,
    rustDocAttribute(),
    rustRawString(),
    quoted({ open: '"', close: '"', escape: '\\', multiline: true, suspectsLetterAfter: true }),
    characterOrMark(),
  ],
  markup: 'rustdoc',
  symbols: 'rust',
};
export const swift: Lexis = {
  rules: [
    tripleSlashes,
    nestedBlock,
    swiftRawString(),
    quoted({
      open: '"""',
      close: '"""',
      escape: '',
      multiline: true,
      interpolations: slashParenthesis,
      suspectsLetterAfter: true,
    }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false, interpolations: slashParenthesis }),
    interpolationBrackets('()'),
  ],
  markup: 'plain',
  symbols: 'swift',
};
export const kotlin: Lexis = {
  rules: [
    slashes,
    nestedBlock,
    quoted(dollarTextBlock),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false, interpolations: dollarBrace }),
    character(),
    backquotedName,
    braces,
  ],
  markup: 'javadoc',
  symbols: 'kotlin',
};
export const scala: Lexis = {
  rules: [
    slashes,
    nestedBlock,
    scalaXml(),
    quotedWithPrefix(dollarTextBlock),
    quotedWithPrefix({ open: '"', close: '"', escape: '\\', multiline: false, interpolations: dollarBrace }),
    characterOrMark(),
    backquotedName,
    braces,
  ],
  markup: 'javadoc',
  symbols: 'scala',
};
export const dart: Lexis = {
  rules: [
    tripleSlashes,
    nestedBlock,
    dartRawString(),
    quoted({
      open: "'''",
      close: "'''",
      escape: '\\',
      multiline: true,
      interpolations: dollarBrace,
      suspectsLetterAfter: true,
    }),
    quoted({
      open: '"""',
      close: '"""',
      escape: '\\',
      multiline: true,
      interpolations: dollarBrace,
      suspectsLetterAfter: true,
    }),
    quoted({ open: "'", close: "'", escape: '\\', multiline: false, interpolations: dollarBrace }),
    quoted({ open: '"', close: '"', escape: '\\', multiline: false, interpolations: dollarBrace }),
    braces,
  ],
  markup: 'rustdoc',
  symbols: 'dart',
};
export const zig: Lexis = {
  rules: [bangSlashes, backslashLine(), doubleQuoted, character()],
  markup: 'plain',
  symbols: 'zig',
};
export const php: Lexis = {
  rules: [
    lineComment({ open: '//', until: '?>' }),
    lineComment({ open: '#', notBefore: '[', until: '?>' }),
    block,
    phpHeredoc(),
    phpClosingTag(),
    quoted({
      open: '"',
      close: '"',
      escape: '\\',
      multiline: true,
      interpolations: [{ open: '{$', brackets: '{}' }],
      suspectsLetterAfter: true,
    }),
    quoted({ open: "'", close: "'", escape: '\\', multiline: true, suspectsLetterAfter: true }),
    quoted({ open: '`', close: '`', escape: '\\', multiline: true }),
    braces,
  ],
  markup: 'javadoc',
  symbols: 'php',
  outermost: scanInlineHtml,
};
export const css: Lexis = {
  rules: [blockComment({ open: '/*', close: '*/', doc: ['/**'] }), doubleQuoted, singleQuoted],
  markup: 'plain',
  symbols: 'css',
};
