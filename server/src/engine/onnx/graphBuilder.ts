// Collects nodes, initializers, inputs and outputs into an OnnxGraph. Names are made unique here and equal
// constants are stored once; what the nodes mean is the business of operations.ts.

import type {
  Attribute,
  Domain,
  ElementType,
  GraphNode,
  Initializer,
  OnnxGraph,
  Shape,
  TensorContent,
  Value,
} from './onnxGraph.ts';

export interface NodeDescription {
  readonly operator: string;
  readonly inputs: readonly (Value | undefined)[];
  /** Type and shape of each output, in order; the builder names them. */
  readonly outputs: readonly { readonly elementType: ElementType; readonly shape: Shape }[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: Domain;
}

/** What a graph computes in. `float64` is for checking gradients: not every operator has a kernel for it. */
export type FloatType = 'float32' | 'float64';

export class GraphBuilder {
  readonly floatType: FloatType;
  readonly #nodes: GraphNode[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #integerLists = new Map<string, readonly number[]>();
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];

  constructor(floatType: FloatType = 'float32') {
    this.floatType = floatType;
  }

  /** The nodes so far, in order: what a pass such as differentiation walks through. */
  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  input(name: string, elementType: ElementType, shape: Shape): Value {
    const value = { name, elementType, shape };
    this.#inputs.push(value);
    return value;
  }

  /** A tensor stored in the model. Asking again for the same name gives the stored one: that is how layers share. */
  initializer(name: string, content: () => TensorContent): Value {
    const known = this.#initializers.get(name);
    if (known) return known.value;
    const made = content();
    const value = { name, elementType: made.elementType, shape: made.shape };
    this.#initializers.set(name, { value, content: made });
    return value;
  }

  /** A list of integers, for shapes and axes: `[values.length]`; a single number gives a scalar. */
  integers(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const shape = typeof values === 'number' ? [] : [values.length];
    const name = `int64:${shape.length === 0 ? 'scalar' : ''}${list.join(',')}`;
    this.#integerLists.set(name, list);
    return this.initializer(name, () => ({
      elementType: 'int64',
      shape,
      writeTo: (target) => {
        const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
        list.forEach((value, index) => {
          view.setBigInt64(index * 8, BigInt(value), true);
        });
      },
    }));
  }

  /** What `integers` was given for this value; `undefined` for a value that only a run knows. */
  integersOf(value: Value): readonly number[] | undefined {
    return this.#integerLists.get(value.name);
  }

  /** A scalar of the graph's float type. */
  float(value: number): Value {
    return this.floats([value], []);
  }

  /** A small constant of the graph's float type: row-major `values` of the given shape. */
  floats(values: readonly number[], shape: readonly number[]): Value {
    const elementType = this.floatType;
    const name = `${elementType}:${shape.length === 0 ? '' : `[${shape.join(',')}]`}${values.join(',')}`;
    return this.initializer(name, () => ({
      elementType,
      shape,
      writeTo: (target) => {
        const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
        values.forEach((value, index) => {
          if (elementType === 'float32') view.setFloat32(index * 4, value, true);
          else view.setFloat64(index * 8, value, true);
        });
      },
    }));
  }

  node(description: NodeDescription): readonly Value[] {
    const name = `${description.operator}_${this.#nodes.length}`;
    const outputs = description.outputs.map(({ elementType, shape }, index) => ({
      name: index === 0 ? name : `${name}:${index}`,
      elementType,
      shape,
    }));
    this.#nodes.push({
      name,
      operator: description.operator,
      domain: description.domain ?? '',
      inputs: description.inputs,
      outputs,
      attributes: description.attributes ?? {},
    });
    return outputs;
  }

  /** Asks a node for outputs that it did not give so far, such as the mean inside a LayerNormalization. */
  addOutputs(
    node: GraphNode,
    outputs: readonly { readonly elementType: ElementType; readonly shape: Shape }[],
  ): readonly Value[] {
    const index = this.#nodes.indexOf(node);
    if (index < 0) throw new Error(`${node.name} is not a node of this graph.`);
    const added = outputs.map((output, offset) => ({
      name: `${node.name}:${node.outputs.length + offset}`,
      ...output,
    }));
    this.#nodes[index] = { ...node, outputs: [...node.outputs, ...added] };
    return added;
  }

  /** Makes a computed value an output of the graph under the name that it has: nothing is copied. */
  expose(value: Value): void {
    this.#outputs.push(value);
  }

  isExposed(value: Value): boolean {
    return this.#outputs.some(({ name }) => name === value.name);
  }

  /** Makes a value an output of the graph under the given name. */
  output(name: string, value: Value): void {
    const output = { ...value, name };
    this.#nodes.push({
      name: `output_${name}`,
      operator: 'Identity',
      domain: '',
      inputs: [value],
      outputs: [output],
      attributes: {},
    });
    this.#outputs.push(output);
  }

  build(name: string): OnnxGraph {
    return {
      name,
      nodes: [...this.#nodes],
      initializers: [...this.#initializers.values()],
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
    };
  }
}
