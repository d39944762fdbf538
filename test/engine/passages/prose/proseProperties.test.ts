// Holds the prose readers to their contract on any text: total, in order, in range, exact maps, linear time.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Extraction } from '../../../../server/src/engine/passages/passage.ts';
import { extractProse, type ProseFormat } from '../../../../server/src/engine/passages/prose/extractProse.ts';
import { checkExtraction, checkOwnLines } from '../../../support/checkExtraction.ts';
import { cpuTimeMs } from '../../../support/cpuTime.ts';

const formats: readonly ProseFormat[] = ['markdown', 'restructuredText', 'asciidoc', 'plainText'];

const pieces = [
  ...[
    '# ',
    '## T\n',
    '- ',
    '1. ',
    '> ',
    '* ',
    '\n',
    '\n\n',
    '    ',
    '\t',
    '| a | b |\n',
    '|---|---|\n',
    '```\n',
    '---\n',
  ],
  ...[
    '<!-- ',
    ' -->',
    '<b>',
    '</b>',
    '[a](b)',
    '[x]: y\n',
    '![i](u)',
    '**',
    '_',
    '`',
    '``',
    '~~',
    '\\',
    '&amp;',
    '[^1]',
  ],
  ...[
    '.. note:: x\n',
    '.. code-block:: c\n\n',
    '..\n',
    '::\n\n',
    ':param x: y\n',
    '====\n',
    '+--+\n',
    '|a |\n',
    '== ==\n',
  ],
  ...[
    '//// \n',
    '////\n',
    '// c\n',
    '|===\n',
    '[source]\n',
    'a:: b\n',
    'NOTE: n\n',
    '<<x>>',
    'link:u[t]',
    ':role:`x`',
    '|s|_',
  ],
  ...['word', 'two words', 'é', '😀', '中文', '\r\n', '\r', '\ufeff', '\u00a0', '.', ' '],
];

function extract(text: string, format: ProseFormat): Extraction {
  return extractProse({ id: 'a', language: format, version: 1, text }, format);
}

describe('extractProse on any text', () => {
  for (const format of formats) {
    it(`keeps the contract of passages in ${format}`, () => {
      const markup = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((list) => list.join(''));
      fc.assert(
        fc.property(fc.oneof(markup, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
          const extraction = extract(text, format);
          checkExtraction(text, extraction);
          checkOwnLines(text, extraction);
        }),
        { numRuns: 1500 },
      );
    });

    it(`gives the same texts for LF, CRLF and a byte order mark in ${format}`, () => {
      const lines = pieces.filter((piece) => !/[\r\ufeff]/.test(piece));
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (list) => {
          const text = list.join('');
          const wanted = getTexts(extract(text, format));
          assert.deepEqual(getTexts(extract(text.replaceAll('\n', '\r\n'), format)), wanted);
          assert.deepEqual(getTexts(extract(`\ufeff${text}`, format)), wanted);
        }),
        { numRuns: 1000 },
      );
    });

    it(`reads hostile ${format} of 300,000 characters in linear time`, () => {
      const seeds = [
        '*',
        '[',
        '<!--',
        '<!-- x -->',
        '|',
        '`',
        '``a`',
        '_a',
        '> ',
        '- ',
        '](',
        '[a](',
        '<a ',
        '*a ',
        '**a _b ',
        '&',
        '![',
        '\n',
        ' ',
        '-',
        '=',
        '+',
        ':',
        '::',
        ':a',
        '. ',
        '.. ',
        '<',
        '<<a',
        'a_',
        '|a',
        '~~',
        '\\',
        '((',
        'a:b[',
        '# ',
        '- a\n',
        '> a\n',
        '  - a\n',
        '[a]: b\n',
        '====\n',
        '-+',
      ];
      for (const seed of seeds) {
        const text = seed.repeat(Math.ceil(300_000 / seed.length));
        const startedMs = cpuTimeMs();
        checkExtraction(text, extract(text, format));
        const elapsedMs = cpuTimeMs() - startedMs;
        assert.ok(elapsedMs < 5_000, `${JSON.stringify(seed)} took ${Math.round(elapsedMs)} ms`);
      }
    }).timeout(120_000);
  }
});

function getTexts(extraction: Extraction): string[] {
  return extraction.passages.map(
    (passage) => `${passage.kind} ${passage.section.join('/')} ${passage.text.value}`,
  );
}
