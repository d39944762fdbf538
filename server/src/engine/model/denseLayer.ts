// How a dense layer of the encoder is computed: in 32-bit floats, or with weights and activations as 8-bit integers.
// In: a precision. Out: a function that adds the nodes of one layer to a graph.

import { type QuantizedValue, quantizeDynamically, quantizedLinear } from '../onnx/fusedOperations.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { add, divide, linear, maximum, maximumOfRows, multiply } from '../onnx/operations.ts';
import type { StoredTensor } from './safetensors.ts';
import { toFloat32Array } from './safetensors.ts';
import type { WeightSource } from './weightValues.ts';

/**
 * What the encoder computes in. `int8`: each output of a dense layer has a scale of its own, and weights stand
 * between -127 and 127. `int8Narrow`: between -63 and 63, for processors whose 8-bit products are added in 16 bits
 * (AVX2 without VNNI): 2 · 255 · 63 still fits there, 2 · 255 · 127 is cut off, and the model's answers with it.
 */
export type Precision = 'float32' | 'int8' | 'int8Narrow';

export interface DenseLayer {
  /** x [N, in], weight [out, in], addend [out] or [N, out] → x · weightᵀ + addend [N, out] */
  (x: Value, weight: StoredTensor, addend: Value | undefined): Value;
  /**
   * The same where rows differ much in size, as those out of an activation function do: in 8 bits each row is first
   * divided by its greatest element. That halved the distance to 32-bit floats for a twentieth more time.
   */
  ofUnevenRows(x: Value, weight: StoredTensor, addend: Value | undefined): Value;
}

/** Activation functions give little below 0, so a row without a greatest element to speak of is small throughout. */
const smallestRow = 0.3;

export function createDenseLayer(
  graph: GraphBuilder,
  weightOf: WeightSource,
  precision: Precision,
): DenseLayer {
  if (precision === 'float32') {
    const apply = (x: Value, weight: StoredTensor, addend: Value | undefined) =>
      linear(graph, x, weightOf(weight), addend);
    return Object.assign(apply, { ofUnevenRows: apply });
  }
  const largest = precision === 'int8' ? 127 : 63;
  // Query, key and value read the same rows: these become bytes once.
  const inputs = new Map<string, QuantizedValue>();
  const weights = new Map<StoredTensor, QuantizedWeight>();
  const multiplyQuantized = (x: Value, weight: StoredTensor, bias: Value | undefined): Value => {
    const input = inputs.get(x.name) ?? quantizeDynamically(graph, x);
    inputs.set(x.name, input);
    const { name } = weight;
    const [outSize, inSize] = weight.shape as [number, number];
    const quantized = () => {
      const known = weights.get(weight) ?? quantizeWeight(weight, largest);
      weights.set(weight, known);
      return known;
    };
    return quantizedLinear(graph, input, {
      weight: graph.initializer(`${name}:int8`, () => ({
        elementType: 'int8',
        shape: [inSize, outSize],
        writeTo: (target) => target.set(new Uint8Array(quantized().values.buffer)),
      })),
      scales: graph.initializer(`${name}:scales`, () => ({
        elementType: 'float32',
        shape: [outSize],
        writeTo: (target) => target.set(new Uint8Array(quantized().scales.buffer)),
      })),
      bias,
    });
  };
  const plus = (product: Value, addend: Value | undefined) =>
    addend ? add(graph, product, addend) : product;
  const apply = (x: Value, weight: StoredTensor, addend: Value | undefined) =>
    addend?.shape.length === 1
      ? multiplyQuantized(x, weight, addend)
      : plus(multiplyQuantized(x, weight, undefined), addend);
  return Object.assign(apply, {
    ofUnevenRows(x: Value, weight: StoredTensor, addend: Value | undefined): Value {
      const sizes = maximum(graph, maximumOfRows(graph, x), graph.float(smallestRow)); // [N, 1]
      const product = multiplyQuantized(divide(graph, x, sizes), weight, undefined);
      return plus(multiply(graph, product, sizes), addend);
    },
  });
}

interface QuantizedWeight {
  /** [in, out] */
  readonly values: Int8Array;
  /** [out]: value times scale is about the weight. */
  readonly scales: Float32Array;
}

const smallestWeight = 1e-30;

/** Symmetric, one scale per output: `[[1, -2]]` with 127 as the largest is `[[64], [-127]]` with the scale 2 / 127. */
export function quantizeWeight(weight: StoredTensor, largest: number): QuantizedWeight {
  const [outSize, inSize] = weight.shape as [number, number];
  const floats = toFloat32Array(weight);
  const values = new Int8Array(inSize * outSize);
  const scales = new Float32Array(outSize);
  for (let output = 0; output < outSize; output++) {
    const row = floats.subarray(output * inSize, (output + 1) * inSize);
    let greatest = 0;
    for (const value of row) greatest = Math.max(greatest, Math.abs(value));
    // Weights near the smallest float have no step that a float can hold; they count as zero.
    const scale = greatest < smallestWeight ? 1 : greatest / largest;
    scales[output] = scale;
    for (let index = 0; index < inSize; index++) {
      values[index * outSize + output] = Math.round(row[index]! / scale);
    }
  }
  return { values, scales };
}
