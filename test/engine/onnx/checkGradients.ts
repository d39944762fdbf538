// Holds gradients to finite differences in 64-bit floats, and the 32-bit graph to the 64-bit one.
// In: a forward graph over named inputs. The scalar that is differentiated is the sum of all outputs with uneven
// weights, so that no two of them can be mixed up. Out: the greatest difference by input, relative to its gradient.

import assert from 'node:assert/strict';
import type { SessionTensor } from '../../../server/src/engine/model/session.ts';
import { ModelSession } from '../../../server/src/engine/model/session.ts';
import { differentiate } from '../../../server/src/engine/onnx/differentiate.ts';
import type { FloatType } from '../../../server/src/engine/onnx/graphBuilder.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import type { Shape, Value } from '../../../server/src/engine/onnx/onnxGraph.ts';
import {
  add,
  multiply,
  reshape,
  sizeOf,
  slice,
  sumOver,
} from '../../../server/src/engine/onnx/operations.ts';
import { writeOnnxModel } from '../../../server/src/engine/onnx/writeOnnxModel.ts';

export interface GradientCase {
  /** Sizes at run time; names in `symbolic` replace some of them in the graph. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly symbolic?: Readonly<Record<string, Shape>>;
  /** Inputs that are whole numbers and have no gradient. */
  readonly integers?: Readonly<Record<string, SessionTensor>>;
  /** Where the numbers of an input lie; -1 to 1 unless told. */
  readonly range?: readonly [number, number];
  readonly forward: (
    graph: GraphBuilder,
    inputs: Readonly<Record<string, Value>>,
  ) => Value | readonly Value[];
}

export interface GradientDifference {
  readonly input: string;
  /** Of the 64-bit graph from finite differences. */
  readonly finite: number;
  /** Of the 32-bit graph from the 64-bit one. */
  readonly narrow: number;
}

const step = 1e-5;
const outputWeightCount = 500;

export async function compareWithFiniteDifferences(one: GradientCase): Promise<GradientDifference[]> {
  const data = Object.fromEntries(
    Object.entries(one.inputs).map(([name, shape], index) => [
      name,
      unevenNumbers(countOf(shape), index + 1, one.range ?? [-1, 1]),
    ]),
  );
  const wide = await createCheck(one, 'float64');
  const narrow = await createCheck(one, 'float32');
  try {
    const actual = await wide.gradients(data);
    const actualInNarrow = await narrow.gradients(data);
    const differences: GradientDifference[] = [];
    for (const [input, numbers] of Object.entries(data)) {
      const expected = await moveEach(numbers, () => wide.loss(data));
      const largest = expected.reduce((max, slope) => Math.max(max, Math.abs(slope)), 0);
      assert.ok(largest > 1e-3, 'an input that moves nothing checks nothing');
      differences.push({
        input,
        finite: greatestDifference(actual[input]!, expected) / largest,
        narrow: greatestDifference(actualInNarrow[input]!, actual[input]!) / largest,
      });
    }
    return differences;
  } finally {
    await wide.dispose();
    await narrow.dispose();
  }
}

