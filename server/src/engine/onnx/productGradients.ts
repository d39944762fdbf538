// Gradient rules of matrix products. Legend: a, b factors, y = a b, g the gradient of y: dA = g bᵀ, dB = aᵀ g.

import { fusedMatMul } from './fusedOperations.ts';
import { product, sumToShape, transposedMatMul } from './gradientOperations.ts';
import type { GradientRule } from './gradientTape.ts';
import type { Dimension, GraphNode, Value } from './onnxGraph.ts';
import { transpose } from './operations.ts';

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

  /** Batches of matrices; an operand whose batch lies second gets its gradient in that order too. */
  FusedMatMul: (tape, node, [g]) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const { graph } = tape;
    const [batchSecondA, batchSecondB] = [isOne(node, 'transBatchA'), isOne(node, 'transBatchB')];
    if (isOne(node, 'transA') || a.shape.length !== 3 || b.shape.length !== 3) {
      throw new Error(
        `The gradient of FusedMatMul knows three dimensions and no transA, unlike ${node.name}.`,
      );
    }
    const transposeB = isOne(node, 'transB');
    const alpha = node.attributes.alpha;
    const scale = alpha?.type === 'float' ? alpha.value : 1;
    const inOrder = (gradient: Value, batchSecond: boolean) =>
      batchSecond ? transpose(graph, gradient, [1, 0, 2]) : gradient;
    const [batch, rows, columns] = g!.shape as [Dimension, Dimension, Dimension];
    const inner = a.shape[2]!;
    if (tape.needs(a)) {
      const gradient = fusedMatMul(graph, g!, b, {
        batchSecondA: false,
        batchSecondB,
        transposeB: !transposeB,
        scale,
        shape: [batch, rows, inner],
      });
      tape.add(a, inOrder(gradient, batchSecondA));
    }
    if (tape.needs(b)) {
      const [left, right] = transposeB ? [g!, a] : [a, g!];
      const gradient = fusedMatMul(graph, left, right, {
        batchSecondA: !transposeB && batchSecondA,
        batchSecondB: transposeB && batchSecondA,
        transposeA: true,
        transposeB: false,
        scale,
        shape: transposeB ? [batch, columns, inner] : [batch, inner, columns],
      });
      tape.add(b, inOrder(gradient, batchSecondB));
    }
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
