// How a benchmark hands its result over: as a table for people, and as data for bench.ts, which collects them all.

import { appendFileSync } from 'node:fs';

export interface BenchTable {
  /** Names the table in docs/BENCHMARKS.md and in the results: `<!-- bench:NAME -->`. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Comparisons that hold on any machine, by name: larger is better. What the regression guard looks at. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** Prints the table; inside of `npm run bench` it is also written to the file that collects results. */
export function report(table: BenchTable): void {
  console.log(`${toMarkdown(table)}\n`);
  const file = process.env.MARGINALIA_BENCH_RESULTS;
  if (file) appendFileSync(file, `${JSON.stringify(table)}\n`);
}

export function toMarkdown({ columns, rows }: BenchTable): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
