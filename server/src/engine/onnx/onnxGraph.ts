// An ONNX graph as plain data: values with element type and shape, nodes, initializers.
// graphBuilder.ts makes it, writeOnnxModel.ts turns it into bytes. Because nodes hold their values, a pass over the
// list (a gradient rule per operator, a check of shapes) needs nothing but this data.

export type ElementType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'int32'
  | 'int64'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'bfloat16';

/** A fixed size, or the name of a size known only at run time such as `B` or `T`. */
export type Dimension = number | string;

export type Shape = readonly Dimension[];

/** One tensor that flows along an edge of the graph. */
export interface Value {
  readonly name: string;
  readonly elementType: ElementType;
  readonly shape: Shape;
}

/** Contents of a tensor, written into the model's bytes when these are laid out, so that no second copy exists. */
export interface TensorContent {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  /** Writes all elements, row-major and little-endian, into `target`, which has exactly the right length. */
  writeTo(target: Uint8Array): void;
}

export type Attribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'tensor'; readonly value: TensorContent };

/** `''` is the ONNX standard itself; `com.microsoft` are ONNX Runtime's own operators. */
export type Domain = '' | 'com.microsoft';

export interface GraphNode {
  readonly name: string;
  readonly operator: string;
  readonly domain: Domain;
  /** `undefined` stands for an optional input that is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer {
  readonly value: Value;
  readonly content: TensorContent;
}

/** Invariant: nodes are in an order in which every input was made before it is used. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

const bytesPerElement: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  bfloat16: 2,
};

/** `byteLengthOf({ elementType: 'float32', shape: [2, 3] }) === 24`; a scalar has the shape `[]`. */
export function byteLengthOf(tensor: Pick<TensorContent, 'elementType' | 'shape'>): number {
  return tensor.shape.reduce((product, size) => product * size, bytesPerElement[tensor.elementType]);
}
