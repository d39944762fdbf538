// Operators that only backward passes need, in the manner of operations.ts: each adds the nodes and answers the output.

import type { GraphBuilder } from './graphBuilder.ts';
import type { Attribute, Dimension, ElementType, Shape, TensorContent, Value } from './onnxGraph.ts';
import { broadcast, cast, concatenate, reshape, sizeOf, subtract, transpose } from './operations.ts';

/** `a @ b (+ sum)` of two matrices, each transposed first where asked for; `sum` has the shape of the result. */
export function product(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  options: { readonly transposeA: boolean; readonly transposeB: boolean; readonly sum: Value | undefined },
): Value {
  const { transposeA, transposeB, sum } = options;
  const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!];
  return single(graph, 'Gemm', sum ? [a, b, sum] : [a, b], shape, {
    transA: { type: 'int', value: transposeA ? 1 : 0 },
    transB: { type: 'int', value: transposeB ? 1 : 0 },
  });
}

/** Batched product over the last two dimensions with one side transposed: `aᵀ @ b` or `a @ bᵀ`. */
export function transposedMatMul(graph: GraphBuilder, a: Value, b: Value, transposed: 'a' | 'b'): Value {
  const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (!leading) throw new Error(`${a.name} and ${b.name} cannot be multiplied.`);
  const shape = [
    ...leading,
    a.shape.at(transposed === 'a' ? -1 : -2)!,
    b.shape.at(transposed === 'b' ? -2 : -1)!,
  ];
  // The fused operator spares the transposed copy, and exists for 32-bit floats alone.
  if (a.elementType === 'float32') {
    return graph.node({
      operator: 'FusedMatMul',
      domain: 'com.microsoft',
      inputs: [a, b],
      outputs: [{ elementType: 'float32', shape }],
      attributes: { [transposed === 'a' ? 'transA' : 'transB']: { type: 'int', value: 1 } },
    })[0]!;
  }
  const left = transposed === 'a' ? swapLastTwo(graph, a) : a;
  const right = transposed === 'b' ? swapLastTwo(graph, b) : b;
  return single(graph, 'MatMul', [left, right], shape);
}

/** Sums a gradient over everything that broadcasting repeated, so that it has the shape of what was repeated. */
export function sumToShape(graph: GraphBuilder, gradient: Value, shape: Shape): Value {
  const extra = gradient.shape.length - shape.length;
  const repeated = shape.flatMap((size, axis) =>
    size === 1 && gradient.shape[axis + extra] !== 1 ? [axis + extra] : [],
  );
  let sum = gradient;
  if (repeated.length > 0) {
    const kept = gradient.shape.map((size, axis) => (repeated.includes(axis) ? 1 : size));
    sum = sumOverAxes(graph, sum, repeated, { keep: true, shape: kept });
  }
  if (extra === 0) return sum;
  if (extra === 1 && shape.length === 1) return sumOfRows(graph, sum);
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  return sumOverAxes(graph, sum, leading, { keep: false, shape });
}

/** [N, C] → [C], as a product with ones: it reads the rows once, at several times the speed of ReduceSum. */
function sumOfRows(graph: GraphBuilder, rows: Value): Value {
  const { elementType } = rows;
  const [count, size] = rows.shape as [Dimension, Dimension];
  const ones = graph.node({
    operator: 'ConstantOfShape',
    inputs: [concatenate(graph, [graph.integers([1]), sizeOf(graph, rows, 0)], 0)],
    outputs: [{ elementType, shape: [1, count] }],
    attributes: { value: { type: 'tensor', value: oneNumber(elementType, 1) } },
  })[0]!;
  const sum = product(graph, ones, rows, { transposeA: false, transposeB: false, sum: undefined });
  return reshape(graph, sum, graph.integers([-1]), [size]);
}

export function sumOverAxes(
  graph: GraphBuilder,
  x: Value,
  axes: readonly number[],
  result: { readonly keep: boolean; readonly shape: Shape },
): Value {
  return single(graph, 'ReduceSum', [x, graph.integers(axes)], result.shape, {
    keepdims: { type: 'int', value: result.keep ? 1 : 0 },
  });
}

