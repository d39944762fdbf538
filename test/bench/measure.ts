// How benchmarks take a time, sum up many, and print what they found. In: work. Out: milliseconds, tables.

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { report } from './report.ts';

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

export async function percentiles<T>(
  inputs: readonly T[],
  work: (input: T) => Promise<unknown>,
): Promise<string> {
  // The first ones fill caches.
  for (const input of inputs.slice(0, 20)) await work(input);
  const times: number[] = [];
  for (const input of inputs) times.push(await timed(() => work(input)));
  return toPercentiles(times);
}

/** Median and 95th percentile of milliseconds. */
export function toPercentiles(times: readonly number[]): string {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}

/** A row for each thing measured, a column for each run. */
export function printTable(
  table: string,
  columns: readonly Readonly<Record<string, string | number>>[],
): void {
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  report({
    name: table,
    columns: ['', ...columns.map(() => '')],
    rows: names.map((name) => [name, ...columns.map((column) => column[name] ?? '–')]),
    ratios: {},
  });
}

export function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
