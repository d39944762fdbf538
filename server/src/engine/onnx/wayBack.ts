// The order of a way back, which decides what has to be kept. A runtime orders nodes by what depends on what alone: it
// walks back through all layers first and leaves the gradients of weights, and with them everything that was kept, for
// the end. Dependencies that add nothing make it go layer by layer, and compute a layer's values again where asked for.
// In: where a stretch of the graph begins and ends. Out: copies of its nodes that wait for the gradient of its end.
// Reference: Chen and others, Training Deep Nets with Sublinear Memory Cost.

import type { GradientTape } from './gradientTape.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { add, gather, multiply, reshape } from './operations.ts';

/** The nodes after the one that gives `from`, up to the one that gives `to`; of what they give, only `to` is used behind. */
export interface Stretch {
  readonly from: Value;
  readonly to: Value;
}

export interface FoundStretch extends Stretch {
  /** Index of its first node. */
  readonly first: number;
}

/** By the index of the last node of each stretch. */
export function findStretches(
  nodes: readonly GraphNode[],
  stretches: readonly Stretch[],
): ReadonlyMap<number, FoundStretch> {
  if (stretches.length === 0) return new Map();
  const indexOf = new Map(nodes.flatMap(({ outputs }, index) => outputs.map(({ name }) => [name, index])));
  return new Map(
    stretches.map((stretch) => {
      const last = indexOf.get(stretch.to.name);
      const before = indexOf.get(stretch.from.name);
      if (last === undefined || before === undefined || before >= last) {
        throw new Error(`Nothing leads from ${stretch.from.name} to ${stretch.to.name}.`);
      }
      return [last, { ...stretch, first: before + 1 }];
    }),
  );
}

/**
 * Makes the gradient of `to` wait for those gradients of leaves that are new: 0 times one number of each is added.
 * @param awaited names of those that were waited for before
 */
export function awaitLeaves(
  tape: GradientTape,
  to: Value,
  leaves: readonly Value[],
  awaited: Set<string>,
): void {
  const { graph } = tape;
  const gradient = tape.of(to);
  if (!gradient) return;
  const numbers = leaves.flatMap((leaf) => {
    const sum = tape.of(leaf);
    if (!sum || awaited.has(sum.name)) return [];
    awaited.add(sum.name);
    return [gather(graph, reshape(graph, sum, graph.integers([-1]), ['all']), graph.integers(0), 0)];
  });
  if (numbers.length === 0) return;
  const nothing = multiply(
    graph,
    numbers.reduce((sum, one) => add(graph, sum, one)),
    graph.float(0),
  );
  tape.replace(to, add(graph, gradient, nothing));
}

export interface RepeatedStretch {
  /** Copies, in order. */
  readonly repeated: readonly GraphNode[];
  /** Nodes that do not depend on the stretch's input: they stay as they are. */
  readonly onceOnly: readonly GraphNode[];
  /** Stands for `from` in the copies; `undefined` where no gradient comes from behind. */
  readonly input: Value | undefined;
}

/**
 * The copies read `from + 0 · gradient of to`: the same numbers, but nothing that a runtime could compute before the
 * way back has come to the stretch. Without that it would run all copies first and keep what was to be saved.
 */
export function repeatStretch(
  tape: GradientTape,
  nodes: readonly GraphNode[],
  { from, to }: Stretch,
): RepeatedStretch {
  const { graph } = tape;
  const gradient = tape.of(to);
  if (!gradient) return { repeated: [], onceOnly: nodes, input: undefined };
  const input = add(graph, from, multiply(graph, gradient, graph.float(0)));
  tape.handOver(from, input);
  const copies = new Map([[from.name, input]]);
  const repeated: GraphNode[] = [];
  const onceOnly: GraphNode[] = [];
  for (const node of nodes) {
    if (!node.inputs.some((one) => one && copies.has(one.name))) {
      onceOnly.push(node);
      continue;
    }
    const outputs = graph.node({
      ...node,
      inputs: node.inputs.map((one) => (one ? (copies.get(one.name) ?? one) : undefined)),
    });
    repeated.push(graph.nodes.at(-1)!);
    node.outputs.forEach((output, index) => {
      copies.set(output.name, outputs[index]!);
      tape.handOver(output, outputs[index]!);
    });
  }
  return { repeated, onceOnly, input };
}
