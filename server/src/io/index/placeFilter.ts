// A filter on places as a piece of SQL over `places`, `files` and `labels`.
// In: languages, kinds, paths and labels that are wanted. Out: a condition with its values; the words of the user are
// always bound, never part of the SQL.

import type { PlaceFilter } from '../../engine/storage.ts';
import type { SqlValue } from '../sqliteDriver.ts';

export interface SqlFilter {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** On a row of `places` joined with its file. */
export function toSqlFilter(filter: PlaceFilter): SqlFilter {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const any = (parts: readonly string[], bound: readonly SqlValue[]) => {
    if (parts.length === 0) return;
    conditions.push(`(${parts.join(' OR ')})`);
    values.push(...bound);
  };
  const { languages = [], kinds = [], paths = [], notPaths = [], labels = [], files } = filter;
  if (files) any(['files.path IN (SELECT value FROM json_each(?))'], [JSON.stringify(files)]);
  any(
    languages.map(() => 'places.language = ?'),
    languages,
  );
  any(
    kinds.map(() => 'places.kind = ?'),
    kinds,
  );
  any(paths.map(pathCondition), paths.map(pathValue));
  for (const path of notPaths) any([`NOT ${pathCondition(path)}`], [pathValue(path)]);
  for (const { task, name, notName } of labels) {
    const wanted = [
      ['labels.task = ?', task],
      ['labels.name = ?', name],
      ['labels.name <> ?', notName],
    ].filter((pair): pair is [string, string] => pair[1] !== undefined);
    const where = ['labels.text = places.text', ...wanted.map(([condition]) => condition)].join(' AND ');
    any(
      [`EXISTS (SELECT 1 FROM labels WHERE ${where})`],
      wanted.map(([, value]) => value),
    );
  }
  return { sql: conditions.length === 0 ? '1' : conditions.join(' AND '), values };
}

function pathCondition(path: string): string {
  return isPattern(path) ? "('/' || lower(files.path)) GLOB ?" : "instr('/' || lower(files.path), ?) > 0";
}

/** `src/*.ts` may begin at any folder; a pattern that ends with a name means the whole name. */
function pathValue(path: string): string {
  const lower = path.toLowerCase();
  if (!isPattern(path)) return lower;
  // A bracket would begin a set of characters.
  const escaped = lower.replaceAll('[', '[[]');
  return escaped.startsWith('/') ? escaped : `*/${escaped.replace(/^\*\*\//, '')}`;
}

function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}
