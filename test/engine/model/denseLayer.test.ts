// Dense layers in 8-bit integers: near the exact product, with uneven rows too, and weights within their range.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  createDenseLayer,
  type Precision,
  quantizeWeight,
} from '../../../server/src/engine/model/denseLayer.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import { runEncoder } from '../../../server/src/engine/model/runEncoder.ts';
import type { StoredTensor } from '../../../server/src/engine/model/safetensors.ts';
import { ModelSession } from '../../../server/src/engine/model/session.ts';
import { initializerSource } from '../../../server/src/engine/model/weightValues.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import { writeOnnxModel } from '../../../server/src/engine/onnx/writeOnnxModel.ts';
import { batchOf, fixtureModel } from './modelFixtures.ts';

const inSize = 24;
const outSize = 7;

describe('a dense layer', () => {
  const floats = Float32Array.from(
    { length: outSize * inSize },
    (_, at) => Math.sin(3 * at) * (1 + (at % 5)),
  );
  const weight = storedTensor('w', [outSize, inSize], floats);
  const bias = storedTensor(
    'b',
    [outSize],
    Float32Array.from({ length: outSize }, (_, at) => at - 3),
  );
  // Like rows out of an activation function: one a hundred times the size of another.
  const rows = Float32Array.from({ length: 3 * inSize }, (_, at) =>
    Math.max(-0.1, Math.cos(7 * at) * 10 ** (1 - Math.floor(at / inSize))),
  );

  // The wide range is right only where the processor adds in 32 bits; whether it does is for precisionCheck.ts to see.
  for (const precision of ['float32', 'int8Narrow'] as const) {
    it(`in ${precision} is near the product in doubles`, async () => {
      const expected = productOf(rows, floats);
      const scale = Math.max(...expected.map(Math.abs));
      const allowed = precision === 'float32' ? 1e-6 : 0.03;
      const found = await run(precision, false);
      found.forEach((value, at) => {
        const wanted = expected[at]! + (at % outSize) - 3;
        assert.ok(Math.abs(value - wanted) <= allowed * scale, `${at}: ${value}, not ${wanted}`);
      });
    });

    it(`in ${precision} keeps small rows beside large ones`, async () => {
      const expected = productOf(rows, floats);
      const found = await run(precision, true);
      const allowed = precision === 'float32' ? 1e-6 : 0.05;
      for (let row = 0; row < 3; row++) {
        const part = expected.slice(row * outSize, (row + 1) * outSize);
        // A row smaller than what an activation function leaves everywhere is divided by less than its greatest.
        const scale = Math.max(...part.map(Math.abs), 0.3);
        part.forEach((wanted, column) => {
          const value = found[row * outSize + column]! - (column - 3);
          assert.ok(
            Math.abs(value - wanted) <= allowed * scale + 1e-5,
            `row ${row}: ${value}, not ${wanted}`,
          );
        });
      }
    });
  }

  async function run(precision: Precision, isUneven: boolean): Promise<Float32Array> {
    const graph = new GraphBuilder();
    const weightOf = initializerSource(graph);
    const dense = createDenseLayer(graph, weightOf, precision);
    const x = graph.input('x', 'float32', ['N', inSize]);
    const apply = isUneven ? dense.ofUnevenRows : dense;
    graph.output('y', apply(x, weight, weightOf(bias)));
    const session = await ModelSession.create(writeOnnxModel(graph.build('dense')), { threads: 1 });
    const { y } = await session.run({ x: { data: rows, shape: [3, inSize] } }, ['y']);
    await session.dispose();
    return y!.data;
  }
});

describe('quantizeWeight', () => {
  it('keeps every weight within half a step, and zero columns zero', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -50, max: 50 }), { minLength: 6, maxLength: 6 }),
        fc.constantFrom(63, 127),
        (values, largest) => {
          const { values: quantized, scales } = quantizeWeight(
            storedTensor('w', [2, 3], Float32Array.from(values)),
            largest,
          );
          values.forEach((value, at) => {
            const output = Math.floor(at / 3);
            const code = quantized[(at % 3) * 2 + output]!;
            assert.ok(Math.abs(code) <= largest);
            assert.ok(Math.abs(code * scales[output]! - value) <= scales[output]! * 0.5001);
          });
        },
      ),
    );
  });
});

describe('the encoder in 8-bit integers', () => {
  it('stays near the one in 32-bit floats', async () => {
    const model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 2 });
    try {
      const batch = batchOf([
        [2, 10, 11, 12, 13, 3],
        [2, 20, 21, 22, 23, 3],
      ]);
      const request = { depth: 6, outputs: [{ kind: 'pooled', pooling: 'mean' } as const] };
      const [exact] = await runEncoder(model, batch, request);
      const [near] = await runEncoder(model, batch, { ...request, precision: 'int8Narrow' });
      const size = exact!.shape[1]!;
      for (let row = 0; row < 2; row++) {
        const a = exact!.data.subarray(row * size, (row + 1) * size);
        const b = near!.data.subarray(row * size, (row + 1) * size);
        const dot = a.reduce((sum, value, at) => sum + value * b[at]!, 0);
        assert.ok(dot / Math.hypot(...a) / Math.hypot(...b) > 0.98);
        assert.notDeepEqual(a, b, 'it must not secretly be the same computation');
      }
    } finally {
      await model.dispose();
    }
  });
});

function productOf(x: Float32Array, w: Float32Array): number[] {
  return Array.from({ length: (x.length / inSize) * outSize }, (_, at) => {
    const row = Math.floor(at / outSize);
    let sum = 0;
    for (let k = 0; k < inSize; k++) sum += x[row * inSize + k]! * w[(at % outSize) * inSize + k]!;
    return sum;
  });
}

function storedTensor(name: string, shape: readonly number[], values: Float32Array): StoredTensor {
  return { name, type: 'F32', shape, bytes: new Uint8Array(values.buffer) };
}
