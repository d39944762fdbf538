// Graphs built from operations, run by ONNX Runtime: every operation computes what its name says and has the shape it
// claims, and shapes that do not fit fail when the graph is built.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ModelSession } from '../../../server/src/engine/model/session.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import type { Value } from '../../../server/src/engine/onnx/onnxGraph.ts';
import {
  add,
  broadcast,
  cast,
  concatenate,
  divide,
  gather,
  layerNormalization,
  linear,
  matMul,
  maximum,
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

const x = [1, 2, 3, 4, 5, 6]; // [2, 3]

describe('operations', () => {
  it('of two tensors broadcast', async () => {
    await expectResult((g, v) => add(g, v, constant(g, [10, 20, 30], [3])), [2, 3], [11, 22, 33, 14, 25, 36]);
    await expectResult((g, v) => subtract(g, v, constant(g, [1, 4], [2, 1])), [2, 3], [0, 1, 2, 0, 1, 2]);
    await expectResult((g, v) => multiply(g, v, g.float(2)), [2, 3], [2, 4, 6, 8, 10, 12]);
    await expectResult((g, v) => divide(g, v, constant(g, [2], [1, 1])), [2, 3], [0.5, 1, 1.5, 2, 2.5, 3]);
    await expectResult((g, v) => maximum(g, v, g.float(3.5)), [2, 3], [3.5, 3.5, 3.5, 4, 5, 6]);
  });

  it('linear multiplies with the transposed weight and adds the bias', async () => {
    const weight = [1, 0, 0, 1, 1, 1, 0, -1, 2, 2, 2, 2]; // [4, 3]
    await expectResult(
      (g, v) => linear(g, v, constant(g, weight, [4, 3]), constant(g, [0.5, 0, 0, 100], [4])),
      [2, 4],
      [1.5, 6, 4, 112, 4.5, 15, 7, 130],
    );
    await expectResult((g, v) => linear(g, v, constant(g, [1, 1, 1], [1, 3]), undefined), [2, 1], [6, 15]);
  });

  it('matMul multiplies the last two dimensions', async () => {
    await expectResult((g, v) => matMul(g, v, transpose(g, v, [1, 0])), [2, 2], [14, 32, 32, 77]);
    const stacked = (g: GraphBuilder, v: Value) => unsqueeze(g, v, 0);
    await expectResult(
      (g, v) => matMul(g, stacked(g, v), constant(g, [1, 0, 0, 1, 0, 0], [3, 2])),
      [1, 2, 2],
      [1, 2, 4, 5],
    );
  });

  it('softmax and layer normalisation work on the last dimension', async () => {
    const [a, b, c] = [Math.exp(-2), Math.exp(-1), 1];
    const sum = a + b + c;
    await expectResult(
      (g, v) => softmax(g, v),
      [2, 3],
      [a, b, c, a, b, c].map((power) => power / sum),
    );
    const step = Math.sqrt(1.5);
    await expectResult(
      (g, v) =>
        layerNormalization(g, v, {
          scale: constant(g, [2, 2, 2], [3]),
          bias: constant(g, [0, 1, 0], [3]),
          epsilon: 1e-12,
        }),
      [2, 3],
      [-2 * step, 1, 2 * step, -2 * step, 1, 2 * step],
    );
  });

  it('move elements', async () => {
    await expectResult((g, v) => transpose(g, v, [1, 0]), [3, 2], [1, 4, 2, 5, 3, 6]);
    await expectResult((g, v) => reshape(g, v, g.integers([3, 2]), [3, 2]), [3, 2], x);
    await expectResult((g, v) => gather(g, v, g.integers([1, 0, 1]), 0), [3, 3], [4, 5, 6, 1, 2, 3, 4, 5, 6]);
    await expectResult((g, v) => gather(g, v, g.integers(2), 1), [2], [3, 6]);
    await expectResult((g, v) => split(g, v, 1, 3)[1]!, [2, 1], [2, 5]);
    await expectResult((g, v) => concatenate(g, [v, v], 1), [2, 6], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    await expectResult(
      (g, v) => slice(g, v, { axis: 1, from: g.integers([1]), to: g.integers([3]), size: 2 }),
      [2, 2],
      [2, 3, 5, 6],
    );
    await expectResult((g, v) => unsqueeze(g, v, 1), [2, 1, 3], x);
    await expectResult((g, v) => sumOver(g, v, 0), [3], [5, 7, 9]);
  });

  it('know sizes at run time', async () => {
    await expectResult((g, v) => cast(g, sizeOf(g, v, 1), 'float32'), [1], [3]);
  });

  it('apply a function to every element', async () => {
    await expectResult((g, v) => unary(g, 'Tanh', v), [2, 3], x.map(Math.tanh));
  });

  it('keep shapes whose sizes are names', () => {
    const graph = new GraphBuilder();
    const table = graph.input('table', 'float32', [99, 13]);
    const ids = graph.input('ids', 'int64', ['B', 'T']);
    assert.deepEqual(gather(graph, table, ids, 0).shape, ['B', 'T', 13]);
    assert.deepEqual(broadcast(['B', 1, 'T'], [4, 1]), ['B', 4, 'T']);
    assert.equal(broadcast(['B'], ['T']), undefined);
  });

  it('refuse shapes that do not fit, naming them', () => {
    const graph = new GraphBuilder();
    const a = graph.input('a', 'float32', ['N', 3]);
    const b = graph.input('b', 'float32', ['N', 4]);
    const ids = graph.input('ids', 'int64', ['N', 3]);
    assert.throws(() => add(graph, a, b), /Add cannot take a float32\[N, 3\] and b float32\[N, 4\]/);
    assert.throws(() => add(graph, a, ids), /ids int64/);
    assert.throws(() => linear(graph, a, b, undefined), /linear cannot take/);
    assert.throws(() => matMul(graph, a, b), /matMul cannot take/);
    assert.throws(() => split(graph, a, 0, 2), /split cannot take/);
    assert.throws(() => transpose(graph, a, [0]), /transpose cannot take/);
    assert.throws(
      () => layerNormalization(graph, a, { scale: b, bias: b, epsilon: 1e-5 }),
      /layerNormalization/,
    );
  });
});

describe('GraphBuilder', () => {
  it('stores a tensor once however often it is asked for', () => {
    const graph = new GraphBuilder();
    let written = 0;
    const content = () => ({ elementType: 'float32', shape: [1], writeTo: () => written++ }) as const;
    assert.equal(graph.initializer('w', content), graph.initializer('w', content));
    assert.equal(graph.integers([1, 2]), graph.integers([1, 2]));
    assert.notEqual(graph.integers(1), graph.integers([1]));
    assert.notEqual(graph.float(1), graph.float(2));
    assert.equal(graph.build('g').initializers.length, 6);
    writeOnnxModel(graph.build('g'));
    assert.equal(written, 1);
  });

  it('gives every value a name of its own', () => {
    const graph = new GraphBuilder();
    const a = graph.input('a', 'float32', [4]);
    const parts = split(graph, a, 0, 2);
    add(graph, parts[0]!, parts[1]!);
    add(graph, parts[0]!, parts[1]!);
    const names = graph.build('g').nodes.flatMap((node) => node.outputs.map((output) => output.name));
    assert.equal(new Set(names).size, 4);
  });
});

/** Runs a graph of one input x [2, 3] and compares shape and numbers. */
async function expectResult(
  build: (graph: GraphBuilder, input: Value) => Value,
  shape: readonly number[],
  numbers: readonly number[],
): Promise<void> {
  const graph = new GraphBuilder();
  const result = build(graph, graph.input('x', 'float32', [2, 3]));
  assert.deepEqual(result.shape, shape, 'shape as the builder knows it');
  graph.output('y', result);
  const session = await ModelSession.create(writeOnnxModel(graph.build('test')), { threads: 1 });
  try {
    const { y } = await session.run({ x: { data: Float32Array.from(x), shape: [2, 3] } }, ['y']);
    assert.deepEqual(y!.shape, shape, 'shape as the runtime computed it');
    numbers.forEach((number, index) => {
      assert.ok(Math.abs(y!.data[index]! - number) < 1e-5, `${index}: ${y!.data[index]} is not ${number}`);
    });
  } finally {
    await session.dispose();
  }
}

function constant(graph: GraphBuilder, numbers: readonly number[], shape: readonly number[]): Value {
  return graph.initializer(`constant_${numbers.join('_')}_${shape.join('x')}`, () => ({
    elementType: 'float32',
    shape,
    writeTo: (target) => target.set(new Uint8Array(Float32Array.from(numbers).buffer)),
  }));
}
