// Stored weights as values of a graph. For running a model they become initializers, each tensor once, expanded to
// 32-bit floats when the model's bytes are laid out, so that beside the file's own bytes no second copy exists.
// Training hands in another source, which makes them inputs.

import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { layerNormalization, linear } from '../onnx/operations.ts';
import type { WeightAndBias } from './albertWeights.ts';
import { writeAsFloat32 } from './floatConversion.ts';
import type { StoredTensor } from './safetensors.ts';
import { floatTypeOf } from './safetensors.ts';

/**
 * Gives the value of one tensor, or of several with equal row length below each other: three [H, H] → [3H, H].
 * Invariant: the same tensors always give the same value; that is how layers share.
 */
export type WeightSource = (...tensors: readonly StoredTensor[]) => Value;

export function initializerSource(graph: GraphBuilder): WeightSource {
  return (...tensors) =>
    graph.initializer(tensors.map((tensor) => tensor.name).join('+'), () => ({
      elementType: 'float32',
      shape: [tensors.reduce((sum, { shape }) => sum + shape[0]!, 0), ...tensors[0]!.shape.slice(1)],
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

/** A tensor as 16-bit floats, where the file has it so. */
export function storedTable(graph: GraphBuilder, tensor: StoredTensor): Value | undefined {
  if (tensor.type !== 'F16') return undefined;
  return graph.initializer(`${tensor.name}:stored`, () => ({
    elementType: 'float16',
    shape: tensor.shape,
    writeTo: (target) => target.set(tensor.bytes),
  }));
}

/** What applying weights needs of an encoder's context. */
interface WeightContext {
  readonly graph: GraphBuilder;
  readonly weightOf: WeightSource;
}

/** x [n, in] → [n, out] */
export function applyLinear({ graph, weightOf }: WeightContext, x: Value, weights: WeightAndBias): Value {
  return linear(graph, x, weightOf(weights.weight), weightOf(weights.bias));
}

export function applyLayerNorm(
  { graph, weightOf }: WeightContext,
  x: Value,
  weights: WeightAndBias,
  epsilon: number,
): Value {
  return layerNormalization(graph, x, {
    scale: weightOf(weights.weight),
    bias: weightOf(weights.bias),
    epsilon,
  });
}
