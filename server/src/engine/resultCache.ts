// What the model said about a text before: the same text, model and depth give the same answer.
// Keeps the most recently used answers within a budget of bytes.

import { createHash } from 'node:crypto';

export interface ResultCache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  readonly count: number;
}

/** Map entry, key and the objects around the numbers, as measured on V8. */
const overheadBytes = 400;

export function createResultCache<T>(maxBytes: number, sizeOf: (value: T) => number): ResultCache<T> {
  const entries = new Map<string, T>();
  let bytes = 0;
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      // A Map remembers insertion order: moving to the end makes the first entry the least recently used.
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      const previous = entries.get(key);
      if (previous !== undefined) bytes -= sizeOf(previous) + overheadBytes;
      entries.delete(key);
      entries.set(key, value);
      bytes += sizeOf(value) + overheadBytes;
      for (const [oldest, old] of entries) {
        if (bytes <= maxBytes) break;
        entries.delete(oldest);
        bytes -= sizeOf(old) + overheadBytes;
      }
    },
    get count() {
      return entries.size;
    },
  };
}

/** A short name for everything an answer depends on; the parts are kept apart by their lengths. */
export function resultKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('base64');
}