/** Over the last dimension, which stays with the size 1. */
export function sumOverLast(graph: GraphBuilder, x: Value): Value {
  return sumOverAxes(graph, x, [x.shape.length - 1], { keep: true, shape: x.shape.with(-1, 1) });
}

/** `x` in the shape that `like` turns out to have at run time; both have the same number of elements. */
export function reshapeLike(graph: GraphBuilder, x: Value, like: Value): Value {
  return reshape(graph, x, runTimeShape(graph, like), like.shape);
}

/** Repeats `x` to the shape of `like`, as broadcasting would. */
export function expandLike(graph: GraphBuilder, x: Value, like: Value): Value {
  return single(graph, 'Expand', [x, runTimeShape(graph, like)], like.shape);
}

export function zerosLike(graph: GraphBuilder, like: Value): Value {
  return graph.node({
    operator: 'ConstantOfShape',
    inputs: [runTimeShape(graph, like)],
    outputs: [{ elementType: like.elementType, shape: like.shape }],
    attributes: { value: { type: 'tensor', value: oneNumber(like.elementType, 0) } },
  })[0]!;
}

/** What ConstantOfShape repeats. */
function oneNumber(elementType: ElementType, value: number): TensorContent {
  const numbers = elementType === 'float64' ? new Float64Array([value]) : new Float32Array([value]);
  return { elementType, shape: [1], writeTo: (target) => target.set(new Uint8Array(numbers.buffer)) };
}

/** Puts a part of `whole` back in its place along `axis`, with zeros around it. `from` is an int64 list of length 1. */
export function padToWhole(
  graph: GraphBuilder,
  part: Value,
  place: { readonly whole: Value; readonly axis: number; readonly from: Value },
): Value {
  const { whole, axis, from } = place;
  const rank = whole.shape.length;
  const beforeAndPart = graph.node({
    operator: 'Add',
    inputs: [from, sizeOf(graph, part, axis)],
    outputs: [{ elementType: 'int64', shape: [1] }],
  })[0]!;
  const after = subtract(graph, sizeOf(graph, whole, axis), beforeAndPart);
  const zeros = (count: number) => (count > 0 ? [graph.integers(new Array<number>(count).fill(0))] : []);
  const pads = graph.node({
    operator: 'Concat',
    inputs: [...zeros(axis), from, ...zeros(rank - 1), after, ...zeros(rank - 1 - axis)],
    outputs: [{ elementType: 'int64', shape: [2 * rank] }],
    attributes: { axis: { type: 'int', value: 0 } },
  })[0]!;
  return single(graph, 'Pad', [part, pads], whole.shape);
}

/** A one at each index along a new last dimension, which is as long as `table` is along `axis`. */
export function oneHot(
  graph: GraphBuilder,
  indices: Value,
  place: { readonly table: Value; readonly axis: number },
): Value {
  const shape = [...indices.shape, place.table.shape[place.axis]!];
  // The kernel knows 64-bit integers but no 64-bit floats, so it writes integers that are converted.
  const ones = graph.node({
    operator: 'OneHot',
    inputs: [indices, sizeOf(graph, place.table, place.axis), graph.integers([0, 1])],
    outputs: [{ elementType: 'int64', shape }],
    attributes: { axis: { type: 'int', value: -1 } },
  })[0]!;
  return cast(graph, ones, place.table.elementType);
}

function runTimeShape(graph: GraphBuilder, like: Value): Value {
  return graph.node({
    operator: 'Shape',
    inputs: [like],
    outputs: [{ elementType: 'int64', shape: [like.shape.length] }],
  })[0]!;
}

function swapLastTwo(graph: GraphBuilder, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(graph, x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

function single(
  graph: GraphBuilder,
  operator: string,
  inputs: readonly Value[],
  shape: Shape,
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  const outputs = [{ elementType: inputs[0]!.elementType, shape }];
  return graph.node({ operator, inputs, outputs, attributes })[0]!;
}
