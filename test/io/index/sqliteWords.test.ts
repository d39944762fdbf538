import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { createTables, wordRanking } from '../../../server/src/io/index/sqliteSchema.ts';
import { createSqliteWords } from '../../../server/src/io/index/sqliteWords.ts';
import { loadSqliteDriver } from '../../../server/src/io/sqliteDriver.ts';
import { createRandom } from '../../engine/index/randomVectors.ts';

const noLimits = { frequentShare: 1, frequentCount: 1e9, costlyCount: 1e9 };
const textCount = 30_000;
const wanted = 50;

describe('words of many texts', function () {
  this.timeout(60_000);
  const random = createRandom(31);
  const database = loadSqliteDriver().open(':memory:');
  createTables(database);
  const words = createSqliteWords(database, noLimits);

  /** Zipf's law: the word of rank r is as frequent as 1 / r. */
  const makeText = (length: number) =>
    Array.from({ length }, () => `w${Math.floor(2000 ** random())}`).join(' ');

  before(() => {
    database.exec('BEGIN');
    for (let id = 1; id <= textCount; id++) {
      const text = makeText(10 + Math.floor(12 * random()));
      database.prepare("INSERT INTO texts (hash, body, names) VALUES (?, '', '')").run(String(id));
      words.add(id, { words: text, names: '', lead: text.split(' ').slice(0, 4).join(' ') });
    }
    database.exec('COMMIT');
  });

  const exact = (tokens: readonly string[]) =>
    database
      .prepare(
        `SELECT rowid AS id, -${wordRanking} AS score FROM words WHERE words MATCH ? ORDER BY score DESC LIMIT ?`,
      )
      .all(tokens.join(' OR '), wanted) as { id: number; score: number }[];

  it('gives the scores that asking for any of them at once gives', async () => {
    for (let round = 0; round < 40; round++) {
      // Two that are frequent, and others.
      const tokens = [...new Set(`w${1 + (round % 4)} w${5 + (round % 9)} ${makeText(3)}`.split(' '))];
      const found = await words.search({ tokens, count: wanted, filter: undefined });
      const expected = exact(tokens);
      assert.equal(found.length, expected.length);
      for (const [index, { id, score }] of found.entries()) {
        const other = expected[index]!;
        assert.ok(
          Math.abs(score - other.score) < 1e-9,
          `${tokens}: ${index}. ${id} has ${score}, not ${other.score}`,
        );
      }
    }
  });

  it('one that nearly every text holds is looked for among the newest, and further back where these are too few', async () => {
    const later = await words.search({ tokens: ['w1'], count: wanted, filter: undefined });
    assert.ok(later.length === wanted && later.every(({ id }) => id > 1000), `${later.length}`);
    const inFirstFile = { tokens: ['w1'], count: wanted, filter: { paths: ['first.go'] } };
    database.exec("INSERT INTO files (path, stamp, hash) VALUES ('first.go', '', '')");
    database.exec(`INSERT INTO places (file, ordinal, text, start, end, line, endLine, kind, language)
      SELECT 1, id, id, 0, 1, 1, 1, 'line', 'go' FROM texts WHERE id <= 100`);
    const earlier = await words.search(inFirstFile);
    assert.ok(earlier.length > 10 && earlier.every(({ id }) => id <= 100), `${earlier.length}`);
  });
});
