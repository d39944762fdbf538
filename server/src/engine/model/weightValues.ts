// Puts stored weights into a graph as initializers: each tensor once, expanded to 32-bit floats when the
// model's bytes are laid out, so that beside the file's own bytes no second copy exists.

import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { layerNormalization, linear } from '../onnx/operations.ts';
import type { WeightAndBias } from './albertWeights.ts';
import { writeAsFloat32 } from './floatConversion.ts';
import type { StoredTensor } from './safetensors.ts';
import { floatTypeOf } from './safetensors.ts';

/** The stored tensor as a value of the graph; the same tensor always gives the same value. */
export function weightValue(graph: GraphBuilder, tensor: StoredTensor): Value {
  return stackedWeightValue(graph, [tensor]);
}

/** Several tensors of equal row length as one, below each other: three [H, H] → [3H, H]. */
export function stackedWeightValue(graph: GraphBuilder, tensors: readonly StoredTensor[]): Value {
  const name = tensors.map((tensor) => tensor.name).join('+');
  const rows = tensors.reduce((sum, tensor) => sum + tensor.shape[0]!, 0);
  return graph.initializer(name, () => ({
    elementType: 'float32',
    shape: [rows, ...tensors[0]!.shape.slice(1)],
    writeTo: (target) => {
      let offset = 0;
      for (const tensor of tensors) {
        const byteLength = 4 * tensor.shape.reduce((product, size) => product * size, 1);
        writeAsFloat32(tensor.bytes, floatTypeOf(tensor), target.subarray(offset, offset + byteLength));
        offset += byteLength;
      }
    },
  }));
}

/** x [n, in] → [n, out] */
export function applyLinear(graph: GraphBuilder, x: Value, weights: WeightAndBias): Value {
  return linear(graph, x, weightValue(graph, weights.weight), weightValue(graph, weights.bias));
}

export function applyLayerNorm(
  graph: GraphBuilder,
  x: Value,
  weights: WeightAndBias,
  epsilon: number,
): Value {
  return layerNormalization(graph, x, {
    scale: weightValue(graph, weights.weight),
    bias: weightValue(graph, weights.bias),
    epsilon,
  });
}
