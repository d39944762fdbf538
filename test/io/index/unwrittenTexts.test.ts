import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { extractPassages, languageOfPath } from '../../../server/src/engine/engine.ts';
import { type ReadFile, toFileChange } from '../../../server/src/engine/index/fileReading.ts';
import { createPassagePacker } from '../../../server/src/engine/index/packedPassages.ts';
import { createUnwrittenTexts } from '../../../server/src/engine/index/unwrittenTexts.ts';
import type { IndexStorage, PlaceFilter } from '../../../server/src/engine/storage.ts';
import { openInMemory } from '../../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../../server/src/io/sqliteDriver.ts';

/** Our own sources, read by two readers as two threads do it. */
function readSources(): readonly ReadFile[] {
  const root = path.resolve(import.meta.dirname, '../../../server/src/engine');
  const packers = [createPassagePacker(), createPassagePacker()];
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const read = names.sort().map((name, number): ReadFile => {
    const text = readFileSync(path.join(root, name), 'utf8');
    const language = languageOfPath(name)!;
    const { passages } = extractPassages({ id: name, language, version: 0, text });
    const file = name.split(path.sep).join('/');
    return { file, stamp: '1', hash: '1', passages: packers[number % 2]!.pack(text, passages) };
  });
  // The same texts under other names, and in another script.
  const others = [
    '// Opens the file lock.\nfunction openLock() {}\n',
    '// Opens the file lock.\nfunction takeLockOfFile() {}\n',
    '// 文件锁防止两个窗口同时写入索引\nconst x = 1;\n// 锁文件\nconst y = 2;\n',
  ].map((text, number): ReadFile => {
    const { passages } = extractPassages({ id: 'o', language: 'typescript', version: 0, text });
    return {
      file: `other/${number}.ts`,
      stamp: '1',
      hash: '1',
      passages: packers[number % 2]!.pack(text, passages),
    };
  });
  return [...read, ...others];
}

const files = readSources();

async function openBoth(): Promise<{ readonly stored: IndexStorage; readonly unwritten: IndexStorage }> {
  const { storage: stored } = openInMemory(loadSqliteDriver());
  await stored.writeFiles(files.map(toFileChange));
  const unwritten = createUnwrittenTexts();
  for (const file of files) unwritten.add(file);
  assert.equal(unwritten.passageCount, (await stored.counts(undefined, undefined)).passages);
  return { stored, unwritten: unwritten.over(stored) };
}

/** Scores with the texts that have them: equal ones may stand in any order. */
async function rank(storage: IndexStorage, tokens: readonly string[], filter?: PlaceFilter) {
  const found = await storage.searchWords({ tokens, count: 10_000, filter });
  const texts = await storage.texts(found.map(({ id }) => id));
  const rows = texts.map(({ textHash, places, names }, index) => {
    const { score } = found[index]!;
    return {
      score: score.toFixed(9),
      textHash,
      places: places.map(({ file, line }) => `${file}:${line}`),
      names,
    };
  });
  return rows.sort((left, right) => (left.textHash < right.textHash ? -1 : 1));
}

const queries: readonly (readonly string[])[] = [
  ['file'],
  ['passag', 'text', 'model'],
  ['vector', 'matrix', 'row', 'scan'],
  ['lock', 'file'],
  ['takelockoffil', 'openlock'],
  ['锁*'],
  ['锁*', '锁文', '文件'],
  ['nothingsaysthi'],
];

describe('texts that are read and not yet stored', () => {
  it('are found with the scores that SQLite gives them', async () => {
    const { stored, unwritten } = await openBoth();
    for (const tokens of queries) {
      const expected = await rank(stored, tokens);
      assert.deepEqual(await rank(unwritten, tokens), expected, tokens.join(' '));
      if (tokens[0] !== 'nothingsaysthi') assert.ok(expected.length > 0, tokens.join(' '));
      const plain = tokens.filter((token) => !token.endsWith('*'));
      assert.deepEqual(await unwritten.countTokens(plain), await stored.countTokens(plain));
    }
  });

  it('come in the same order, the best first', async () => {
    const { stored, unwritten } = await openBoth();
    for (const tokens of queries) {
      const scores = async (storage: IndexStorage) =>
        (await storage.searchWords({ tokens, count: 20, filter: undefined })).map(({ score }) =>
          score.toFixed(9),
        );
      assert.deepEqual(await scores(unwritten), await scores(stored), tokens.join(' '));
    }
  });

  it('meet filters as stored ones do', async () => {
    const { stored, unwritten } = await openBoth();
    const filters: readonly PlaceFilter[] = [
      { paths: ['index/'] },
      { paths: ['other/*.ts'], languages: ['typescript'] },
      { notPaths: ['model/'], kinds: ['doc'] },
      { files: ['other/1.ts'] },
      { languages: ['go'] },
      { labels: [{ task: 'debt', name: 'design', notName: undefined }] },
    ];
    for (const filter of filters) {
      assert.deepEqual(
        await rank(unwritten, ['file', 'text'], filter),
        await rank(stored, ['file', 'text'], filter),
      );
      const hashes = async (storage: IndexStorage) =>
        (await storage.texts([...(await storage.textsWhere(filter, 10))])).map(({ textHash }) => textHash);
      assert.deepEqual(await hashes(unwritten), await hashes(stored));
    }
    const [one] = await unwritten.texts([3]);
    assert.equal(await unwritten.findText(one!.textHash), 3);
    assert.equal(await unwritten.findText('nothing'), undefined);
  });
});
