// Every row of the table of gradient rules against finite differences in 64-bit floats, on sizes that are all different.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ModelSession } from '../../../server/src/engine/model/session.ts';
import { differentiate } from '../../../server/src/engine/onnx/differentiate.ts';
import { fusedMatMul } from '../../../server/src/engine/onnx/fusedOperations.ts';
import { gradientRules } from '../../../server/src/engine/onnx/gradientRules.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import type { Value } from '../../../server/src/engine/onnx/onnxGraph.ts';
import {
  add,
  concatenate,
  divide,
  gather,
  layerNormalization,
  linear,
  matMul,
  multiply,
  reshape,
  sizeOf,
  slice,
  softmax,
  split,
  subtract,
  sumOver,
  transpose,
  unary,
  unsqueeze,
} from '../../../server/src/engine/onnx/operations.ts';
import { writeOnnxModel } from '../../../server/src/engine/onnx/writeOnnxModel.ts';
import type { GradientCase } from './checkGradients.ts';
import { compareWithFiniteDifferences } from './checkGradients.ts';

/**
 * A step of 1e-5 leaves an error of its square times the third derivative and rounding of about 1e-11; measured were at
 * most 2.8e-10, and 1.2e-8 for Gelu, whose kernel takes its constants in 32 bits. A difference of 32-bit numbers is some
 * roundings of 6e-8: at most 4.3e-7 were measured.
 */
const tolerance = { finite: 2e-8, narrow: 5e-6 };

type Inputs = Readonly<Record<string, Value>>;
const integers = (...values: number[]) => BigInt64Array.from(values, BigInt);
const unaryCase = (operator: string, range: readonly [number, number] = [-2, 2]): GradientCase => ({
  inputs: { x: [3, 5] },
  range,
  forward: (g, { x }) => unary(g, operator, x!),
});
const binaryCases = (
  operation: (graph: GraphBuilder, a: Value, b: Value) => Value,
): Record<string, GradientCase> => {
  const forward = (g: GraphBuilder, { a, b }: Inputs) => operation(g, a!, b!);
  const range = [0.5, 2] as const;
  return {
    'of equal shapes': { inputs: { a: [3, 5], b: [3, 5] }, range, forward },
    'with a repeated row': { inputs: { a: [2, 3, 5], b: [5] }, range, forward },
    'with a repeated column': { inputs: { a: [3, 1], b: [2, 3, 5] }, range, forward },
    'repeated inside and in front': { inputs: { a: [1, 5], b: [2, 3, 5] }, range, forward },
    'repeated on both sides': { inputs: { a: [4, 1, 5], b: [3, 1] }, range, forward },
    'with a scalar': { inputs: { a: [3, 5], b: [] }, range, forward },
    'of a value with itself': { inputs: { a: [3, 5] }, range, forward: (g, { a }) => operation(g, a!, a!) },
  };
};

