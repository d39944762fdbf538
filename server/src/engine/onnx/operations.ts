// The operators our graphs are made of: each function adds one ONNX node and answers its output with the right shape.
// Shapes are checked here, when the graph is built, so that a wrong model fails with names instead of in the runtime.

import type { GraphBuilder } from './graphBuilder.ts';
import type { Attribute, Dimension, ElementType, Shape, Value } from './onnxGraph.ts';
import { elementTypeCode } from './writeOnnxModel.ts';

export function add(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Add', a, b);
}

export function subtract(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Sub', a, b);
}

export function multiply(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Mul', a, b);
}

export function divide(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Div', a, b);
}

export function maximum(graph: GraphBuilder, a: Value, b: Value): Value {
  return elementwise(graph, 'Max', a, b);
}

/** Operators of one tensor that keep its shape: `Tanh`, `Sigmoid`, `Relu`, `Erf`, `Gelu` … */
export function unary(
  graph: GraphBuilder,
  operator: string,
  x: Value,
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  return single(graph, operator, [x], x.elementType, x.shape, attributes);
}

/** `x @ weightᵀ + bias` with x [N, in], weight [out, in] as checkpoints store it, bias [out] → [N, out]. */
export function linear(graph: GraphBuilder, x: Value, weight: Value, bias: Value | undefined): Value {
  const [outSize, inSize] = weight.shape;
  if (x.shape.length !== 2 || weight.shape.length !== 2 || x.shape[1] !== inSize) {
    throw shapeError('linear', [x, weight]);
  }
  const shape = [x.shape[0]!, outSize!];
  return single(graph, 'Gemm', bias ? [x, weight, bias] : [x, weight], x.elementType, shape, {
    transB: { type: 'int', value: 1 },
  });
}

/** Batched product of the last two dimensions: [..., n, k] and [..., k, m] → [..., n, m]. */
export function matMul(graph: GraphBuilder, a: Value, b: Value): Value {
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
    throw shapeError('matMul', [a, b]);
  }
  const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (!leading) throw shapeError('matMul', [a, b]);
  return single(graph, 'MatMul', [a, b], a.elementType, [...leading, a.shape.at(-2)!, b.shape.at(-1)!]);
}

/** Over the last dimension. */
export function softmax(graph: GraphBuilder, x: Value): Value {
  return unary(graph, 'Softmax', x, { axis: { type: 'int', value: -1 } });
}

/** Over the last dimension, with one gain and bias per element: x [..., n], scale [n], bias [n]. */
export function layerNormalization(
  graph: GraphBuilder,
  x: Value,
  parameters: { readonly scale: Value; readonly bias: Value; readonly epsilon: number },
): Value {
  const { scale, bias, epsilon } = parameters;
  const size = x.shape.at(-1);
  if (scale.shape.length !== 1 || scale.shape[0] !== size || bias.shape[0] !== size) {
    throw shapeError('layerNormalization', [x, scale, bias]);
  }
  return single(graph, 'LayerNormalization', [x, scale, bias], x.elementType, x.shape, {
    axis: { type: 'int', value: -1 },
    epsilon: { type: 'float', value: epsilon },
  });
}

/** Rows (or slices along `axis`) of a table: table [V, E], indices [B, T] → [B, T, E] for axis 0. */
export function gather(graph: GraphBuilder, table: Value, indices: Value, axis: number): Value {
  const shape = [...table.shape.slice(0, axis), ...indices.shape, ...table.shape.slice(axis + 1)];
  return single(graph, 'Gather', [table, indices], table.elementType, shape, {
    axis: { type: 'int', value: axis },
  });
}

/** `sizes` is an int64 list whose elements are the sizes of `shape`. */
export function reshape(graph: GraphBuilder, x: Value, sizes: Value, shape: Shape): Value {
  return single(graph, 'Reshape', [x, sizes], x.elementType, shape);
}

export function transpose(graph: GraphBuilder, x: Value, permutation: readonly number[]): Value {
  if (permutation.length !== x.shape.length) throw shapeError('transpose', [x]);
  const shape = permutation.map((axis) => x.shape[axis]!);
  return single(graph, 'Transpose', [x], x.elementType, shape, {
    perm: { type: 'ints', value: permutation },
  });
}

