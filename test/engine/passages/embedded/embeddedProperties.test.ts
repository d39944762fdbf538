// Holds the readers of embedded formats to their contract on any text: total, in order, exact maps, linear time.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  type EmbeddedFormat,
  extractEmbedded,
} from '../../../../server/src/engine/passages/embedded/extractEmbedded.ts';
import { extractPassages } from '../../../../server/src/engine/passages/extractPassages.ts';
import type { Extraction } from '../../../../server/src/engine/passages/passage.ts';
import { checkExtraction, checkOwnLines } from '../../../support/checkExtraction.ts';
import { cpuTimeMs } from '../../../support/cpuTime.ts';

const markupFormats: readonly EmbeddedFormat[] = ['html', 'xml', 'vue', 'svelte', 'astro'];

const pieces = [
  ...[
    '<p>',
    '</p>',
    '<b>',
    '</b>',
    '<li>',
    '<ul>',
    '</ul>',
    '<h1>',
    '</h1>',
    '<table>',
    '<tr>',
    '<td>',
    '</table>',
    '<pre>',
  ],
  ...[
    '</pre>',
    '<br>',
    '<script>',
    '<script lang="ts">',
    '</script>',
    '<style>',
    '</style>',
    '<!-- ',
    '-->',
    '<!DOCTYPE html>',
  ],
  ...[
    '<a title="x > y">',
    "<a b='",
    '<![CDATA[',
    ']]>',
    '<?x ',
    '?>',
    '&amp;',
    '&#x1F600;',
    '// js\n',
    '/* css */',
    '---\n',
  ],
  ...[
    'word',
    'two words',
    'é',
    '😀',
    '中文',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '<',
    '>',
    '"',
    '<code>',
    '</code>',
    '<title>',
    '\ufeff',
  ],
];

const notebookPieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\n',
    '"cells":[',
    '{"cell_type":"code","source":[',
    '"# a\\n",',
    '"x = 1"',
  ],
  ...[
    ']},',
    '{"cell_type":"markdown","source":"# T\\n\\ntext \\u00e9 \\"q\\""},',
    '"metadata":{"kernelspec":{"language":"python"}}',
  ],
  ...[
    '"source":',
    '"\\"\\"\\"doc\\"\\"\\"\\n"',
    'null',
    '1.5e3',
    '<<<<<<< HEAD\n',
    '\\ud83d\\ude00',
    '😀',
    '\r\n',
    '"worksheets":[',
  ],
];

function extract(text: string, format: EmbeddedFormat): Extraction {
  const language = format === 'notebook' ? 'json' : format;
  return extractEmbedded({ id: 'a', language, version: 1, text }, format, extractPassages);
}

describe('extractEmbedded on any text', () => {
  for (const format of markupFormats) {
    it(`keeps the contract of passages in ${format}`, () => {
      const markup = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((list) => list.join(''));
      fc.assert(
        fc.property(fc.oneof(markup, fc.string({ unit: 'binary', maxLength: 100 })), (text) => {
          const extraction = extract(text, format);
          checkExtraction(text, extraction);
          checkOwnLines(text, extraction);
        }),
        { numRuns: 1000 },
      );
    });
  }

  it('keeps the contract of passages in broken notebooks', () => {
    const wild = fc.array(fc.constantFrom(...notebookPieces), { maxLength: 60 }).map((list) => list.join(''));
    fc.assert(
      fc.property(wild, (text) => checkExtraction(text, extract(text, 'notebook'))),
      { numRuns: 2000 },
    );
  });

  it('keeps the contract of passages in notebooks with any cells', () => {
    const line = fc.oneof(
      fc.constantFrom('# a "b"\n', '"""doc\\n"""\n', '# é 😀\n', '\n', '- x\n', '# T\n'),
      fc.string(),
    );
    const cell = fc.record({
      cell_type: fc.constantFrom('code', 'markdown', 'raw'),
      source: fc.oneof(
        fc.array(line),
        fc.array(line).map((lines) => lines.join('')),
      ),
    });
    fc.assert(
      fc.property(fc.array(cell), fc.constantFrom(undefined, 1), (cells, indent) => {
        const text = JSON.stringify(
          { cells, metadata: { language_info: { name: 'python' } } },
          undefined,
          indent,
        );
        const extraction = extract(text, 'notebook');
        checkExtraction(text, extraction);
        assert.ok(extraction.problems.every((problem) => problem.code !== 'brokenNotebook'));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same texts for LF and CRLF in HTML', () => {
    const lines = pieces.filter((piece) => !/[\r\ufeff]/.test(piece));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (list) => {
        const text = list.join('');
        assert.deepEqual(
          getTexts(extract(text.replaceAll('\n', '\r\n'), 'html')),
          getTexts(extract(text, 'html')),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('reads hostile markup of 300,000 characters in linear time', () => {
    const seeds = [
      '<',
      '<!--',
      '<!-- x -->',
      '<a ',
      '<a b="',
      "<a b='x",
      '<div>',
      '<p><li>',
      '</p>',
      '<script>',
      '<script></script>',
      '<![CDATA[',
      '<!x',
      '<!x "',
      '<?',
      '<%',
      '<table><tr><td>a',
      '<pre>',
      '&',
      '&amp;',
      ' ',
      '<b>',
      'a<br>',
    ];
    for (const seed of seeds) checkLinear(seed.repeat(Math.ceil(300_000 / seed.length)), 'html', seed);
  }).timeout(60_000);

  it('reads hostile notebooks of 300,000 characters in linear time', () => {
    const seeds = [
      '[',
      '{',
      '{"cells":[',
      '"',
      '\\',
      '"\\',
      '"a":',
      '{"cells":[{"source":["',
      'x\n',
      ',',
      '{"cell_type":"code","source":"#\\n"},',
    ];
    for (const seed of seeds) {
      checkLinear(seed.repeat(Math.ceil(300_000 / seed.length)), 'notebook', seed);
      checkLinear(`{"cells":[${seed.repeat(Math.ceil(300_000 / seed.length))}`, 'notebook', seed);
    }
  }).timeout(60_000);
});

function checkLinear(text: string, format: EmbeddedFormat, name: string): void {
  const startedMs = cpuTimeMs();
  checkExtraction(text, extract(text, format));
  const elapsedMs = cpuTimeMs() - startedMs;
  assert.ok(elapsedMs < 5_000, `${JSON.stringify(name)} took ${Math.round(elapsedMs)} ms`);
}

function getTexts(extraction: Extraction): string[] {
  return extraction.passages.map(
    (passage) => `${passage.kind} ${passage.section.join('/')} ${passage.text.value}`,
  );
}
