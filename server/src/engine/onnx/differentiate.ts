// Reverse-mode differentiation: extends a graph by the nodes that compute the gradients of one scalar.
// In: a builder that holds the forward pass, the scalar, the values to differentiate by. Out: their gradients.
// What an operator's gradient is stands in gradientRules.ts; here is only the walk backwards over the nodes.

import { gradientRules } from './gradientRules.ts';
import type { RowGradient } from './gradientTape.ts';
import { GradientTape } from './gradientTape.ts';
import type { GraphBuilder } from './graphBuilder.ts';
import type { GraphNode, Value } from './onnxGraph.ts';
import { awaitLeaves, findStretches, repeatStretch, type Stretch } from './wayBack.ts';

export interface Gradients {
  /** By the name of the leaf; a leaf that the scalar does not depend on, or that is read by rows alone, has none. */
  readonly dense: ReadonlyMap<string, Value>;
  /**
   * Leaves read by Gather keep their gradient as rows. To sum them inside the graph is no option: ScatterND with
   * `reduction: add` loses additions to a repeated row when it runs on more than one thread.
   */
  readonly rows: readonly RowGradient[];
}

export interface WayBack {
  /**
   * Parts of the forward pass, one after the other, such as the layers: the gradients of weights that one of them gives
   * are complete before the way back goes on into the next, so that what it kept can be let go.
   */
  readonly stretches: readonly Stretch[];
  /** Their inner values are not kept but computed again: slower, the same numbers, memory for one of them at a time. */
  readonly recompute: boolean;
}

/** @param loss a scalar, shape `[]` */
export function differentiate(
  graph: GraphBuilder,
  loss: Value,
  leaves: readonly Value[],
  wayBack: WayBack = { stretches: [], recompute: false },
): Gradients {
  if (loss.shape.length !== 0) throw new Error(`Only a scalar has gradients, not ${loss.name}.`);
  const nodes = [...graph.nodes];
  const leafNames = new Set(leaves.map((leaf) => leaf.name));
  const needed = dependentsOf(nodes, leafNames);
  const tape = new GradientTape(graph, needed, leafNames);
  if (!tape.needs(loss)) return { dense: new Map(), rows: [] };
  tape.add(loss, graph.float(1));
  const stretches = findStretches(nodes, wayBack.stretches);
  const awaited = new Set<string>();
  for (let index = nodes.length - 1; index >= 0; index--) {
    const stretch = stretches.get(index);
    if (stretch) awaitLeaves(tape, stretch.to, leaves, awaited);
    if (!stretch || !wayBack.recompute) {
      applyRule(tape, nodes[index]!);
      continue;
    }
    const inside = nodes.slice(stretch.first, index + 1);
    const { repeated, onceOnly, input } = repeatStretch(tape, inside, stretch);
    for (const node of repeated.toReversed()) applyRule(tape, node);
    if (input) tape.handOver(input, stretch.from);
    // What does not depend on the stretch's input, such as a weight that is put together, was computed once for all.
    for (const node of onceOnly.toReversed()) applyRule(tape, node);
    index = stretch.first;
  }
  const dense = new Map<string, Value>();
  for (const leaf of leaves) {
    const gradient = tape.of(leaf);
    if (gradient) dense.set(leaf.name, gradient);
  }
  return { dense, rows: tape.rows };
}

function applyRule(tape: GradientTape, node: GraphNode): void {
  const gradients = node.outputs.map((output) => (tape.needs(output) ? tape.of(output) : undefined));
  if (gradients.every((gradient) => gradient === undefined)) return;
  const rule = gradientRules[node.operator];
  if (!rule) throw new Error(`There is no gradient rule for ${node.operator}, which ${node.name} needs.`);
  rule(tape, node, gradients);
}

/** Names of the leaves and of everything floating that is computed from them. */
function dependentsOf(nodes: readonly GraphNode[], leaves: ReadonlySet<string>): ReadonlySet<string> {
  const dependents = new Set(leaves);
  for (const { inputs, outputs } of nodes) {
    if (!inputs.some((input) => input && dependents.has(input.name))) continue;
    for (const output of outputs) {
      if (output.elementType === 'float32' || output.elementType === 'float64') dependents.add(output.name);
    }
  }
  return dependents;
}
