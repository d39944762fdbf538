// Gradients as they are collected on the way back through a graph: what a gradient rule reads and writes.
// In: gradients of a node's outputs. Out: gradients added to those of its inputs, each value's sum as one graph value.

import type { GraphBuilder } from './graphBuilder.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { add } from './operations.ts';

/**
 * Adds one node's part to the gradients of its inputs.
 * `outputGradients` stand in the order of the node's outputs; at least one is defined.
 */
export type GradientRule = (
  tape: GradientTape,
  node: GraphNode,
  outputGradients: readonly (Value | undefined)[],
) => void;

/** The gradient of a table that was read by rows: row `indices[i]` of the table gets `rows[i]`, repeated ones add up. */
export interface RowGradient {
  readonly table: Value;
  /** int64, any shape. */
  readonly indices: Value;
  /** The shape of `indices`, then a row's. */
  readonly rows: Value;
}

export class GradientTape {
  readonly graph: GraphBuilder;
  readonly #needed: Set<string>;
  readonly #leaves: ReadonlySet<string>;
  readonly #sums = new Map<string, Value>();
  readonly #rows: RowGradient[] = [];

  /**
   * @param needed names of all values on a way from a leaf to the end
   * @param leaves names of the values whose gradients are wanted
   */
  constructor(graph: GraphBuilder, needed: ReadonlySet<string>, leaves: ReadonlySet<string>) {
    this.graph = graph;
    this.#needed = new Set(needed);
    this.#leaves = leaves;
  }

  get rows(): readonly RowGradient[] {
    return this.#rows;
  }

  /** Whether the gradient of a value is of use; a rule spares the work where it is not. */
  needs(value: Value | undefined): value is Value {
    return value !== undefined && this.#needed.has(value.name);
  }

  isLeaf(value: Value): boolean {
    return this.#leaves.has(value.name);
  }

  /** The sum so far. */
  of(value: Value): Value | undefined {
    return this.#sums.get(value.name);
  }

  /** A value that is computed a second time collects the gradient from now on, in the same order of additions. */
  handOver(from: Value, to: Value): void {
    if (this.#needed.has(from.name)) this.#needed.add(to.name);
    const sum = this.#sums.get(from.name);
    if (sum) this.#sums.set(to.name, sum);
  }

  /** Puts a value that is equal to it in the place of a sum. */
  replace(value: Value, gradient: Value): void {
    this.#sums.set(value.name, gradient);
  }

  add(value: Value, gradient: Value): void {
    this.addWith(value, (sum) => (sum ? add(this.graph, sum, gradient) : gradient));
  }

  /** For operators that can add to a sum while they compute, such as Gemm. */
  addWith(value: Value, compute: (sum: Value | undefined) => Value): void {
    const gradient = compute(this.of(value));
    const same = gradient.shape.length === value.shape.length;
    if (!same || gradient.shape.some((size, axis) => size !== value.shape[axis])) {
      throw new Error(
        `The gradient of ${value.name} [${value.shape.join(', ')}] came out as [${gradient.shape.join(', ')}].`,
      );
    }
    this.#sums.set(value.name, gradient);
  }

  addRows(gradient: RowGradient): void {
    this.#rows.push(gradient);
  }
}
