// Gradient rules of operators that work element by element. Legend: x, a, b inputs, y the output, g its gradient.

import { sumToShape } from './gradientOperations.ts';
import type { GradientRule, GradientTape } from './gradientTape.ts';
import type { GraphBuilder } from './graphBuilder.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { add, divide, multiply, subtract, unary } from './operations.ts';

export const elementwiseRules: Readonly<Record<string, GradientRule>> = {
  Add: binary(
    (_graph, g) => g,
    (_graph, g) => g,
  ),
  Sub: binary(
    (_graph, g) => g,
    (graph, g) => unary(graph, 'Neg', g),
  ),
  Mul: binary(
    (graph, g, { b }) => multiply(graph, g, b),
    (graph, g, { a }) => multiply(graph, g, a),
  ),
  Div: binary(
    (graph, g, { b }) => divide(graph, g, b),
    (graph, g, { b, y }) => unary(graph, 'Neg', divide(graph, multiply(graph, g, y), b)),
  ),
  Identity: of((_graph, g) => g),
  Neg: of((graph, g) => unary(graph, 'Neg', g)),
  Exp: of((graph, g, { y }) => multiply(graph, g, y)),
  Log: of((graph, g, { x }) => divide(graph, g, x)),
  Sqrt: of((graph, g, { y }) => divide(graph, multiply(graph, g, graph.float(0.5)), y)),
  Tanh: of((graph, g, { y }) => multiply(graph, g, subtract(graph, graph.float(1), multiply(graph, y, y)))),
  Sigmoid: of((graph, g, { y }) => multiply(graph, g, subtract(graph, y, multiply(graph, y, y)))),
  // The sign of the output is 1 where the input passed and 0 where it was cut off.
  Relu: of((graph, g, { y }) => multiply(graph, g, unary(graph, 'Sign', y))),
  Gelu: of((graph, g, { x, y, node }) => {
    const approximate = node.attributes.approximate;
    const isTanh = approximate?.type === 'string' && approximate.value === 'tanh';
    return multiply(graph, g, isTanh ? tanhGeluSlope(graph, x, y) : exactGeluSlope(graph, x));
  }),
};

/**
 * `0.5 x (1 + tanh(c (x + 0.044715 x³)))` is `x s` with `s = sigmoid(z)`, `z = x (2c + 2c·0.044715 x²)`, so the slope is
 * `s + y (1 - s) z'`. Everything but x and y is computed again: to keep it would take more memory than all else.
 */
function tanhGeluSlope(graph: GraphBuilder, x: Value, y: Value): Value {
  const linearPart = 2 * Math.sqrt(2 / Math.PI);
  const cubicPart = linearPart * 0.044715;
  const square = multiply(graph, multiply(graph, x, x), graph.float(cubicPart));
  const z = multiply(graph, x, add(graph, square, graph.float(linearPart)));
  const s = unary(graph, 'Sigmoid', z);
  const slopeOfZ = add(graph, multiply(graph, square, graph.float(3)), graph.float(linearPart));
  const rest = subtract(graph, y, multiply(graph, y, s));
  return add(graph, s, multiply(graph, rest, slopeOfZ));
}

/** `x Φ(x)` has the slope `Φ(x) + x φ(x)`, Φ and φ the normal distribution and its density. */
function exactGeluSlope(graph: GraphBuilder, x: Value): Value {
  const erf = unary(graph, 'Erf', multiply(graph, x, graph.float(Math.SQRT1_2)));
  const distribution = multiply(graph, add(graph, erf, graph.float(1)), graph.float(0.5));
  const exponent = multiply(graph, multiply(graph, x, x), graph.float(-0.5));
  const density = multiply(graph, unary(graph, 'Exp', exponent), graph.float(1 / Math.sqrt(2 * Math.PI)));
  return add(graph, distribution, multiply(graph, x, density));
}

/** A rule of one input. */
function of(
  slope: (
    graph: GraphBuilder,
    g: Value,
    at: { readonly x: Value; readonly y: Value; readonly node: GraphNode },
  ) => Value,
): GradientRule {
  return (tape, node, [g]) => {
    const x = node.inputs[0];
    if (tape.needs(x)) tape.add(x, slope(tape.graph, g!, { x, y: node.outputs[0]!, node }));
  };
}

type Side = (
  graph: GraphBuilder,
  g: Value,
  at: { readonly a: Value; readonly b: Value; readonly y: Value },
) => Value;

/** A rule of two inputs that broadcast: what was repeated on the way in is summed on the way back. */
function binary(ofA: Side, ofB: Side): GradientRule {
  return (tape, node, [g]) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const at = { a, b, y: node.outputs[0]! };
    addSummed(tape, a, () => ofA(tape.graph, g!, at));
    addSummed(tape, b, () => ofB(tape.graph, g!, at));
  };
}

function addSummed(tape: GradientTape, value: Value, compute: () => Value): void {
  if (tape.needs(value)) tape.add(value, sumToShape(tape.graph, compute(), value.shape));
}
