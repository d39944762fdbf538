// The same vectors in LanceDB, without an index of its own, so that it is exact as our scan is. In: the folder where
// the package is installed, and vectors. Out: the nearest of a query. Loaded by path: no part of this project needs it.

import { createRequire } from 'node:module';
import path from 'node:path';

export interface LanceTable {
  nearest(query: Float32Array, count: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

interface LanceModule {
  connect(folder: string): Promise<{
    createTable(name: string, rows: readonly object[]): Promise<LanceRows>;
    close(): void;
  }>;
}

interface LanceRows {
  add(rows: readonly object[]): Promise<unknown>;
  vectorSearch(query: Float32Array): {
    distanceType(name: string): { limit(count: number): { toArray(): Promise<{ id: number }[]> } };
  };
}

const rowsPerWrite = 10_000;

export async function openLanceTable(options: {
  readonly peer: string;
  readonly folder: string;
  readonly ids: Int32Array;
  readonly vectors: Float32Array;
  readonly dimensions: number;
}): Promise<LanceTable> {
  const { peer, folder, ids, vectors, dimensions } = options;
  const load = createRequire(path.join(path.resolve(peer), 'package.json'));
  const lance = load('@lancedb/lancedb') as LanceModule;
  const connection = await lance.connect(folder);
  let table: LanceRows | undefined;
  for (let start = 0; start < ids.length; start += rowsPerWrite) {
    const rows = Array.from(ids.subarray(start, start + rowsPerWrite), (id, index) => ({
      id,
      vector: Array.from(vectors.subarray((start + index) * dimensions, (start + index + 1) * dimensions)),
    }));
    if (table) await table.add(rows);
    else table = await connection.createTable('passages', rows);
  }
  return {
    nearest: async (query, count) =>
      (await table!.vectorSearch(query).distanceType('dot').limit(count).toArray()).map(({ id }) => id),
    close: async () => connection.close(),
  };
}
