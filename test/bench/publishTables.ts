// Puts measured tables where the page names them: between `<!-- bench:NAME -->` and `<!-- end -->`.

import { type BenchTable, toMarkdown } from './report.ts';

/** A table whose place is not on the page is an error: it would be measured for nobody. */
export function publishTables(page: string, tables: readonly BenchTable[]): string {
  return tables.reduce((text, table) => {
    const begin = `<!-- bench:${table.name} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf('<!-- end -->', from);
    if (from < 0 || to < 0) throw new Error(`The page has no place for the table ${table.name}.`);
    return `${text.slice(0, from + begin.length)}\n${toMarkdown(table)}\n${text.slice(to)}`;
  }, page);
}
