// Golden output for every fixture whose language is code. Fixtures are discovered:
// test/fixtures/passages/<language id>/<case>.<ext> beside <case>.<ext>.golden.json.
// UPDATE_GOLDEN=1 writes missing and changed golden files; read the difference before you commit it.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/passages/extractPassages.ts';
import { languageRow } from '../../../server/src/engine/passages/languages.ts';
import type { Extraction } from '../../../server/src/engine/passages/passage.ts';
import { sliceSpan } from '../../../server/src/engine/text/span.ts';
import { checkComments } from './checkComments.ts';

const root = path.join(import.meta.dirname, '../../fixtures/passages');

describe('fixtures of code', () => {
  const languages = readdirSync(root).filter((language) => languageRow(language)?.reads === 'code');
  assert.ok(languages.length >= 30, `too few fixtures in ${root}`);
  for (const language of languages) {
    for (const name of readdirSync(path.join(root, language))) {
      if (name.endsWith('.golden.json')) continue;
      const fileName = path.join(root, language, name);
      it(`reads ${language}/${name} as its golden file says`, () => checkGolden(language, fileName));
      it(`reads ${language}/${name} the same with other line endings`, () =>
        checkLineEndings(language, fileName));
      it(`reads every half-typed state of ${language}/${name} without losing the contract`, () =>
        checkHalfTyped(language, fileName));
    }
  }
});

function extract(language: string, text: string): Extraction {
  const extraction = extractPassages({ id: 'fixture', language, version: 1, text });
  checkComments(text, extraction);
  return extraction;
}

function checkGolden(language: string, fileName: string): void {
  const text = readFileSync(fileName, 'utf8');
  const goldenName = `${fileName}.golden.json`;
  const actual = toGolden(text, extract(language, text));
  if (process.env.UPDATE_GOLDEN === '1' && !process.env.CI) {
    writeFileSync(goldenName, `${JSON.stringify(actual, undefined, 1)}\n`);
  }
  assert.ok(existsSync(goldenName), `${goldenName} is missing: write it with UPDATE_GOLDEN=1 and read it`);
  assert.deepEqual(actual, JSON.parse(readFileSync(goldenName, 'utf8')));
}

function checkLineEndings(language: string, fileName: string): void {
  const text = readFileSync(fileName, 'utf8').replaceAll('\r\n', '\n');
  const values = (source: string) => extract(language, source).passages.map((passage) => passage.text.value);
  assert.deepEqual(values(text.replaceAll('\n', '\r\n')), values(text));
}

/** Cuts a stretch out of the file, as an edit in progress does. */
function checkHalfTyped(language: string, fileName: string): void {
  const text = readFileSync(fileName, 'utf8');
  const offset = fc.nat({ max: text.length });
  fc.assert(
    fc.property(offset, offset, (a, b) => {
      extract(language, text.slice(0, Math.min(a, b)) + text.slice(Math.max(a, b)));
    }),
    { numRuns: 100 },
  );
}

function toGolden(text: string, extraction: Extraction): unknown {
  return {
    passages: extraction.passages.map((passage) => ({
      kind: passage.kind,
      ...(passage.ownLine ? {} : { ownLine: false }),
      text: passage.text.value,
      source: sliceSpan(text, passage.span),
      ...(passage.symbol
        ? { symbol: `${passage.symbol.kind} ${passage.symbol.name}`, signature: passage.symbol.signature }
        : {}),
      ...(passage.tags.length > 0
        ? { tags: passage.tags.map((tag) => `${tag.name}: ${sliceSpan(text, tag.span)}`) }
        : {}),
    })),
    problems: extraction.problems.map(({ code, span }) => ({ code, source: sliceSpan(text, span) })),
  };
}
