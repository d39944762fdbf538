// Reads what the Python scripts of test/oracles/tokens wrote: strings, model files, expected ids and offsets.
// The format of an expectation is described in expectedFile.py.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ModelFiles } from '../../../server/src/engine/model/modelFolder.ts';

const folder = new URL('../../oracles/tokens/', import.meta.url);

export function readOracle(path: string): Uint8Array {
  return gunzipSync(readFileSync(new URL(path, folder)));
}

export function readOracleJson(path: string): unknown {
  return JSON.parse(new TextDecoder().decode(readOracle(path)));
}

export function readStrings(): readonly string[] {
  return readOracleJson('strings.json.gz') as string[];
}

/** A model folder in memory. */
export function filesOf(files: Readonly<Record<string, Uint8Array | string | object>>): ModelFiles {
  return {
    displayName: 'a test folder',
    read: async (name) => {
      const file = files[name];
      if (file === undefined) return undefined;
      if (file instanceof Uint8Array) return file;
      return new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file));
    },
  };
}

export interface ExpectedRow {
  readonly ids: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly typeIds: readonly number[];
}

export function readExpected(path: string): readonly ExpectedRow[] {
  const bytes = readOracle(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowCount = view.getUint32(0, true);
  const tokenCount = view.getUint32(4, true);
  let at = 8;
  const column = (length: number): number[] => {
    const low = bytes.subarray(at, at + length);
    const high = bytes.subarray(at + length, at + 2 * length);
    at += 2 * length;
    return Array.from(low, (byte, index) => byte + 256 * high[index]!);
  };
  const counts = column(rowCount);
  const columns = {
    ids: column(tokenCount),
    deltas: column(tokenCount),
    lengths: column(tokenCount),
    types: column(tokenCount),
  };
  if (at !== bytes.length) throw new Error(`${path} has ${bytes.length} bytes where ${at} were expected`);
  let token = 0;
  return counts.map((count) => {
    const row = toRow(columns, token, token + count);
    token += count;
    return row;
  });
}

interface Columns {
  readonly ids: readonly number[];
  readonly deltas: readonly number[];
  readonly lengths: readonly number[];
  readonly types: readonly number[];
}

function toRow(columns: Columns, from: number, to: number): ExpectedRow {
  const starts: number[] = [];
  const ends: number[] = [];
  let before = 0;
  for (let token = from; token < to; token++) {
    const length = columns.lengths[token]!;
    if (length === 0xffff) {
      starts.push(-1);
      ends.push(-1);
      continue;
    }
    const zigzag = columns.deltas[token]!;
    const start = before + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
    starts.push(start);
    ends.push(start + length);
    before = start;
  }
  return { ids: columns.ids.slice(from, to), starts, ends, typeIds: columns.types.slice(from, to) };
}
