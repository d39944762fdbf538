// Operators of ONNX Runtime beyond the standard: they save copies, or compute in 8-bit integers. FusedMatMul has a gradient
// rule, and a form for 64-bit floats in which gradients are checked; the others are for graphs that only run.

import type { GraphBuilder } from './graphBuilder.ts';
import type { Shape, Value } from './onnxGraph.ts';
import { matMul, multiply, transpose } from './operations.ts';

const domain = 'com.microsoft';

export interface FusedMatMulOptions {
  /** The operand lies as [n, batch, k] in memory and is read as [batch, n, k], without a copy. */
  readonly batchSecondA: boolean;
  readonly batchSecondB: boolean;
  /** The last two dimensions of an operand are exchanged, after that. */
  readonly transposeA?: boolean;
  readonly transposeB: boolean;
  /** The product is multiplied by this. */
  readonly scale: number;
  readonly shape: Shape;
}

/** Operands of three dimensions. */
export function fusedMatMul(graph: GraphBuilder, a: Value, b: Value, options: FusedMatMulOptions): Value {
  // The runtime has the operator for 32-bit floats alone.
  if (a.elementType === 'float64') return matMulOfCopies(graph, a, b, options);
  return graph.node({
    operator: 'FusedMatMul',
    domain,
    inputs: [a, b],
    outputs: [{ elementType: a.elementType, shape: options.shape }],
    attributes: {
      transBatchA: { type: 'int', value: Number(options.batchSecondA) },
      transBatchB: { type: 'int', value: Number(options.batchSecondB) },
      transA: { type: 'int', value: Number(options.transposeA ?? false) },
      transB: { type: 'int', value: Number(options.transposeB) },
      alpha: { type: 'float', value: options.scale },
    },
  })[0]!;
}

function matMulOfCopies(graph: GraphBuilder, a: Value, b: Value, options: FusedMatMulOptions): Value {
  const turned = (x: Value, batchSecond: boolean, exchanged: boolean) => {
    const batchFirst = batchSecond ? transpose(graph, x, [1, 0, 2]) : x;
    return exchanged ? transpose(graph, batchFirst, [0, 2, 1]) : batchFirst;
  };
  const product = matMul(
    graph,
    turned(a, options.batchSecondA, options.transposeA ?? false),
    turned(b, options.batchSecondB, options.transposeB),
  );
  return options.scale === 1 ? product : multiply(graph, product, graph.float(options.scale));
}

/** A tensor as unsigned bytes with one scale and zero point for all of it. */
export interface QuantizedValue {
  readonly bytes: Value;
  readonly scale: Value;
  readonly zeroPoint: Value;
}

/** The range of the values is measured anew in every run. */
export function quantizeDynamically(graph: GraphBuilder, x: Value): QuantizedValue {
  const [bytes, scale, zeroPoint] = graph.node({
    operator: 'DynamicQuantizeLinear',
    inputs: [x],
    outputs: [
      { elementType: 'uint8', shape: x.shape },
      { elementType: 'float32', shape: [] },
      { elementType: 'uint8', shape: [] },
    ],
  });
  return { bytes: bytes!, scale: scale!, zeroPoint: zeroPoint! };
}

/** x [N, in] times weight int8 [in, out], whose columns have the scales [out]; bias [out] → float32 [N, out]. */
export function quantizedLinear(
  graph: GraphBuilder,
  x: QuantizedValue,
  parameters: { readonly weight: Value; readonly scales: Value; readonly bias: Value | undefined },
): Value {
  const { weight, scales, bias } = parameters;
  return graph.node({
    operator: 'MatMulIntegerToFloat',
    domain,
    inputs: [x.bytes, weight, x.scale, scales, x.zeroPoint, undefined, bias],
    outputs: [{ elementType: 'float32', shape: [x.bytes.shape[0]!, weight.shape[1]!] }],
  })[0]!;
}
