// A prefix tree over UTF-16 code units in flat typed arrays. Children are found by hashing (parent, unit), so
// building takes time linear in the vocabulary whatever a file holds, and a step costs one or two probes.

import { EngineError } from '../../errors.ts';

/** More units than any real vocabulary has; a file beyond it would only eat memory. */
const maxTotalUnits = 1 << 25;

export interface UnitTrie {
  /** The node below `node` for `unit`, or 0 when there is none. The root is node 0. */
  child(node: number, unit: number): number;
  /** The value of a key that ends at this node, or -1. */
  readonly values: Int32Array;
}

/** Keys must not be empty; where a key comes twice the last value stays. */
export function createUnitTrie(keys: Iterable<readonly [key: string, value: number]>): UnitTrie {
  const entries = [...keys];
  let totalUnits = 0;
  for (const [key] of entries) totalUnits += key.length;
  if (totalUnits > maxTotalUnits) {
    throw new EngineError(
      'modelUnsupported',
      'The vocabulary of the tokenizer is too large. Use another model.',
    );
  }
  const capacity = totalUnits + 1;
  const parents = new Int32Array(capacity);
  const units = new Uint16Array(capacity);
  const values = new Int32Array(capacity).fill(-1);
  let slotCount = 1024;
  while (slotCount < capacity * 2) slotCount *= 2;
  const slots = new Int32Array(slotCount);
  const mask = slotCount - 1;
  // The first step is taken for every position of a text: a plain table.
  const firstLevel = new Int32Array(65536);
  let nodeCount = 1;

  const child = (node: number, unit: number): number => {
    if (node === 0) return firstLevel[unit]!;
    let slot = slotOf(node, unit) & mask;
    for (;;) {
      const found = slots[slot]!;
      if (found === 0 || (parents[found] === node && units[found] === unit)) return found;
      slot = (slot + 1) & mask;
    }
  };
  const addChild = (node: number, unit: number): number => {
    const added = nodeCount++;
    parents[added] = node;
    units[added] = unit;
    if (node === 0) {
      firstLevel[unit] = added;
      return added;
    }
    let slot = slotOf(node, unit) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = added;
    return added;
  };
  for (const [key, value] of entries) {
    let node = 0;
    for (let index = 0; index < key.length; index++) {
      const unit = key.charCodeAt(index);
      node = child(node, unit) || addChild(node, unit);
    }
    if (node !== 0) values[node] = value;
  }
  return { child, values: values.slice(0, nodeCount) };
}

function slotOf(node: number, unit: number): number {
  const hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