/** By operator, each with the ways it is used. */
const cases: Readonly<Record<string, Readonly<Record<string, GradientCase>>>> = {
  Add: binaryCases(add),
  Sub: withoutSelf(binaryCases(subtract)),
  Mul: binaryCases(multiply),
  Div: withoutSelf(binaryCases(divide)),
  Identity: { '': unaryCase('Identity') },
  Neg: { '': unaryCase('Neg') },
  Exp: { '': unaryCase('Exp') },
  Log: { '': unaryCase('Log', [0.5, 3]) },
  Sqrt: { '': unaryCase('Sqrt', [0.5, 3]) },
  Tanh: { '': unaryCase('Tanh') },
  Sigmoid: { '': unaryCase('Sigmoid') },
  Relu: { '': unaryCase('Relu') },
  Gelu: {
    'with tanh': {
      inputs: { x: [3, 5] },
      range: [-4, 4],
      forward: (g, { x }) => unary(g, 'Gelu', x!, { approximate: { type: 'string', value: 'tanh' } }),
    },
  },
  Gemm: {
    'with a transposed weight': {
      inputs: { x: [3, 5], w: [4, 5], b: [4] },
      forward: (g, { x, w, b }) => linear(g, x!, w!, b!),
    },
    'without a bias': {
      inputs: { x: [3, 5], w: [4, 5] },
      forward: (g, { x, w }) => linear(g, x!, w!, undefined),
    },
    'with a plain weight': { inputs: { x: [3, 5], w: [5, 4] }, forward: (g, { x, w }) => gemm(g, x!, w!) },
    'of a weight that is used three times': {
      inputs: { x: [3, 5], w: [5, 5], b: [5] },
      forward: (g, { x, w, b }) => {
        const first = unary(g, 'Tanh', linear(g, x!, w!, b!));
        const second = unary(g, 'Tanh', linear(g, first, w!, b!));
        return add(g, first, linear(g, second, w!, b!));
      },
    },
  },
  MatMul: {
    'of batches': {
      inputs: { a: [2, 3, 4, 5], b: [2, 3, 5, 7] },
      forward: (g, { a, b }) => matMul(g, a!, b!),
    },
    'of a batch with one matrix': {
      inputs: { a: [3, 4, 5], b: [5, 2] },
      forward: (g, { a, b }) => matMul(g, a!, b!),
    },
    'of two matrices': { inputs: { a: [4, 5], b: [5, 2] }, forward: (g, { a, b }) => matMul(g, a!, b!) },
  },
  FusedMatMul: {
    'of batches that lie second, the second operand transposed': {
      inputs: { a: [4, 3, 5], b: [7, 3, 5] },
      forward: (g, { a, b }) =>
        fusedMatMul(g, a!, b!, {
          batchSecondA: true,
          batchSecondB: true,
          transposeB: true,
          scale: 0.3,
          shape: [3, 4, 7],
        }),
    },
    'of a batch that lies first with one that lies second': {
      inputs: { a: [3, 4, 5], b: [5, 3, 7] },
      forward: (g, { a, b }) =>
        fusedMatMul(g, a!, b!, {
          batchSecondA: false,
          batchSecondB: true,
          transposeB: false,
          scale: 1,
          shape: [3, 4, 7],
        }),
    },
    'of a batch that lies second with one that lies first': {
      inputs: { a: [4, 3, 5], b: [3, 5, 7] },
      forward: (g, { a, b }) =>
        fusedMatMul(g, a!, b!, {
          batchSecondA: true,
          batchSecondB: false,
          transposeB: false,
          scale: 2,
          shape: [3, 4, 7],
        }),
    },
  },
  ReduceSum: {
    'over the first axis': { inputs: { x: [3, 5, 2] }, forward: (g, { x }) => sumOver(g, x!, 0) },
    'over a middle axis': {
      inputs: { x: [3, 5, 2] },
      forward: (g, { x }) => sumOver(g, multiply(g, x!, x!), 1),
    },
    'over two axes': { inputs: { x: [3, 5, 2] }, forward: (g, { x }) => sumOver(g, sumOver(g, x!, 2), 0) },
    'with sizes known at run time': {
      inputs: { x: [3, 5, 2] },
      symbolic: { x: ['B', 'T', 2] },
      forward: (g, { x }) => sumOver(g, multiply(g, x!, x!), 1),
    },
  },
  Softmax: { '': { inputs: { x: [3, 2, 5] }, range: [-3, 3], forward: (g, { x }) => softmax(g, x!) } },
  LogSoftmax: {
    '': {
      inputs: { x: [3, 2, 5] },
      range: [-3, 3],
      forward: (g, { x }) => unary(g, 'LogSoftmax', x!, { axis: { type: 'int', value: -1 } }),
    },
  },
  LayerNormalization: {
    'of rows': normCase([4, 7], 1e-12),
    'of texts': normCase([2, 3, 7], 1e-5),
    'of rows that hardly differ': normCase([4, 7], 0.1),
  },
  Reshape: {
    '': {
      inputs: { x: [3, 4, 5] },
      symbolic: { x: ['B', 'T', 5] },
      forward: (g, { x }) => reshape(g, x!, g.integers([-1, 5]), ['N', 5]),
    },
  },
  Unsqueeze: { '': { inputs: { x: [3, 5] }, forward: (g, { x }) => unsqueeze(g, x!, 1) } },
  Transpose: { '': { inputs: { x: [2, 3, 4, 5] }, forward: (g, { x }) => transpose(g, x!, [2, 0, 3, 1]) } },
  Split: {
    'with every part used': { inputs: { x: [6, 5] }, forward: (g, { x }) => split(g, x!, 0, 3) },
    'with parts left unused': { inputs: { x: [2, 6] }, forward: (g, { x }) => split(g, x!, 1, 3)[1]! },
  },
  Concat: {
    'along rows, one part twice': {
      inputs: { a: [2, 5], b: [3, 5] },
      forward: (g, { a, b }) => concatenate(g, [a!, b!, a!], 0),
    },
    'along columns, beside a constant': {
      inputs: { a: [2, 3] },
      forward: (g, { a }) => concatenate(g, [g.floats([1, 2], [2, 1]), a!], 1),
    },
  },
  Slice: {
    'from the front to an end known at run time': {
      inputs: { x: [7, 3], y: [4, 2] },
      symbolic: { y: ['T', 2] },
      forward: (g, { x, y }) => [
        slice(g, x!, { axis: 0, from: g.integers([0]), to: sizeOf(g, y!, 0), size: 'T' }),
        y!,
      ],
    },
    'from the middle': {
      inputs: { x: [3, 7] },
      forward: (g, { x }) => slice(g, x!, { axis: 1, from: g.integers([2]), to: g.integers([5]), size: 3 }),
    },
  },
  Gather: {
    'of rows of a table, some twice': {
      inputs: { table: [6, 3] },
      integers: { ids: { data: integers(5, 0, 5, 2, 5, 0), shape: [2, 3] } },
      forward: (g, { table, ids }) => gather(g, table!, ids!, 0),
    },
    'of rows of a computed table, some twice': {
      inputs: { x: [6, 3] },
      symbolic: { x: ['N', 3], ids: ['M'] },
      integers: { ids: { data: integers(5, 0, 5, 2), shape: [4] } },
      forward: (g, { x, ids }) => gather(g, unary(g, 'Tanh', x!), ids!, 0),
    },
    'of one place in every text': {
      inputs: { x: [3, 4, 5] },
      symbolic: { x: ['B', 'T', 5] },
      forward: (g, { x }) => gather(g, unary(g, 'Tanh', x!), g.integers(2), 1),
    },
  },
};

