// Vectors without the encoder, to see what they are worth: the mean of the model's own word table, rare words counting
// more, without the direction that all share (Arora et al. 2017, "A simple but tough-to-beat baseline").
// In: a model folder and the passages. Out: a function from texts to unit vectors.

import { readSafetensors, toFloat32Array } from '../../../server/src/engine/model/safetensors.ts';
import type { ModelFiles } from '../../../server/src/engine/storage.ts';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';

const tableName = 'embeddings.word_embeddings.weight';
/** Every token counts: adding is cheap. */
const longest = 100_000;
/** The constant of the paper. */
const smoothing = 1e-3;

export async function createStaticVectors(
  files: ModelFiles,
): Promise<(passages: readonly string[]) => (texts: readonly string[]) => readonly Float32Array[]> {
  const weights = await files.read('model.safetensors');
  if (!weights) throw new Error('The model has no weights.');
  const { tensors } = readSafetensors(weights, 'model.safetensors');
  const found = [...tensors].find(([name]) => name.endsWith(tableName));
  if (!found) throw new Error('The model has no word table.');
  const table = toFloat32Array(found[1]);
  const [, width] = found[1].shape as [number, number];
  const tokenizer = await loadTokenizer(files);

  return (passages) => {
    const ids = (text: string) => tokenizer.encode(text, { maxTokens: longest }).ids;
    const counts = new Map<number, number>();
    let total = 0;
    for (const id of passages.flatMap((text) => [...ids(text)])) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      total++;
    }
    const mean = (text: string): Float32Array => {
      const sum = new Float32Array(width);
      for (const id of ids(text)) {
        const weight = smoothing / (smoothing + (counts.get(id) ?? 0) / total);
        for (let index = 0; index < width; index++) sum[index]! += weight * table[id * width + index]!;
      }
      return unit(sum);
    };
    const shared = sharedDirection(passages.map(mean));
    return (texts) =>
      texts.map((text) => {
        const vector = mean(text);
        const along = dot(vector, shared);
        return unit(vector.map((number, index) => number - along * shared[index]!));
      });
  };
}

/** By power iteration over the vectors as they are, not centred, as in the paper. */
function sharedDirection(vectors: readonly Float32Array[]): Float32Array {
  let direction = unit(new Float32Array(vectors[0]!.length).fill(1));
  for (let round = 0; round < 20; round++) {
    const next = new Float32Array(direction.length);
    for (const vector of vectors) {
      const along = dot(vector, direction);
      for (let index = 0; index < next.length; index++) next[index]! += along * vector[index]!;
    }
    direction = unit(next);
  }
  return direction;
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((number) => number / length);
}
