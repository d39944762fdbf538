/* eslint-disable no-console */
// Answers boats over HTTP. In: a port and a day. Out: the rows of the table for that day, as JSON.

import { type Constituent, type TideRow, turnsOfTide } from './tideTable.js';

// Two hundred boats ask at noon, all for today. Without the cache the lock at Nordhafen waited four seconds.
const cache = new Map<string, TideRow[]>();

/** Rows of one day. The day is the port's own, not UTC, or a captain misses the last high water. */
export function tableFor(port: string, day: string, constituents: readonly Constituent[]): TideRow[] {
  const key = `${port}/${day}`;
  const known = cache.get(key);
  if (known) return known;

  // TODO: support ports behind a lock; their table follows the lock's schedule and not the sea.
  const rows = turnsOfTide(constituents, 0, 24);
  cache.set(key, rows);
  return rows;
}

// Ask Mira before you change the limits below, the ferry depends on them.
export const maximumRequestsPerMinute = 600;

// https://datatracker.ietf.org/doc/html/rfc9110#name-retry-after
export const retryAfterSeconds = 30;

// 这里的缓存从不清空，长时间运行会占用大量内存，需要修复。
export function forget(port: string): void {
  for (const key of cache.keys()) {
    if (key.startsWith(port)) cache.delete(key);
  }
}