describe('gradients', () => {
  it('are checked for every operator that has a rule', () => {
    assert.deepEqual(Object.keys(cases).sort(), Object.keys(gradientRules).sort());
  });

  for (const [operator, uses] of Object.entries(cases)) {
    for (const [use, one] of Object.entries(uses)) {
      it(`of ${[operator, use].join(' ').trim()} equal finite differences`, async () => {
        for (const { input, finite, narrow } of await compareWithFiniteDifferences(one)) {
          assert.ok(finite <= tolerance.finite, `${input} differs by ${finite}`);
          assert.ok(narrow <= tolerance.narrow, `${input} in 32 bits differs by ${narrow}`);
        }
      });
    }
  }

  it('of the exact Gelu, which the runtime computes in 32 bits only, equal its derivative', async () => {
    const x = Float32Array.from({ length: 41 }, (_, index) => (index - 20) / 4);
    const slopes = await gradientIn32Bits(x, (g, v) =>
      unary(g, 'Gelu', v, { approximate: { type: 'string', value: 'none' } }),
    );
    x.forEach((at, index) => {
      const expected = normalDistribution(at) + (at * Math.exp((-at * at) / 2)) / Math.sqrt(2 * Math.PI);
      assert.ok(Math.abs(slopes[index]! - expected) < 5e-7, `at ${at}: ${slopes[index]}, not ${expected}`);
    });
  });

  it('do not reach what the scalar does not depend on', () => {
    const graph = new GraphBuilder('float64');
    const [x, unrelated] = ['x', 'unrelated'].map((name) => graph.input(name, 'float64', [3])) as [
      Value,
      Value,
    ];
    unary(graph, 'Tanh', unrelated);
    const gradients = differentiate(graph, sumOver(graph, x, 0), [x, unrelated]);
    assert.deepEqual([...gradients.dense.keys()], ['x']);
    const none = differentiate(graph, sumOver(graph, x, 0), [unrelated]);
    assert.equal(none.dense.size + none.rows.length, 0);
  });

  it('EXPECTED FAILURE - an operator without a rule is named', () => {
    const graph = new GraphBuilder('float64');
    const x = graph.input('x', 'float64', [3]);
    const loss = sumOver(graph, unary(graph, 'Floor', x), 0);
    assert.throws(() => differentiate(graph, loss, [x]), /no gradient rule for Floor/);
  });

  it('BAD CALL - only a scalar can be differentiated', () => {
    const graph = new GraphBuilder('float64');
    const x = graph.input('x', 'float64', [3]);
    assert.throws(() => differentiate(graph, x, [x]), /scalar/);
  });
});

/** The gradient of the sum of what `forward` makes of x. */
async function gradientIn32Bits(
  x: Float32Array,
  forward: (graph: GraphBuilder, x: Value) => Value,
): Promise<Float32Array> {
  const graph = new GraphBuilder();
  const input = graph.input('x', 'float32', [x.length]);
  const gradients = differentiate(graph, sumOver(graph, forward(graph, input), 0), [input]);
  graph.output('gradient', gradients.dense.get('x')!);
  const session = await ModelSession.create(writeOnnxModel(graph.build('check')), { threads: 1 });
  try {
    const place = new Float32Array(x.length);
    await session.runInto(
      { x: { data: x, shape: [x.length] } },
      { gradient: { data: place, shape: [x.length] } },
    );
    return place;
  } finally {
    await session.dispose();
  }
}

function normalDistribution(x: number): number {
  // Simpson's rule over the density from 0 to x.
  const count = 2000;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const h = x / count;
  let sum = density(0) + density(x);
  for (let index = 1; index < count; index++) sum += density(index * h) * (index % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * h) / 3;
}

function normCase(shape: readonly number[], epsilon: number): GradientCase {
  const n = shape.at(-1)!;
  return {
    inputs: { x: shape, scale: [n], bias: [n] },
    forward: (g, { x, scale, bias }) => layerNormalization(g, x!, { scale: scale!, bias: bias!, epsilon }),
  };
}

/** x minus x and x over x are constant: there is nothing to compare. */
function withoutSelf(all: Readonly<Record<string, GradientCase>>): Record<string, GradientCase> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'of a value with itself'));
}

function gemm(graph: GraphBuilder, x: Value, w: Value): Value {
  return graph.node({
    operator: 'Gemm',
    inputs: [x, w],
    outputs: [{ elementType: x.elementType, shape: [x.shape[0]!, w.shape[1]!] }],
  })[0]!;
}
