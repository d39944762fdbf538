// A model's file with the trained numbers in it. In: the tensors that the model came with, the trained array and where
// in it each tensor lies. Out: all tensors, those of other heads too, in the order and under the names of the first file.

import type { SafetensorsFile, StoredTensor, TensorToStore } from '../model/safetensors.ts';
import { toFloat32Array } from '../model/safetensors.ts';
import { toNamedTensors } from './flatParameters.ts';
import type { ParameterLayout } from './parameterLayout.ts';

/**
 * @param replacedHead name of a head that is new: what the file had under its name goes
 * @param mended heads that were not trained and yet changed
 */
export function mergeTrainedTensors(
  file: SafetensorsFile,
  trained: { readonly layout: ParameterLayout; readonly weights: Float32Array },
  replacedHead: string | undefined,
  mended: readonly TensorToStore[] = [],
): readonly TensorToStore[] {
  const moved = new Map([...tensorsOf(file, trained), ...mended].map((one) => [one.name, one]));
  const merged: TensorToStore[] = [];
  for (const tensor of file.tensors.values()) {
    const now = moved.get(tensor.name);
    moved.delete(tensor.name);
    if (now) merged.push(now);
    else if (isWeight(tensor.type) && !isOfHead(tensor.name, replacedHead)) {
      merged.push({ name: tensor.name, shape: tensor.shape, data: toFloat32Array(tensor) });
    }
  }
  return [...merged, ...moved.values()];
}

/** Adapters are added to the matrices that they adapt, so that a model folder is one like any other. */
function tensorsOf(
  file: SafetensorsFile,
  { layout, weights }: { readonly layout: ParameterLayout; readonly weights: Float32Array },
): readonly TensorToStore[] {
  const named = toNamedTensors(layout, weights);
  const sides = new Map(named.map((one) => [one.name, one]));
  return layout.parameters.flatMap(({ adapter }, index) => {
    if (!adapter) return [named[index]!];
    if (adapter.side === 'up') return [];
    const up = sides.get(`${adapter.tensor}.adapter.up`)!;
    return [addProduct(file.tensors.get(adapter.tensor)!, up, named[index]!)];
  });
}

/** matrix [out, in] + up [out, rank] @ down [rank, in] */
function addProduct(matrix: StoredTensor, up: TensorToStore, down: TensorToStore): TensorToStore {
  const [outSize, inSize] = matrix.shape as [number, number];
  const rank = down.shape[0]!;
  const data = Float32Array.from(toFloat32Array(matrix));
  for (let row = 0; row < outSize; row++) {
    for (let inner = 0; inner < rank; inner++) {
      const factor = up.data[row * rank + inner]!;
      for (let column = 0; column < inSize; column++) {
        data[row * inSize + column]! += factor * down.data[inner * inSize + column]!;
      }
    }
  }
  return { name: matrix.name, shape: matrix.shape, data };
}

/** Very old files also hold `position_ids`, whole numbers that say nothing. */
function isWeight(type: string): boolean {
  return type === 'F32' || type === 'F16' || type === 'BF16';
}

function isOfHead(tensorName: string, head: string | undefined): boolean {
  return head !== undefined && tensorName.startsWith(`heads.${head}.`);
}
