// Computing a part of the forward pass a second time, on the way back, so that its inner values need not be kept.
// In: where a stretch of the graph begins and ends. Out: copies of its nodes that wait for the gradient of its end.
// Reference: Chen and others, Training Deep Nets with Sublinear Memory Cost.

import type { GradientTape } from './gradientTape.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { add, multiply } from './operations.ts';

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
