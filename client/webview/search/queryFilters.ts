// Filters inside a query, as the server reads them: `label:rationale`, `path:"my folder"`, `-path:test`. In: the
// text that the user typed. Out: the filters with their places, and texts with a filter more or less. The text is
// the only truth; chips are drawn from it.

export interface QueryFilter {
  /** As typed: `label:rationale`. */
  readonly text: string;
  readonly key: string;
  readonly value: string;
  readonly isNegated: boolean;
  readonly start: number;
  readonly end: number;
}

/** Keys that every model has; names of tasks, such as `debt`, come from the results. */
export const filterKeys: readonly string[] = ['label', 'lang', 'kind', 'path', 'author', 'since', 'debt'];

const partPattern = /"[^"]*"|(?<![^\s])(-?)([A-Za-z]+):(?:"([^"]*)"|(\S*))/g;

/** `readFilters('retry label:rationale', ['label'])` finds one, from 6 to 21. */
export function readFilters(query: string, keys: readonly string[]): readonly QueryFilter[] {
  const filters: QueryFilter[] = [];
  for (const match of query.matchAll(partPattern)) {
    const [text, minus, key, quoted, bare] = match;
    if (key === undefined || !keys.includes(key.toLowerCase())) continue;
    filters.push({
      text,
      key: key.toLowerCase(),
      value: quoted ?? bare ?? '',
      isNegated: minus === '-',
      start: match.index,
      end: match.index + text.length,
    });
  }
  return filters;
}

/** A value with white space gets its quotes. */
export function addFilter(query: string, key: string, value: string): string {
  const written = /[\s"]/.test(value) ? `${key}:"${value.replaceAll('"', '')}"` : `${key}:${value}`;
  return query.trim() === '' ? `${written} ` : `${query.trimEnd()} ${written} `;
}

export function removeFilter(query: string, filter: Pick<QueryFilter, 'start' | 'end'>): string {
  const before = query.slice(0, filter.start).trimEnd();
  const after = query.slice(filter.end).trimStart();
  return before === '' || after === '' ? before + after : `${before} ${after}`;
}

export function removeFilters(query: string, filters: readonly QueryFilter[]): string {
  return [...filters].reverse().reduce(removeFilter, query);
}
