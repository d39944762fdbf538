// Gradient rules of operators that only move numbers: the gradient moves back the other way.
// Legend: x input, y output, g its gradient.

import { oneHot, padToWhole, reshapeLike, transposedMatMul, zerosLike } from './gradientOperations.ts';
import type { GradientRule, GradientTape } from './gradientTape.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { multiply, reshape, slice, transpose, unsqueeze } from './operations.ts';

export const movementRules: Readonly<Record<string, GradientRule>> = {
  Reshape: moveBackTo((tape, g, x) => reshapeLike(tape.graph, g, x)),
  Unsqueeze: moveBackTo((tape, g, x) => reshapeLike(tape.graph, g, x)),

  Transpose: moveBackTo((tape, g, _x, node) => {
    const permutation = integersAttribute(node, 'perm');
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return transpose(tape.graph, g, inverse);
  }),

  Split: (tape, node, gradients) => {
    const x = node.inputs[0];
    if (!tape.needs(x)) return;
    const { graph } = tape;
    const parts = node.outputs.map((output, index) => gradients[index] ?? zerosLike(graph, output));
    const joined = graph.node({
      operator: 'Concat',
      inputs: parts,
      outputs: [{ elementType: x.elementType, shape: x.shape }],
      attributes: { axis: { type: 'int', value: integerAttribute(node, 'axis') } },
    });
    tape.add(x, joined[0]!);
  },

  /** Parts of fixed size: each gets its own stretch back. */
  Concat: (tape, node, [g]) => {
    const axis = integerAttribute(node, 'axis');
    const { graph } = tape;
    let from = 0;
    for (const part of node.inputs) {
      const size = part!.shape[axis];
      if (typeof size !== 'number')
        throw new Error(`The gradient of ${node.name} needs parts of fixed size.`);
      const [start, end] = [graph.integers([from]), graph.integers([from + size])];
      if (tape.needs(part)) tape.add(part, slice(graph, g!, { axis, from: start, to: end, size }));
      from += size;
    }
  },

  /** One axis, forwards, from a place counted from the front. */
  Slice: moveBackTo((tape, g, x, node) => {
    const [, from, , axes, steps] = node.inputs;
    const axis = axes && tape.graph.integersOf(axes);
    const start = from && tape.graph.integersOf(from);
    if (axis?.length !== 1 || steps || (start && start[0]! < 0)) {
      throw new Error(`The gradient of Slice knows one axis without steps, ${node.name} has more.`);
    }
    return padToWhole(tape.graph, g, { whole: x, axis: axis[0]!, from: from! });
  }),

  Gather: (tape, node, [g]) => {
    const [x, indices] = node.inputs as readonly [Value, Value];
    if (!tape.needs(x)) return;
    const axis = integerAttribute(node, 'axis');
    if (tape.isLeaf(x) && axis === 0) tape.addRows({ table: x, indices, rows: g! });
    else if (indices.shape.length === 0) tape.add(x, placeOne(tape, g!, { x, index: indices, axis }));
    else if (indices.shape.length === 1 && axis === 0 && x.shape.length === 2) {
      // A product instead of additions to single rows: it is right for repeated rows too, whatever the threads do.
      tape.add(x, transposedMatMul(tape.graph, oneHot(tape.graph, indices, { table: x, axis }), g!, 'a'));
    } else {
      throw new Error(`The gradient of Gather does not know how ${node.name} reads ${x.name}.`);
    }
  },
};

/** A slice at one index goes back to its place; everywhere else is zero. */
function placeOne(
  { graph }: GradientTape,
  g: Value,
  place: { readonly x: Value; readonly index: Value; readonly axis: number },
): Value {
  const { x, index, axis } = place;
  const behind = x.shape.length - axis - 1;
  const list = reshape(graph, index, graph.integers([1]), [1]);
  const mask = oneHot(graph, list, { table: x, axis });
  const ones = new Array<number>(behind).fill(1);
  const column = reshape(graph, mask, graph.integers([-1, ...ones]), [x.shape[axis]!, ...ones]);
  return multiply(graph, unsqueeze(graph, g, axis), column);
}

/** A rule of one floating input whose gradient has to be computed from g and the input's shape alone. */
function moveBackTo(move: (tape: GradientTape, g: Value, x: Value, node: GraphNode) => Value): GradientRule {
  return (tape, node, [g]) => {
    const x = node.inputs[0];
    if (tape.needs(x)) tape.add(x, move(tape, g!, x, node));
  };
}

function integerAttribute(node: GraphNode, name: string): number {
  const attribute = node.attributes[name];
  if (attribute?.type !== 'int') throw new Error(`${node.name} has no ${name}.`);
  return attribute.value;
}

function integersAttribute(node: GraphNode, name: string): readonly number[] {
  const attribute = node.attributes[name];
  if (attribute?.type !== 'ints') throw new Error(`${node.name} has no ${name}.`);
  return attribute.value;
}
