// Sums of biases that are the same for every text, computed once when a graph is built: see servingEncoder.ts for why
// they may move. In: the weights of a block. Out: initializers. Sums are taken in doubles.

import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import type { LayerWeights, WeightAndBias } from './albertWeights.ts';
import type { StoredTensor } from './safetensors.ts';
import { toFloat32Array } from './safetensors.ts';

export interface BiasFolder {
  /** A bias before `next`, plus what the sum of next's attention wants: `outputBias + output · valueBias`. */
  sum(bias: StoredTensor, next: LayerWeights): Value;
  /** The bias of a block's inner normalisation, plus what the sum of its feed-forward part wants. */
  innerNorm(block: LayerWeights): Value;
  /** Biases of parts that read shifted rows. */
  query(block: LayerWeights): Value;
  value(block: LayerWeights): Value;
  feedForward(block: LayerWeights): Value;
}

export function createBiasFolder(graph: GraphBuilder): BiasFolder {
  const shifts = new Map<LayerWeights, Float64Array>();
  const shiftOf = (block: LayerWeights): Float64Array => {
    const { attentionDense, value } = block;
    const known =
      shifts.get(block) ??
      plus(toDoubles(attentionDense.bias), timesVector(attentionDense.weight, toDoubles(value.bias)));
    shifts.set(block, known);
    return known;
  };
  const store = (name: string, length: number, compute: () => Float64Array): Value =>
    graph.initializer(name, () => ({
      elementType: 'float32',
      shape: [length],
      writeTo: (target) => target.set(new Uint8Array(Float32Array.from(compute()).buffer)),
    }));
  /** The bias of a part whose input has `shift` added. */
  const unshifted = ({ weight, bias }: WeightAndBias, shift: () => Float64Array): Value =>
    store(`${bias.name}:unshifted`, bias.shape[0]!, () =>
      plus(toDoubles(bias), timesVector(weight, shift()), -1),
    );

  return {
    sum: (bias, next) =>
      store(`${bias.name}+${next.attentionDense.bias.name}`, bias.shape[0]!, () =>
        plus(toDoubles(bias), shiftOf(next)),
      ),
    innerNorm: ({ attentionNorm, ffnOutput }) =>
      store(`${attentionNorm.bias.name}+${ffnOutput.bias.name}`, ffnOutput.bias.shape[0]!, () =>
        plus(toDoubles(attentionNorm.bias), toDoubles(ffnOutput.bias)),
      ),
    query: (block) => unshifted(block.query, () => shiftOf(block)),
    value: (block) =>
      // The bias itself has moved to the output, so only the shift is taken off.
      store(`${block.value.bias.name}:unshifted`, block.value.bias.shape[0]!, () =>
        timesVector(block.value.weight, shiftOf(block)).map((number) => -number),
      ),
    feedForward: (block) => unshifted(block.ffn, () => toDoubles(block.ffnOutput.bias)),
  };
}

function toDoubles(tensor: StoredTensor): Float64Array {
  return Float64Array.from(toFloat32Array(tensor));
}

/** `plus([1, 2], [3, 4])` is `[4, 6]`; with -1 as the factor `[-2, -2]`. */
function plus(a: Float64Array, b: Float64Array, factor = 1): Float64Array {
  return a.map((value, index) => value + factor * b[index]!);
}

/** weight [out, in] times vector [in] → [out] */
function timesVector(weight: StoredTensor, vector: Float64Array): Float64Array {
  const matrix = toFloat32Array(weight);
  const [outSize, inSize] = weight.shape as [number, number];
  const result = new Float64Array(outSize);
  for (let row = 0; row < outSize; row++) {
    let sum = 0;
    for (let column = 0; column < inSize; column++) sum += matrix[row * inSize + column]! * vector[column]!;
    result[row] = sum;
  }
  return result;
}
