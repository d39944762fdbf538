// All trained numbers in one flat array: the optimizer walks over it once, tensors are views into it, a checkpoint is
// its bytes. In: a layout and a model's weights. Out: the array filled, and back to named tensors.

import { EngineError } from '../errors.ts';
import type { AlbertWeights, HeadWeights } from '../model/albertWeights.ts';
import type { StoredTensor, TensorToStore } from '../model/safetensors.ts';
import { toFloat32Array } from '../model/safetensors.ts';
import type { SessionTensor } from '../model/session.ts';
import type { FloatType } from '../onnx/graphBuilder.ts';
import type { ParameterLayout } from './parameterLayout.ts';
import { createRandom } from './random.ts';

/** 32 bits for training, 64 for checking it. */
export type FlatArray = Float32Array | Float64Array;

export function createFlatArray(layout: ParameterLayout, floatType: FloatType): FlatArray {
  return floatType === 'float32' ? new Float32Array(layout.size) : new Float64Array(layout.size);
}

/**
 * Copies every trained tensor of the model to its place. An adapter starts as one that changes nothing: its first side
 * is random, by the seed, and its second one zero.
 */
export function readParameters(
  layout: ParameterLayout,
  weights: AlbertWeights,
  target: FlatArray,
  seed = 0,
): void {
  const tensors = tensorsByName(weights);
  for (const { name, offset, size, shape, adapter } of layout.parameters) {
    if (adapter) {
      const random = createRandom(seed, name);
      const deviation = 1 / Math.sqrt(shape[1]!);
      for (let index = offset; index < offset + size; index++) {
        target[index] = adapter.side === 'down' ? deviation * random.normal() : 0;
      }
      continue;
    }
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`The layout has ${name}, the weights do not.`);
    target.set(toFloat32Array(tensor), offset);
  }
}

/** The trained tensors by the names that they have in a checkpoint; views, not copies. */
export function toNamedTensors(layout: ParameterLayout, values: Float32Array): readonly TensorToStore[] {
  return layout.parameters.map(({ name, shape, offset, size }) => ({
    name,
    shape,
    data: values.subarray(offset, offset + size),
  }));
}

/** Puts other numbers in the place of a trained tensor. */
export function setTrained(
  { layout, weights }: { readonly layout: ParameterLayout; readonly weights: Float32Array },
  name: string,
  data: Float32Array,
): void {
  const { offset, size } = layout.parameters.find((one) => one.name === name)!;
  if (size !== data.length) throw new Error(`${name} has ${size} numbers, not ${data.length}.`);
  weights.set(data, offset);
}

/** The model with trained numbers in place of those that it came with; a new model to train further. */
export function withTrainedValues(
  weights: AlbertWeights,
  layout: ParameterLayout,
  values: Float32Array,
): AlbertWeights {
  const trained = new Map(
    toNamedTensors(layout, values).map(({ name, shape, data }) => [
      name,
      storedFloats(name, shape, data.slice()),
    ]),
  );
  const replace = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (isTensor(value)) return trained.get(value.name) ?? value;
    if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, replace(one)]));
    if (Array.isArray(value)) return value.map(replace);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replace(one)]));
  };
  return replace(weights) as AlbertWeights;
}

/** What a session is fed with: every parameter input as a view into the flat array. */
export function parameterFeeds(
  layout: ParameterLayout,
  values: FlatArray,
): Readonly<Record<string, SessionTensor>> {
  return Object.fromEntries(
    layout.inputs.map(({ value, shape, offset, size }) => [
      value.name,
      { data: values.subarray(offset, offset + size), shape },
    ]),
  );
}

export interface NewHead {
  readonly name: string;
  readonly labelCount: number;
  readonly hiddenSize: number;
  /** [labels, H] */
  readonly weight: Float32Array;
  /** One number per label; zeros where it is not given. */
  readonly bias?: Float32Array;
}

/** The same weights with a fresh head for a task, in place of one that it may have had. */
export function withNewHead(weights: AlbertWeights, head: NewHead): AlbertWeights {
  const { name, labelCount, hiddenSize } = head;
  if (!Number.isInteger(labelCount) || labelCount < 1) {
    throw new EngineError('invalidArgument', `The task ${name} needs at least one label.`);
  }
  const made: HeadWeights = {
    dense: undefined,
    classifier: {
      weight: storedFloats(`heads.${name}.classifier.weight`, [labelCount, hiddenSize], head.weight),
      bias: storedFloats(
        `heads.${name}.classifier.bias`,
        [labelCount],
        head.bias ?? new Float32Array(labelCount),
      ),
    },
    labelCount,
  };
  return { ...weights, heads: new Map([...weights.heads, [name, made]]) };
}

/** Numbers as a tensor of a file would be. */
export function storedFloats(name: string, shape: readonly number[], data: Float32Array): StoredTensor {
  return { name, type: 'F32', shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** Weights are a tree of tensors; training wants to find them by name. */
function tensorsByName(weights: AlbertWeights): ReadonlyMap<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isTensor(value)) found.set(value.name, value);
    else if (value instanceof Map || Array.isArray(value)) for (const one of value.values()) visit(one);
    else for (const one of Object.values(value)) visit(one);
  };
  visit(weights);
  return found;
}

function isTensor(value: object): value is StoredTensor {
  return 'bytes' in value && value.bytes instanceof Uint8Array;
}
