// How much memory one run of a training graph keeps for its way back. In: the nodes of the forward pass. Out: a number of
// bytes for sizes of a batch; an estimate from above, since a runtime lets go of some values sooner.

import type { Dimension, GraphNode, Value } from '../onnx/onnxGraph.ts';
import type { Stretch } from '../onnx/wayBack.ts';
import { findStretches } from '../onnx/wayBack.ts';

/** @param sizes texts, and tokens of each with their padding */
export type ActivationEstimate = (sizes: { readonly texts: number; readonly tokens: number }) => number;

/** Operators whose output is their input under another shape. */
const views = new Set(['Reshape', 'Unsqueeze', 'Identity']);

/** @param recomputed of these stretches, only what enters is kept, and one at a time is computed again */
export function estimateActivations(
  nodes: readonly GraphNode[],
  recomputed: readonly Stretch[],
): ActivationEstimate {
  const kept: Value[] = [];
  const inStretches: Value[][] = [];
  const ends = findStretches(nodes, recomputed);
  let outside = 0;
  for (const [last, { first, to }] of [...ends].sort(([one], [other]) => one - other)) {
    kept.push(...floatsOf(nodes.slice(outside, first)), to);
    inStretches.push(floatsOf(nodes.slice(first, last + 1)));
    outside = last + 1;
  }
  kept.push(...floatsOf(nodes.slice(outside)));
  return (sizes) => {
    const bytes = (values: readonly Value[]) =>
      values.reduce((sum, value) => sum + byteSize(value, sizes), 0);
    return bytes(kept) + Math.max(0, ...inStretches.map(bytes));
  };
}

function floatsOf(nodes: readonly GraphNode[]): Value[] {
  return nodes
    .filter(({ operator }) => !views.has(operator))
    .flatMap(({ outputs }) => outputs)
    .filter(({ elementType }) => elementType === 'float32' || elementType === 'float64');
}

function byteSize(
  { shape, elementType }: Value,
  { texts, tokens }: { readonly texts: number; readonly tokens: number },
): number {
  // About a seventh of the tokens is hidden where words are to be guessed.
  const named: Readonly<Record<string, number>> = {
    B: texts,
    T: tokens,
    N: texts * tokens,
    M: Math.ceil((texts * tokens) / 7),
  };
  const sizeOf = (dimension: Dimension) => {
    if (typeof dimension === 'number') return dimension;
    // `12B` is twelve times B.
    const [, times, name] = /^(\d*)(\w*)$/.exec(dimension)!;
    return Number(times || 1) * (named[name!] ?? 1);
  };
  return shape.reduce<number>((product, one) => product * sizeOf(one), elementType === 'float64' ? 8 : 4);
}
