// Golden output for every fixture whose language is prose or holds other languages. Fixtures are discovered:
// test/fixtures/passages/<language id>/<case>.<ext> beside <case>.<ext>.golden.json.
// UPDATE_GOLDEN=1 writes missing and changed golden files; read the difference before you commit it.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../../server/src/engine/passages/extractPassages.ts';
import { languageRow } from '../../../../server/src/engine/passages/languages.ts';
import type { Extraction, Passage } from '../../../../server/src/engine/passages/passage.ts';
import { sliceSpan } from '../../../../server/src/engine/text/span.ts';
import { checkExtraction } from '../../../support/checkExtraction.ts';

const root = path.join(import.meta.dirname, '../../../fixtures/passages');

describe('fixtures of prose and embedded languages', () => {
  const languages = readdirSync(root).filter(
    (language) => !['code', undefined].includes(languageRow(language)?.reads),
  );
  assert.ok(languages.length > 0, `no fixtures in ${root}`);
  for (const language of languages) {
    for (const name of readdirSync(path.join(root, language))) {
      if (name.endsWith('.golden.json')) continue;
      const fileName = path.join(root, language, name);
      it(`reads ${language}/${name} as its golden file says`, () => checkGolden(language, fileName));
      it(`reads ${language}/${name} in pieces without losing the contract`, () =>
        checkMutations(language, fileName));
      it(`reads ${language}/${name} the same with other line endings`, () =>
        checkLineEndings(language, fileName));
    }
  }
});

function checkGolden(language: string, fileName: string): void {
  const text = readFileSync(fileName, 'utf8');
  const extraction = extractPassages({ id: path.basename(fileName), language, version: 1, text });
  checkExtraction(text, extraction);
  const goldenName = `${fileName}.golden.json`;
  const actual = toGolden(text, extraction);
  if (process.env.UPDATE_GOLDEN === '1')
    writeFileSync(goldenName, `${JSON.stringify(actual, undefined, 2)}\n`);
  assert.ok(existsSync(goldenName), `${goldenName} is missing: write it with UPDATE_GOLDEN=1 and read it`);
  assert.deepEqual(actual, JSON.parse(readFileSync(goldenName, 'utf8')));
}

/** Cuts the text in three places and puts the parts together in any order, as half-typed files are. */
function checkMutations(language: string, fileName: string): void {
  const text = readFileSync(fileName, 'utf8');
  const cut = fc.nat({ max: text.length });
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 });
  fc.assert(
    fc.property(fc.tuple(cut, cut, cut), order, (cuts, wanted) => {
      const [a, b, c] = [...cuts].sort((left, right) => left - right) as [number, number, number];
      const parts = [text.slice(0, a), text.slice(a, b), text.slice(b, c), text.slice(c)];
      const mutated = wanted.map((index) => parts[index]).join('');
      checkExtraction(mutated, extractPassages({ id: fileName, language, version: 1, text: mutated }));
    }),
    { numRuns: 150 },
  );
}

function checkLineEndings(language: string, fileName: string): void {
  const text = readFileSync(fileName, 'utf8').replaceAll('\r\n', '\n');
  const read = (source: string) =>
    extractPassages({ id: fileName, language, version: 1, text: source }).passages.map(
      (passage) => passage.text.value,
    );
  assert.deepEqual(read(text.replaceAll('\n', '\r\n')), read(text));
}

function toGolden(text: string, extraction: Extraction): unknown {
  return {
    passages: extraction.passages.map((passage) => toGoldenPassage(text, passage)),
    problems: extraction.problems.map(({ code, span }) => ({ code, source: sliceSpan(text, span) })),
  };
}

function toGoldenPassage(text: string, passage: Passage): unknown {
  const { kind, language, section, symbol, tags } = passage;
  return {
    kind,
    language,
    text: passage.text.value,
    source: sliceSpan(text, passage.span),
    ...(section.length > 0 ? { section } : {}),
    ...(symbol ? { symbol: { name: symbol.name, kind: symbol.kind, signature: symbol.signature } } : {}),
    ...(tags.length > 0 ? { tags: tags.map((tag) => `${tag.name}: ${sliceSpan(text, tag.span)}`) } : {}),
  };
}
