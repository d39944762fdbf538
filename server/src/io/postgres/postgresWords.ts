// Lexical search in PostgreSQL: the same BM25 as SQLite's FTS5, computed over a table of tokens, so that a passage has
// the same score in either store. In: tokens as engine/index/searchWords.ts makes them. Out: ids with scores.

import { chooseTokens, searchChosen, type TokenCount, tokenLimits } from '../../engine/index/chooseTokens.ts';
import type { LexicalQuery, NewPassage, TextScore, TokenCounts } from '../../engine/storage.ts';
import type { SqlClient } from './postgresClient.ts';
import { toSqlCondition } from './postgresFilter.ts';

/** What a token counts in the text, in the names, and once more in the first sentence; see sqliteSchema.ts. */
const columnWeights = { words: 1, names: 1.5, lead: 1 } as const;

const k1 = 1.2;
const b = 0.75;

/** Above this, counting every text for each query would cost more than the query. */
const estimatedFrom = 20_000;
/** Texts whose mean length stands for that of all; they lie on some of the table's pages, always the same. */
const sampledTexts = 5000;

export interface WeighedText {
  readonly frequencies: ReadonlyMap<string, number>;
  /** Tokens in all columns. */
  readonly length: number;
}

export function weighTokens(passage: Pick<NewPassage, 'words' | 'names' | 'lead'>): WeighedText {
  const frequencies = new Map<string, number>();
  let length = 0;
  for (const [column, weight] of Object.entries(columnWeights)) {
    for (const token of passage[column as keyof typeof columnWeights].split(' ')) {
      if (token === '') continue;
      frequencies.set(token, (frequencies.get(token) ?? 0) + weight);
      length++;
    }
  }
  return { frequencies, length };
}

export async function writeWords(
  client: SqlClient,
  texts: readonly { readonly id: number; readonly weighed: WeighedText }[],
): Promise<void> {
  const rows = texts.flatMap(({ id, weighed }) =>
    [...weighed.frequencies].map(([token, frequency]) => ({ id, token, frequency })),
  );
  await client.query(
    `INSERT INTO marginalia.words (token, text, frequency) SELECT * FROM unnest($1::text[], $2::integer[], $3::real[])
      ON CONFLICT (token, text) DO UPDATE SET frequency = excluded.frequency`,
    [rows.map(({ token }) => token), rows.map(({ id }) => id), rows.map(({ frequency }) => frequency)],
  );
}

export async function searchWords(
  client: SqlClient,
  folder: number,
  space: number,
  { tokens, count, filter }: LexicalQuery,
): Promise<readonly TextScore[]> {
  const totals = await readTotals(client);
  if (totals.texts === 0) return [];
  const chosen = chooseTokens(await countTokens(client, tokens), totals.texts, tokenLimits);
  return await searchChosen(chosen, count, (some, isAll) => {
    const values: unknown[] = [];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const matches = some.map((token) => {
      const where = token.endsWith('*')
        ? `token >= ${bind(token.slice(0, -1))} AND token < ${bind(`${token.slice(0, -1)}\u{10FFFF}`)}`
        : `token = ${bind(token)}`;
      return `SELECT text, sum(frequency)::float8 AS f, count(*) OVER () AS hits FROM marginalia.words WHERE ${where} GROUP BY text`;
    });
    const condition = toSqlCondition({ folder, space, filter, bind });
    const rows = bind(totals.texts);
    const mean = bind(totals.meanLength);
    return client.query<TextScore>(
      `SELECT texts.id AS id, sum(CASE WHEN ${rows}::float8 > 2 * hits THEN ln((${rows}::float8 - hits + 0.5) / (hits + 0.5)) ELSE 1e-6 END
          * f * ${k1 + 1} / (f + ${k1} * (${1 - b} + ${b} * texts.length / ${mean}::float8)))::float8 AS score
        FROM (${matches.join(' UNION ALL ')}) AS matched JOIN marginalia.texts ON texts.id = matched.text
        WHERE ${condition} GROUP BY texts.id ${isAll ? `HAVING count(*) = ${some.length}` : ''}
        ORDER BY score DESC, id LIMIT ${bind(count)}`,
      values,
    );
  });
}

/** Over the texts of the whole team. */
export async function countTexts(client: SqlClient, tokens: readonly string[]): Promise<TokenCounts> {
  const { texts } = await readTotals(client);
  const whole = new Map((await countTokens(client, tokens)).map(({ token, count }) => [token, count]));
  const counts: number[] = [];
  for (const token of tokens) {
    counts.push(token.endsWith('*') ? await countBeginning(client, token.slice(0, -1)) : whole.get(token)!);
  }
  return { texts, counts };
}

/** Of the commonest token that begins so, as in sqliteWords.ts. */
async function countBeginning(client: SqlClient, beginning: string): Promise<number> {
  const [row] = await client.query<{ count: number }>(
    `SELECT coalesce(max(count), 0)::integer AS count FROM (SELECT count(*) AS count FROM marginalia.words
      WHERE token >= $1 AND token < $2 GROUP BY token) AS counted`,
    [beginning, `${beginning}\u{10FFFF}`],
  );
  return row!.count;
}

async function countTokens(client: SqlClient, tokens: readonly string[]): Promise<readonly TokenCount[]> {
  const whole = tokens.filter((token) => !token.endsWith('*'));
  const rows = await client.query<{ token: string; count: number }>(
    'SELECT token, count(*)::integer AS count FROM marginalia.words WHERE token = ANY($1) GROUP BY token',
    [whole],
  );
  const counts = new Map(rows.map(({ token, count }) => [token, count]));
  return [...new Set(tokens)].map((token) => ({ token, count: counts.get(token) ?? 0 }));
}

async function readTotals(client: SqlClient): Promise<{ texts: number; meanLength: number }> {
  const [estimate] = await client.query<{ texts: number }>(
    "SELECT reltuples::float8 AS texts FROM pg_class WHERE oid = 'marginalia.texts'::regclass",
  );
  const known = estimate?.texts ?? 0;
  const isLarge = known > estimatedFrom;
  const percent = ((100 * sampledTexts) / known).toFixed(6);
  const [row] = await client.query<{ texts: number; mean: number }>(
    `SELECT count(*)::float8 AS texts, coalesce(avg(length), 1)::float8 AS mean FROM marginalia.texts
      ${isLarge ? `TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)` : ''}`,
  );
  return { texts: isLarge ? known : row!.texts, meanLength: row!.mean };
}
