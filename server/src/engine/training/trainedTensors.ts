// A model's file with the trained numbers in it. In: the tensors that the model came with, the trained array and where
// in it each tensor lies. Out: all tensors, those of other heads too, in the order and under the names of the first file.

import type { SafetensorsFile, TensorToStore } from '../model/safetensors.ts';
import { toFloat32Array } from '../model/safetensors.ts';
import { toNamedTensors } from './flatParameters.ts';
import type { ParameterLayout } from './parameterLayout.ts';

/** @param replacedHead name of a head that is new: what the file had under its name goes */
export function mergeTrainedTensors(
  file: SafetensorsFile,
  trained: { readonly layout: ParameterLayout; readonly weights: Float32Array },
  replacedHead: string | undefined,
): readonly TensorToStore[] {
  const moved = new Map(toNamedTensors(trained.layout, trained.weights).map((one) => [one.name, one]));
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

/** Very old files also hold `position_ids`, whole numbers that say nothing. */
function isWeight(type: string): boolean {
  return type === 'F32' || type === 'F16' || type === 'BF16';
}

function isOfHead(tensorName: string, head: string | undefined): boolean {
  return head !== undefined && tensorName.startsWith(`heads.${head}.`);
}
