// Lexical search over FTS5: which texts hold some of the tokens, the rarest tokens counting most (BM25).
// In: tokens as engine/index/searchWords.ts makes them. Out: ids with scores, greater is better.

import { chooseTokens, searchChosen, type TokenLimits } from '../../engine/index/chooseTokens.ts';
import type { LexicalQuery, NewPassage, TextScore } from '../../engine/storage.ts';
import type { SqlDatabase } from '../sqliteDriver.ts';
import { type SqlFilter, toSqlFilter } from './placeFilter.ts';
import { createStatementCache } from './sqliteVectors.ts';

export type PassageTokens = Pick<NewPassage, 'words' | 'names' | 'lead'>;

export interface SqliteWords {
  add(id: number, tokens: PassageTokens): void;
  replace(id: number, tokens: PassageTokens): void;
  /** `ids` is SQL for a list of ids. */
  removeAll(ids: string): void;
  search(query: LexicalQuery): Promise<readonly TextScore[]>;
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
      const row = prepare('SELECT doc FROM vocabulary WHERE term = ?').get(token) as
        | { doc: number }
        | undefined;
      count = row?.doc ?? 0;
      counts.set(token, count);
    }
    return count;
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
    removeAll: (ids) => void database.exec(`DELETE FROM words WHERE rowid IN (${ids})`),
    async search({ tokens, count, filter }) {
      const counted = [...new Set(tokens)].map((token) => ({
        token,
        count: token.endsWith('*') ? 0 : countOf(token),
      }));
      const where = filter ? toSqlFilter(filter) : undefined;
      const statement = prepare(`SELECT rowid AS id, -rank AS score FROM words WHERE words MATCH ?
        ${where ? `AND ${standsWhere(where)}` : ''} ORDER BY rank LIMIT ?`);
      return await searchChosen(chooseTokens(counted, textCount(), limits), count, async (chosen, isAll) => {
        const match = chosen.map(toMatch).join(isAll ? ' AND ' : ' OR ');
        return statement.all(match, ...(where?.values ?? []), count) as TextScore[];
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

/** Quoted, so that no token is read as an operator. */
function toMatch(token: string): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return token.endsWith('*') ? `${quoted(token.slice(0, -1))} *` : quoted(token);
}
