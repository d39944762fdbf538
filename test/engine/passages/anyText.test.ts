// Properties of extraction on arbitrary text: it never throws and keeps the invariants, in every code language.

import fc from 'fast-check';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/passages/extractPassages.ts';
import { knownLanguages, languageRow } from '../../../server/src/engine/passages/languages.ts';
import { checkComments } from './checkComments.ts';

/** Marks that open, close or hide something in one language or another. */
const marks = [
  '//',
  '/*',
  '*/',
  '/**',
  '#',
  '"',
  "'",
  '`',
  '"""',
  "'''",
  '${',
  '#{',
  '\\(',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '<',
  '>',
  '</',
  '/>',
  '<div',
  '=>',
  '--',
  '--[[',
  ']]',
  '{-',
  '-}',
  '#=',
  '=#',
  '=begin',
  '=end',
  '=cut',
  '<<EOF',
  '<<~EOF',
  'EOF',
  '<<<X',
  'R"(',
  ')"',
  'r#"',
  '"#',
  '@"',
  '$"',
  '$$',
  '%q(',
  '~s(',
  '#if 0',
  '#else',
  '#endif',
  '<?php',
  '?>',
  '|',
  ':',
  '-',
  '\\',
  '/',
  '%',
  '?',
  '!',
  'def f():',
  'class A {',
  'return',
  'x = 1',
  ' word ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '    ',
  '\ufeff',
  '😀',
  '中文',
  '\u2028',
  '====',
  '@param x',
  ':param x:',
  '<summary>',
  '{@link A}',
  '@doc ',
  ';',
  '__END__',
];

const source = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...marks) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

describe('extraction of any text', () => {
  for (const language of knownLanguages) {
    if (languageRow(language)?.reads !== 'code') continue;
    it(`never throws and keeps its invariants in ${language}`, () => {
      fc.assert(
        fc.property(source, (text) => {
          checkComments(text, extractPassages({ id: 'any', language, version: 1, text }));
        }),
        { numRuns: 300 },
      );
    });
  }

  it('gives nothing for a language that is not in the table', () => {
    const names = ['klingon', 'constructor', '__proto__', ''];
    for (const language of names) {
      const extraction = extractPassages({ id: 'x', language, version: 1, text: '// a' });
      if (extraction.passages.length + extraction.problems.length > 0)
        throw new Error(`${language} gave something`);
    }
  });
});
