// Gradient rules of matrix products. Legend: a, b factors, y = a b, g the gradient of y: dA = g bᵀ, dB = aᵀ g.

import { product, sumToShape, transposedMatMul } from './gradientOperations.ts';
import type { GradientRule } from './gradientTape.ts';
import type { GraphNode, Value } from './onnxGraph.ts';

export const productRules: Readonly<Record<string, GradientRule>> = {
  /** a [N, in], b [in, out] or, with transB, [out, in] → y [N, out]. The sums so far go in as Gemm's third input. */
  Gemm: (tape, node, [g]) => {
    checkAttributes(node);
    const [a, b, bias] = node.inputs as readonly [Value, Value, Value | undefined];
    const { graph } = tape;
    const transposed = isOne(node, 'transB');
    if (tape.needs(a)) {
      tape.addWith(a, (sum) => product(graph, g!, b, { transposeA: false, transposeB: !transposed, sum }));
    }
    if (tape.needs(b)) {
      const [left, right] = transposed ? [g!, a] : [a, g!];
      tape.addWith(b, (sum) => product(graph, left, right, { transposeA: true, transposeB: false, sum }));
    }
    if (tape.needs(bias)) tape.add(bias, sumToShape(graph, g!, bias.shape));
  },

  MatMul: (tape, node, [g]) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const { graph } = tape;
    if (tape.needs(a)) tape.add(a, sumToShape(graph, transposedMatMul(graph, g!, b, 'b'), a.shape));
    if (tape.needs(b)) tape.add(b, sumToShape(graph, transposedMatMul(graph, a, g!, 'a'), b.shape));
  },
};

function isOne(node: GraphNode, name: string): boolean {
  const attribute = node.attributes[name];
  return attribute?.type === 'int' && attribute.value === 1;
}

function checkAttributes(node: GraphNode): void {
  if (isOne(node, 'transA') || node.attributes.alpha || node.attributes.beta) {
    throw new Error(`The gradient of Gemm knows neither transA nor alpha nor beta, which ${node.name} has.`);
  }
}
