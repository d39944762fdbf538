// Model folders for tests: from the fixtures on disk, or from parts in memory.

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelFiles } from '../../../server/src/engine/model/modelFolder.ts';
import type { StoredTensor } from '../../../server/src/engine/model/safetensors.ts';
import { readSafetensors, toFloat32Array } from '../../../server/src/engine/model/safetensors.ts';
import type { TokenBatch } from '../../../server/src/engine/tokens/tokenBatch.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));

/** `tiny`, `albert-base` or `parity/<case>`. */
export function fixtureModel(name: string): ModelFiles {
  return {
    displayName: name,
    read: async (fileName) => {
      try {
        return await readFile(path.join(fixtures, name, fileName));
      } catch {
        return undefined;
      }
    },
  };
}

export function listParityCases(): string[] {
  return readdirSync(path.join(fixtures, 'parity')).sort();
}

/** The same folder with some files replaced, or taken away where the new content is `undefined`. */
export function withFiles(
  files: ModelFiles,
  changes: Readonly<Record<string, Uint8Array | undefined>>,
): ModelFiles {
  return {
    displayName: files.displayName,
    read: async (name) => (Object.hasOwn(changes, name) ? changes[name] : files.read(name)),
  };
}

export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** expected.safetensors of a case: the batch that went in and every tensor that came out of the reference. */
export interface Expected {
  readonly batch: TokenBatch;
  readonly outputs: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
}

export async function readExpected(files: ModelFiles): Promise<Expected> {
  const bytes = await files.read('expected.safetensors');
  const { tensors } = readSafetensors(bytes!, 'expected.safetensors');
  const ids = tensors.get('input_ids')!;
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids'];
  const outputs = [...tensors].filter(([name]) => !inputs.includes(name));
  return {
    batch: {
      batchSize: ids.shape[0]!,
      tokensPerRow: ids.shape[1]!,
      inputIds: toInt64Array(ids),
      attentionMask: toInt64Array(tensors.get('attention_mask')!),
      tokenTypeIds: toInt64Array(tensors.get('token_type_ids')!),
    },
    outputs: new Map(outputs.map(([name, one]) => [name, { shape: one.shape, data: toFloat32Array(one) }])),
  };
}

/** A whole number for every element; padding is 0 and the mask says so. */
export function batchOf(
  rows: readonly (readonly number[])[],
  types?: readonly (readonly number[])[],
): TokenBatch {
  const tokensPerRow = Math.max(...rows.map((row) => row.length));
  const padded = (lists: readonly (readonly number[])[]) =>
    BigInt64Array.from(
      lists.flatMap((list) => Array.from({ length: tokensPerRow }, (_, index) => BigInt(list[index] ?? 0))),
    );
  return {
    batchSize: rows.length,
    tokensPerRow,
    inputIds: padded(rows),
    attentionMask: padded(rows.map((row) => row.map(() => 1))),
    tokenTypeIds: padded(types ?? rows.map((row) => row.map(() => 0))),
  };
}

/** The greatest absolute difference of two lists of equal length. */
export function maxDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let max = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    // NaN is not greater than anything: it has to be caught by name.
    if (!(difference <= max)) max = difference;
    if (Number.isNaN(difference)) return Number.NaN;
  }
  return max;
}

function toInt64Array(tensor: StoredTensor): BigInt64Array {
  if (tensor.type !== 'I64') throw new Error(`${tensor.name} is ${tensor.type}`);
  return new BigInt64Array(Uint8Array.from(tensor.bytes).buffer);
}
