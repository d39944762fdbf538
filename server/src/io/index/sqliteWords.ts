// Lexical search over FTS5: which texts hold some of the tokens, the rarest tokens counting most (BM25).
// In: tokens as engine/index/searchWords.ts makes them. Out: ids with scores, greater is better.

import {
  chooseTokens,
  searchChosen,
  type TokenCount,
  type TokenLimits,
} from '../../engine/index/chooseTokens.ts';
import { searchAnyOf } from '../../engine/index/searchAnyOf.ts';
import type { LexicalQuery, NewPassage, TextScore, TokenCounts } from '../../engine/storage.ts';
import type { SqlDatabase } from '../sqliteDriver.ts';
import { type SqlFilter, toSqlFilter } from './placeFilter.ts';
import { wordRanking } from './sqliteSchema.ts';
import { createStatementCache } from './sqliteVectors.ts';

export type PassageTokens = Pick<NewPassage, 'words' | 'names' | 'lead'>;

export interface SqliteWords {
  add(id: number, tokens: PassageTokens): void;
  replace(id: number, tokens: PassageTokens): void;
  /** `ids` is SQL for a list of ids. */
  removeAll(ids: string): void;
  search(query: LexicalQuery): Promise<readonly TextScore[]>;
  count(tokens: readonly string[]): TokenCounts;
}

export function createSqliteWords(database: SqlDatabase, limits: TokenLimits): SqliteWords {
  const prepare = createStatementCache(database);
  /** Texts per token: walking a long list for each query would cost as much as the query itself. */
  const counts = new Map<string, number>();
  let countedAt = 0;

  function textCount(): number {
    const row = prepare('SELECT coalesce(max(id), 0) AS n FROM texts').get() as { n: number };
    if (Math.abs(row.n - countedAt) > countedAt / 20) {
      counts.clear();
      countedAt = row.n;
    }
    return row.n;
  }

  function countOf(token: string): number {
    let count = counts.get(token);
    if (count === undefined) {
      count = token.endsWith('*') ? countBeginning(token.slice(0, -1)) : countWhole(token);
      counts.set(token, count);
    }
    return count;
  }

  function countWhole(token: string): number {
    const row = prepare('SELECT doc FROM vocabulary WHERE term = ?').get(token) as
      | { doc: number }
      | undefined;
    return row?.doc ?? 0;
  }

  /** Of the commonest token that begins so: texts with several of them would count several times in a sum. */
  function countBeginning(beginning: string): number {
    const row = prepare('SELECT max(doc) AS doc FROM vocabulary WHERE term >= ? AND term < ?').get(
      beginning,
      `${beginning}\u{10FFFF}`,
    ) as { doc: number | null };
    return row.doc ?? 0;
  }

  function insert(id: number, { words, names, lead }: PassageTokens): void {
    prepare('INSERT INTO words (rowid, body, names, lead) VALUES (?, ?, ?, ?)').run(id, words, names, lead);
  }

  return {
    add: insert,
    replace(id, tokens) {
      prepare('DELETE FROM words WHERE rowid = ?').run(id);
      insert(id, tokens);
    },
    count(tokens) {
      const texts = textCount();
      return { texts, counts: tokens.map(countOf) };
    },
    removeAll: (ids) => void database.exec(`DELETE FROM words WHERE rowid IN (${ids})`),
    async search({ tokens, count, filter }) {
      const counted = [...new Set(tokens)].map((token) => ({
        token,
        count: token.endsWith('*') ? 0 : countOf(token),
      }));
      const condition = filter ? toSqlFilter(filter) : undefined;
      const statement = prepare(`SELECT rowid AS id, -${wordRanking} AS score FROM words
        WHERE words MATCH ? AND rowid > ? ${condition ? `AND ${standsWhere(condition)}` : ''}
        ORDER BY score DESC LIMIT ?`);
      const find = (match: string, afterId: number) =>
        statement.all(match, afterId, ...(condition?.values ?? []), count) as TextScore[];
      const texts = textCount();
      const chosen = chooseTokens(counted, texts, limits);
      const countedBy = new Map(counted.map((one) => [one.token, one]));
      const ask = async (groups: readonly (readonly TokenCount[])[]) => {
        const match = groups.map(toMatch).join(' AND ');
        const newest = firstOfNewest(groups, texts);
        const found = find(match, newest);
        return newest > 0 && found.length < count ? find(match, 0) : found;
      };
      return await searchChosen(chosen, count, async (some, isAll) => {
        const wanted = some.map((token) => countedBy.get(token)!);
        if (isAll) return await ask(wanted.map((one) => [one]));
        return await searchAnyOf({ tokens: wanted, textCount: texts, count, ask });
      });
    },
  };
}

/**
 * Asked for each text that holds a token. As a list of ids it would be made anew for every query, and FTS5 would look
 * up the tokens once for each id in it.
 */
function standsWhere({ sql }: SqlFilter): string {
  return `EXISTS (SELECT 1 FROM places CROSS JOIN files ON files.id = places.file
    WHERE places.text = words.rowid AND ${sql})`;
}

/**
 * What many texts hold tells them apart by little more than their length, and to look at each of a million takes longer
 * than a person wants to wait: those are looked at that came into the index last.
 */
const mostLookedAt = 10_000;

function firstOfNewest(groups: readonly (readonly TokenCount[])[], textCount: number): number {
  const expected = groups.reduce((sum, group) => {
    const share = group.reduce((part, { count }) => part + count / textCount, 0);
    return sum * Math.min(1, share);
  }, textCount);
  return expected <= mostLookedAt ? 0 : Math.floor(textCount * (1 - mostLookedAt / expected));
}

/** Texts with one token of the group; quoted, so that no token is read as an operator. */
function toMatch(group: readonly TokenCount[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const tokens = group.map(({ token }) =>
    token.endsWith('*') ? `${quoted(token.slice(0, -1))} *` : quoted(token),
  );
  return `(${tokens.join(' OR ')})`;
}
