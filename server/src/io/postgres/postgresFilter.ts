// A filter on places as a condition on `texts`, for PostgreSQL. In: the folder, the filter, a way to bind values.
// Out: SQL; the words of the user are always bound, never part of it.

import type { PlaceFilter } from '../../engine/storage.ts';

export interface ConditionOptions {
  readonly folder: number;
  /** Whose labels count. */
  readonly space: number;
  readonly filter: PlaceFilter | undefined;
  /** The column that holds the number of a text; default: that of `texts`. */
  readonly text?: string;
  /** Answers the placeholder of a value. */
  bind(value: unknown): string;
}

/** True for texts that stand in the folder at a place the filter lets through. */
export function toSqlCondition({ folder, space, filter, text = 'texts.id', bind }: ConditionOptions): string {
  const { languages, kinds, paths = [], notPaths = [], labels = [], files } = filter ?? {};
  const conditions = [`places.text = ${text}`, `places.folder = ${bind(folder)}`];
  if (languages) conditions.push(`places.language = ANY(${bind(languages)})`);
  if (files) conditions.push(`places.path = ANY(${bind(files)})`);
  if (kinds) conditions.push(`places.kind = ANY(${bind(kinds)})`);
  if (paths.length > 0) conditions.push(`(${paths.map((path) => pathCondition(path, bind)).join(' OR ')})`);
  for (const path of notPaths) conditions.push(`NOT ${pathCondition(path, bind)}`);
  for (const { task, name, notName } of labels) {
    const wanted = [`labels.text = ${text}`, `labels.space = ${bind(space)}`];
    if (task !== undefined) wanted.push(`labels.task = ${bind(task)}`);
    if (name !== undefined) wanted.push(`labels.name = ${bind(name)}`);
    if (notName !== undefined) wanted.push(`labels.name <> ${bind(notName)}`);
    conditions.push(`EXISTS (SELECT 1 FROM marginalia.labels WHERE ${wanted.join(' AND ')})`);
  }
  return `EXISTS (SELECT 1 FROM marginalia.places WHERE ${conditions.join(' AND ')})`;
}

/** The same paths as engine/index/placeTest.ts lets through. */
function pathCondition(path: string, bind: ConditionOptions['bind']): string {
  const lower = path.toLowerCase();
  if (!/[*?]/.test(lower)) return `strpos('/' || lower(places.path), ${bind(lower)}) > 0`;
  const escaped = lower.replace(/[\\%_]/g, '\\$&').replace(/^\*\*\//, '');
  const pattern = escaped.replace(/\*+/g, '%').replaceAll('?', '_');
  return `('/' || lower(places.path)) LIKE ${bind(lower.startsWith('/') ? pattern : `%/${pattern}`)}`;
}
