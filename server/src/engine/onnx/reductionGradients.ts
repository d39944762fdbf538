// Gradient rules of operators that sum: over an axis, in a softmax, in a layer normalisation.
// Legend: x input, y output, g its gradient, n the size of the last dimension.

import { expandLike, sumOverLast, sumToShape } from './gradientOperations.ts';
import type { GradientRule, GradientTape } from './gradientTape.ts';
import type { GraphBuilder } from './graphBuilder.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { add, divide, multiply, reshape, subtract, unary } from './operations.ts';

export const reductionRules: Readonly<Record<string, GradientRule>> = {
  ReduceSum: (tape, node, [g]) => {
    const [x, axes] = node.inputs as readonly [Value, Value];
    if (!tape.needs(x)) return;
    const list = tape.graph.integersOf(axes);
    if (!list) throw new Error(`The axes of ${node.name} have to be constant.`);
    const summed = new Set(list.map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
    const kept = x.shape.map((size, axis) => (summed.has(axis) ? 1 : size));
    const withAxes = kept.length === g!.shape.length ? g! : unsqueezeAt(tape.graph, g!, [...summed], kept);
    tape.add(x, expandLike(tape.graph, withAxes, x));
  },

  Softmax: (tape, node, [g]) => {
    const x = node.inputs[0];
    if (!tape.needs(x)) return;
    checkLastAxis(node);
    const { graph } = tape;
    const y = node.outputs[0]!;
    const weighted = multiply(graph, g!, y);
    tape.add(x, subtract(graph, weighted, multiply(graph, y, sumOverLast(graph, weighted))));
  },

  LogSoftmax: (tape, node, [g]) => {
    const x = node.inputs[0];
    if (!tape.needs(x)) return;
    checkLastAxis(node);
    const { graph } = tape;
    const probabilities = unary(graph, 'Exp', node.outputs[0]!);
    tape.add(x, subtract(graph, g!, multiply(graph, probabilities, sumOverLast(graph, g!))));
  },

  /** With x̂ = (x - mean) / deviation: y = scale x̂ + bias. */
  LayerNormalization: (tape, node, [g]) => {
    checkLastAxis(node);
    const { graph } = tape;
    const [x, scale, bias] = node.inputs as readonly [Value, Value, Value];
    const { mean, inverse } = statisticsOf(graph, node, x);
    const normalized = multiply(graph, subtract(graph, x, mean), inverse);
    const weighted = multiply(graph, g!, normalized);
    if (tape.needs(scale)) tape.add(scale, sumToShape(graph, weighted, scale.shape));
    if (tape.needs(bias)) tape.add(bias, sumToShape(graph, g!, bias.shape));
    if (tape.needs(x)) addToInput(tape, { x, scale, gradient: g!, normalized, weighted, inverse });
  },
};

/** dx = (g scale - mean(g scale) - x̂ mean(g scale x̂)) / deviation; the means are products with scale / n. */
function addToInput(
  tape: GradientTape,
  parts: Readonly<Record<'x' | 'scale' | 'gradient' | 'normalized' | 'weighted' | 'inverse', Value>>,
): void {
  const { graph } = tape;
  const { x, scale, gradient, normalized, weighted, inverse } = parts;
  const n = scale.shape[0] as number;
  const column = reshape(graph, divide(graph, scale, graph.float(n)), graph.integers([n, 1]), [n, 1]);
  const meanOf = (rows: Value) =>
    graph.node({
      operator: 'MatMul',
      inputs: [rows, column],
      outputs: [{ elementType: x.elementType, shape: x.shape.with(-1, 1) }],
    })[0]!;
  const centred = subtract(graph, multiply(graph, gradient, scale), meanOf(gradient));
  const straight = subtract(graph, centred, multiply(graph, normalized, meanOf(weighted)));
  tape.add(x, multiply(graph, straight, inverse));
}

/** The mean and one over the deviation of every row, `[..., 1]` each. */
function statisticsOf(graph: GraphBuilder, node: GraphNode, x: Value): { mean: Value; inverse: Value } {
  const shape = x.shape.with(-1, 1);
  if (x.elementType === 'float32') {
    // The forward operator knows both; it only has to be asked.
    const found = graph.addOutputs(node, [
      { elementType: 'float32', shape },
      { elementType: 'float32', shape },
    ]);
    return { mean: found[0]!, inverse: found[1]! };
  }
  // For 64-bit floats it would answer in 32 bits.
  const n = graph.float(x.shape.at(-1) as number);
  const epsilon = node.attributes.epsilon;
  const mean = divide(graph, sumOverLast(graph, x), n);
  const difference = subtract(graph, x, mean);
  const variance = divide(graph, sumOverLast(graph, multiply(graph, difference, difference)), n);
  // An attribute is stored in 32 bits, and the forward pass computes with what was stored.
  const stored = graph.float(Math.fround(epsilon?.type === 'float' ? epsilon.value : 1e-5));
  const deviation = unary(graph, 'Sqrt', add(graph, variance, stored));
  return { mean, inverse: unary(graph, 'Reciprocal', deviation) };
}

function unsqueezeAt(graph: GraphBuilder, x: Value, axes: readonly number[], shape: Value['shape']): Value {
  return graph.node({
    operator: 'Unsqueeze',
    inputs: [x, graph.integers(axes)],
    outputs: [{ elementType: x.elementType, shape }],
  })[0]!;
}

function checkLastAxis(node: GraphNode): void {
  const axis = node.attributes.axis;
  if (axis?.type === 'int' && axis.value === -1) return;
  throw new Error(`The gradient of ${node.operator} knows only the last axis, ${node.name} has another.`);
}