/** Cuts `axis`, whose size is a number, into equal parts. */
export function split(graph: GraphBuilder, x: Value, axis: number, partCount: number): readonly Value[] {
  const size = x.shape[axis];
  if (typeof size !== 'number' || size % partCount !== 0) throw shapeError('split', [x]);
  const shape = x.shape.with(axis, size / partCount);
  return graph.node({
    operator: 'Split',
    inputs: [x],
    outputs: Array.from({ length: partCount }, () => ({ elementType: x.elementType, shape })),
    attributes: { axis: { type: 'int', value: axis }, num_outputs: { type: 'int', value: partCount } },
  });
}

/** The elements `from` to `to` of one axis; `to` may be a value known only at run time, named by `size`. */
export function slice(
  graph: GraphBuilder,
  x: Value,
  range: { readonly axis: number; readonly from: Value; readonly to: Value; readonly size: Dimension },
): Value {
  const shape = x.shape.with(range.axis, range.size);
  const axes = graph.integers([range.axis]);
  return single(graph, 'Slice', [x, range.from, range.to, axes], x.elementType, shape);
}

/** Joins along `axis`; every part has a fixed size there. */
export function concatenate(graph: GraphBuilder, parts: readonly Value[], axis: number): Value {
  const size = parts.reduce((sum, part) => sum + Number(part.shape[axis]), 0);
  return single(graph, 'Concat', parts, parts[0]!.elementType, parts[0]!.shape.with(axis, size), {
    axis: { type: 'int', value: axis },
  });
}

/** Sum over one axis, which disappears. */
export function sumOver(graph: GraphBuilder, x: Value, axis: number): Value {
  return single(graph, 'ReduceSum', [x, graph.integers([axis])], x.elementType, x.shape.toSpliced(axis, 1), {
    keepdims: { type: 'int', value: 0 },
  });
}

/** The greatest element of each row: x [n, k] → [n, 1]. */
export function maximumOfRows(graph: GraphBuilder, x: Value): Value {
  return single(graph, 'ReduceMax', [x, graph.integers([1])], x.elementType, x.shape.with(1, 1), {
    keepdims: { type: 'int', value: 1 },
  });
}

export function unsqueeze(graph: GraphBuilder, x: Value, axis: number): Value {
  return single(
    graph,
    'Unsqueeze',
    [x, graph.integers([axis])],
    x.elementType,
    x.shape.toSpliced(axis, 0, 1),
  );
}

export function cast(graph: GraphBuilder, x: Value, elementType: ElementType): Value {
  return single(graph, 'Cast', [x], elementType, x.shape, {
    to: { type: 'int', value: elementTypeCode(elementType) },
  });
}

/** One size of a tensor as an int64 list of length 1. */
export function sizeOf(graph: GraphBuilder, x: Value, axis: number): Value {
  return single(graph, 'Shape', [x], 'int64', [1], {
    start: { type: 'int', value: axis },
    end: { type: 'int', value: axis + 1 },
  });
}

function elementwise(graph: GraphBuilder, operator: string, a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape);
  if (!shape || a.elementType !== b.elementType) throw shapeError(operator, [a, b]);
  return single(graph, operator, [a, b], a.elementType, shape);
}

function single(
  graph: GraphBuilder,
  operator: string,
  inputs: readonly (Value | undefined)[],
  elementType: ElementType,
  shape: Shape,
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  return graph.node({ operator, inputs, outputs: [{ elementType, shape }], attributes })[0]!;
}

/** `broadcast([3, 1], ['B', 1, 4])` is `['B', 3, 4]`; `undefined` where the shapes do not fit. */
export function broadcast(a: Shape, b: Shape): Dimension[] | undefined {
  const length = Math.max(a.length, b.length);
  const shape: Dimension[] = [];
  for (let index = 0; index < length; index++) {
    const x = a[a.length - length + index] ?? 1;
    const y = b[b.length - length + index] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

function shapeError(operator: string, values: readonly Value[]): Error {
  const shapes = values.map((value) => `${value.name} ${value.elementType}[${value.shape.join(', ')}]`);
  return new Error(`${operator} cannot take ${shapes.join(' and ')}.`);
}
