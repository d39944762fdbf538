// Models as bytes: ONNX Runtime reads every kind of attribute, element type and domain as it was meant.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ModelSession } from '../../../server/src/engine/model/session.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import type { ElementType, TensorContent } from '../../../server/src/engine/onnx/onnxGraph.ts';
import { byteLengthOf } from '../../../server/src/engine/onnx/onnxGraph.ts';
import { cast } from '../../../server/src/engine/onnx/operations.ts';
import { writeOnnxModel } from '../../../server/src/engine/onnx/writeOnnxModel.ts';

describe('writeOnnxModel', () => {
  it('writes attributes of every type', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['N', 2]);
    const float32 = (shape: readonly (number | string)[]) => [{ elementType: 'float32', shape } as const];
    const node = (
      operator: string,
      attributes: Parameters<GraphBuilder['node']>[0]['attributes'],
      size: number,
    ) => graph.node({ operator, inputs: [], outputs: float32([size]), attributes: attributes! })[0]!;
    graph.output('floats', node('Constant', { value_floats: { type: 'floats', value: [1.5, -2] } }, 2));
    graph.output('float', node('Constant', { value_float: { type: 'float', value: 0.25 } }, 1));
    graph.output('tensor', node('Constant', { value: { type: 'tensor', value: floats([7, 8, 9]) } }, 3));
    const ints = graph.node({
      operator: 'Constant',
      inputs: [],
      outputs: [{ elementType: 'int64', shape: [3] }],
      attributes: { value_ints: { type: 'ints', value: [-1, 0, 2 ** 40] } },
    })[0]!;
    graph.output('ints', cast(graph, ints, 'float32'));
    const leaky = graph.node({
      operator: 'LeakyRelu',
      inputs: [x],
      outputs: float32(['N', 2]),
      attributes: { alpha: { type: 'float', value: 0.5 } },
    });
    graph.output('leaky', leaky[0]!);
    const names = ['floats', 'float', 'tensor', 'ints', 'leaky'];
    const results = await runOnce(graph, names);
    assert.deepEqual(
      names.map((name) => [...results[name]!.data]),
      [[1.5, -2], [0.25], [7, 8, 9], [-1, 0, 2 ** 40], [-0.5, 2]],
    );
  });

  it('writes text attributes: exact and approximate GELU differ as the formulas say', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['N', 2]);
    for (const approximate of ['none', 'tanh']) {
      const [y] = graph.node({
        operator: 'Gelu',
        inputs: [x],
        outputs: [{ elementType: 'float32', shape: ['N', 2] }],
        attributes: { approximate: { type: 'string', value: approximate } },
      });
      graph.output(approximate, y!);
    }
    const results = await runOnce(graph, ['none', 'tanh']);
    // erf(1/√2) = 0.6826894921 is the share of a normal distribution within one deviation; erf(√2) = 0.9544997361.
    const exact = [(-1 * (1 - 0.6826894921)) / 2, (2 * (1 + 0.9544997361)) / 2];
    const tanh = [-1, 2].map(
      (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))),
    );
    exact.forEach((value, index) => {
      assert.ok(Math.abs(results.none!.data[index]! - value) < 1e-6);
      assert.ok(Math.abs(results.tanh!.data[index]! - tanh[index]!) < 1e-6);
    });
    assert.ok(Math.abs(exact[0]! - tanh[0]!) > 1e-4, 'the two are not the same function');
  });

  it('writes nodes of the second domain and leaves optional inputs out', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['N', 2]);
    const [product] = graph.node({
      operator: 'FusedMatMul',
      domain: 'com.microsoft',
      inputs: [x, x],
      outputs: [{ elementType: 'float32', shape: ['N', 'N'] }],
      attributes: { transB: { type: 'int', value: 1 }, alpha: { type: 'float', value: 0.5 } },
    });
    graph.output('product', product!);
    const [clipped] = graph.node({
      operator: 'Clip',
      inputs: [x, undefined, graph.float(1.25)],
      outputs: [{ elementType: 'float32', shape: ['N', 2] }],
    });
    graph.output('clipped', clipped!);
    const results = await runOnce(graph, ['product', 'clipped']);
    assert.deepEqual([...results.product!.data], [2.5]);
    assert.deepEqual([...results.clipped!.data], [-1, 1.25]);
  });

  it('writes initializers of every element type', async () => {
    const bytes: [ElementType, number[]][] = [
      ['float32', [0, 0, 0x40, 0x40]],
      ['float16', [0, 0x42]],
      ['bfloat16', [0x40, 0x40]],
      ['float64', [0, 0, 0, 0, 0, 0, 8, 0x40]],
      ['uint8', [3]],
      ['int8', [3]],
      ['int32', [3, 0, 0, 0]],
      ['int64', [3, 0, 0, 0, 0, 0, 0, 0]],
    ];
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['N', 2]);
    for (const [elementType, content] of bytes) {
      const value = graph.initializer(`three_${elementType}`, () => {
        const tensor: TensorContent = { elementType, shape: [1], writeTo: (target) => target.set(content) };
        assert.equal(byteLengthOf(tensor), content.length);
        return tensor;
      });
      graph.output(elementType, cast(graph, value, 'float32'));
    }
    const results = await runOnce(
      graph,
      bytes.map(([elementType]) => elementType),
    );
    for (const [elementType] of bytes) assert.deepEqual([...results[elementType]!.data], [3], elementType);
  });
});

async function runOnce(graph: GraphBuilder, names: readonly string[]) {
  const session = await ModelSession.create(writeOnnxModel(graph.build('test')), { threads: 1 });
  try {
    return await session.run({ x: { data: Float32Array.of(-1, 2), shape: [1, 2] } }, names);
  } finally {
    await session.dispose();
  }
}

function floats(numbers: readonly number[]): TensorContent {
  return {
    elementType: 'float32',
    shape: [numbers.length],
    writeTo: (target) => target.set(new Uint8Array(Float32Array.from(numbers).buffer)),
  };
}
