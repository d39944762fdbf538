// Layer-wise decay of the learning rate: what lies nearer to the words learns more slowly, because it is of more general
// use. ALBERT's layers share their weights in groups, so a rate belongs to a group. In: the trained tensors, a factor.
// Out: what each tensor's rate is multiplied by. Reference: Howard and Ruder, Universal Language Model Fine-tuning.

import { type Parameter, partOf } from './parameterLayout.ts';

/**
 * Of n groups, group g gets `decay` to the power n - 1 - g, and what makes vectors of words, below all groups, `decay`
 * to the power n. Pooler and heads keep the whole rate. With three groups and a decay of 0.5, the groups get 0.25, 0.5
 * and 1, the embeddings 0.125.
 */
export function layerRateFactors(
  parameters: readonly Pick<Parameter, 'name'>[],
  decay: number,
): readonly number[] {
  const groups = parameters.map(({ name }) => groupOf(name));
  const count = 1 + groups.reduce((most: number, group) => Math.max(most, group ?? 0), 0);
  return groups.map((group) => (group === undefined ? 1 : decay ** (count - 1 - group)));
}

/** -1 is below the first group; `undefined` is above the last one. */
function groupOf(tensorName: string): number | undefined {
  const part = partOf(tensorName);
  if (part === 'embeddings') return -1;
  if (part !== 'encoder') return undefined;
  const group = /\.albert_layer_groups\.(\d+)\./.exec(tensorName)?.[1];
  // What is left of the encoder widens the vectors of words to those of the layers.
  return group === undefined ? -1 : Number(group);
}
