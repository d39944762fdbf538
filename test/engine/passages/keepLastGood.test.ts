// Passages of a buffer that is being typed in: what a half-typed comment would swallow stays as it last was.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/passages/extractPassages.ts';
import { keepLastGood } from '../../../server/src/engine/passages/keepLastGood.ts';
import type { Extraction } from '../../../server/src/engine/passages/passage.ts';
import { checkExtraction } from '../../support/checkExtraction.ts';

/** Reads `marked` without what stands in «», then with it; answers what is kept, or undefined for a good text. */
function type(language: string, marked: string): { kept: Extraction | undefined; text: string } {
  const before = marked.replace(/«[^»]*»/g, '');
  const text = marked.replace(/[«»]/g, '');
  const file = { id: 'typed', language, version: 2, text };
  const good = { text: before, extraction: extractPassages({ ...file, text: before }) };
  const kept = keepLastGood(good, file, extractPassages(file), extractPassages);
  if (kept) checkExtraction(text, kept);
  return { kept, text };
}

function checkKept(language: string, marked: string, expected: readonly string[]): void {
  const { kept } = type(language, marked);
  assert.deepEqual(
    kept?.passages.map((one) => one.text.value),
    expected,
  );
}

function checkWhole(language: string, marked: string): void {
  assert.equal(type(language, marked).kept, undefined);
}

describe('keepLastGood', () => {
  it('an open block comment does not swallow what stands above the next end', () =>
    checkKept('typescript', 'a;\n«/* new»\nb; // one\n/* two */\nc; // three\n', [
      'new',
      'one',
      'two',
      'three',
    ]));

  it('an open doc comment leaves the next one its symbol', () => {
    const { kept, text } = type('java', '«/** Half»\nint a;\n\n/** Whole. */\nint b;\n');
    assert.deepEqual(
      kept?.passages.map((one) => [one.text.value, one.symbol?.name]),
      [
        ['Half', 'a'],
        ['Whole.', 'b'],
      ],
    );
    const { span } = kept.passages[1]!.symbol!;
    assert.equal(text.slice(span.start, span.end), 'b');
  });

  it('an open docstring does not turn the docstrings below inside out', () =>
    checkKept(
      'python',
      'def a():\n    «"""Half»\n    pass\n\ndef b():\n    """\n    Whole.\n    """\n\n# line\ndef c():\n    """\n    Last.\n    """\n',
      ['Half', 'Whole.', 'line', 'Last.'],
    ));

  it('an end that was deleted leaves the comments below alone', () => {
    const good = '/* one */\na;\n/* two */\nb; // three\n';
    const file = { id: 'a', language: 'c', version: 2, text: good.replace(' one */', ' one') };
    const read = { text: good, extraction: extractPassages({ ...file, text: good }) };
    const kept = keepLastGood(read, file, extractPassages(file), extractPassages);
    assert.deepEqual(
      kept?.passages.map((one) => one.text.value),
      ['one', 'two', 'three'],
    );
  });

  it('a region that is commented out in one edit is one comment', () =>
    checkWhole('c', 'a;\n«/* b; // one\n/ two */»\nc; // three\n'));

  it('an end typed first, and then the begin, is no theft', () =>
    checkWhole('typescript', 'a;\n«/*» b; // one\n*/\nc; // two\n'));

  it('comments that join when an empty line goes are good', () => {
    const good = '// one\n\n// two\n';
    const file = { id: 'a', language: 'go', version: 2, text: '// one\n// two\n' };
    const read = { text: good, extraction: extractPassages({ ...file, text: good }) };
    assert.equal(keepLastGood(read, file, extractPassages(file), extractPassages), undefined);
  });

  it('paragraphs that join are good', () => {
    const good = 'One.\n\nTwo.\n\nThree.\n';
    const file = { id: 'a', language: 'markdown', version: 2, text: 'One.\nTwo.\n\nThree.\n' };
    const read = { text: good, extraction: extractPassages({ ...file, text: good }) };
    assert.equal(keepLastGood(read, file, extractPassages(file), extractPassages), undefined);
  });

  it('a problem that was always there keeps nothing old', () =>
    checkWhole('c', 'x = "open\n«// one\n»// two\n'));

  it('holds the contract of an extraction after any edit of any text', () => {
    const piece = fc.constantFrom(
      '/*',
      '*/',
      '//',
      '"""',
      '`',
      '"',
      "'",
      '\n',
      'def f():\n',
      ' a ',
      '#',
      '»',
    );
    const source = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    const language = fc.constantFrom('typescript', 'python', 'rust', 'c', 'ruby', 'markdown', 'html');
    fc.assert(
      fc.property(language, source, source, fc.nat(), fc.nat(), (id, good, typed, a, b) => {
        const from = a % (good.length + 1);
        const to = Math.min(good.length, from + (b % 6));
        const text = good.slice(0, from) + typed + good.slice(to);
        const file = { id: 'any', language: id, version: 2, text };
        const read = { text: good, extraction: extractPassages({ ...file, text: good }) };
        const kept = keepLastGood(read, file, extractPassages(file), extractPassages);
        if (kept) checkExtraction(text, kept);
      }),
      { numRuns: 500 },
    );
  });
});