/** One graph with its gradients, ready to be asked. */
async function createCheck(one: GradientCase, floatType: FloatType) {
  const graph = new GraphBuilder(floatType);
  const values: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(one.inputs)) {
    values[name] = graph.input(name, floatType, one.symbolic?.[name] ?? shape);
  }
  const leaves = Object.values(values);
  for (const [name, { shape }] of Object.entries(one.integers ?? {})) {
    values[name] = graph.input(name, 'int64', one.symbolic?.[name] ?? shape);
  }
  const loss = weightedSum(graph, [one.forward(graph, values)].flat());
  const { dense, rows } = differentiate(graph, loss, leaves);
  graph.output('loss', loss);
  for (const [name, gradient] of dense) graph.output(`gradient:${name}`, gradient);
  for (const [index, row] of rows.entries()) graph.output(`rows:${index}`, row.rows);
  const session = await ModelSession.create(writeOnnxModel(graph.build('check')), { threads: 1 });

  type Data = Readonly<Record<string, Float64Array>>;
  const run = async (data: Data, wanted: readonly string[]) => {
    const toFloats = (numbers: Float64Array) =>
      floatType === 'float64' ? numbers : Float32Array.from(numbers);
    const feeds = Object.entries(data).map(([name, numbers]) => [
      name,
      { data: toFloats(numbers), shape: one.inputs[name]! },
    ]);
    const weights = toFloats(unevenNumbers(outputWeightCount, 99, [-1, 1]));
    return await session.runInto(
      {
        ...Object.fromEntries(feeds),
        ...one.integers,
        weights: { data: weights, shape: [outputWeightCount] },
      },
      Object.fromEntries(wanted.map((name) => [name, undefined])),
    );
  };
  return {
    loss: async (data: Data) => (await run(data, ['loss'])).loss!.data[0]!,
    gradients: async (data: Data) => {
      const names = [...dense.keys()].map((name) => `gradient:${name}`);
      const results = await run(data, [...names, ...rows.map((_, index) => `rows:${index}`)]);
      return Object.fromEntries(
        Object.entries(one.inputs).map(([name, shape]) => {
          const sum = new Float64Array(countOf(shape));
          const found = results[`gradient:${name}`];
          if (found) {
            assert.deepEqual([...found.shape], [...shape], `shape of the gradient of ${name}`);
            sum.set(found.data);
          }
          for (const [index, row] of rows.entries()) {
            if (row.table.name !== name) continue;
            addRows(
              sum,
              one.integers![row.indices.name]!.data as BigInt64Array,
              results[`rows:${index}`]!.data,
            );
          }
          return [name, sum];
        }),
      );
    },
    dispose: () => session.dispose(),
  };
}

/** Moves every number a little to both sides and looks how far the loss moves. */
async function moveEach(numbers: Float64Array, lossNow: () => Promise<number>): Promise<Float64Array> {
  const slopes = new Float64Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const original = numbers[index]!;
    numbers[index] = original + step;
    const above = await lossNow();
    numbers[index] = original - step;
    const below = await lossNow();
    numbers[index] = original;
    slopes[index] = (above - below) / (2 * step);
  }
  return slopes;
}

function weightedSum(graph: GraphBuilder, outputs: readonly Value[]): Value {
  const weights = graph.input('weights', graph.floatType, [outputWeightCount]);
  return outputs
    .map((output, index) => {
      const list = reshape(graph, output, graph.integers([-1]), ['count']);
      const end = graph.node({
        operator: 'Add',
        inputs: [sizeOf(graph, list, 0), graph.integers([7 * index])],
        outputs: [{ elementType: 'int64', shape: [1] }],
      })[0]!;
      const range = { axis: 0, from: graph.integers([7 * index]), to: end, size: 'count' };
      return sumOver(graph, multiply(graph, list, slice(graph, weights, range)), 0);
    })
    .reduce((sum, part) => add(graph, sum, part));
}

function addRows(table: Float64Array, indices: BigInt64Array, rows: Float32Array | Float64Array): void {
  const width = rows.length / indices.length;
  indices.forEach((row, index) => {
    for (let column = 0; column < width; column++) {
      table[Number(row) * width + column]! += rows[index * width + column]!;
    }
  });
}

function greatestDifference(actual: Float64Array, expected: Float64Array): number {
  assert.equal(actual.length, expected.length);
  const differences = actual.map((one, index) => Math.abs(one - expected[index]!));
  return differences.some(Number.isNaN)
    ? Number.NaN
    : differences.reduce((max, one) => Math.max(max, one), 0);
}

/** Numbers without a pattern, the same in every run. */
function unevenNumbers(count: number, seed: number, [from, to]: readonly [number, number]): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => {
    const wave = Math.sin((index + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return from + (to - from) * (wave - Math.floor(wave));
  });
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
