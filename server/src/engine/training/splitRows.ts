// Which labelled texts are held back to measure by. In: rows. Out: training and validation rows.
// Decided by the content of each text alone, so the split stays as it is when rows are added, removed or shuffled, and
// equal texts never stand on both sides.

import type { LabelledRow } from './labelledRows.ts';
import { hashToUnit } from './textHash.ts';

export interface RowSplit {
  readonly training: readonly LabelledRow[];
  readonly validation: readonly LabelledRow[];
}

/** @param share of the rows to hold back, 0 to 1 */
export function splitRows(rows: readonly LabelledRow[], share: number, salt = splitSalt): RowSplit {
  const groups = new Map<string, LabelledRow[]>();
  for (const row of rows) {
    const key = row.text.trim().toLowerCase();
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const units = [...groups].map(([key, members]) => ({ members, hash: hashToUnit(key, salt) }));
  const heldBack = new Set(units.filter(({ hash }) => hash < share));
  const counts = countLabels(rows);
  for (const [label, count] of counts) {
    const having = units.filter(({ members }) => members.some(({ labels }) => labels.has(label)));
    if (count < 4 || having.length < 2) continue;
    having.sort((a, b) => a.hash - b.hash);
    // Each label needs texts on both sides: something to learn from, and something to be measured by.
    if (!having.some((unit) => heldBack.has(unit))) heldBack.add(having[0]!);
    else if (having.every((unit) => heldBack.has(unit))) heldBack.delete(having.at(-1)!);
  }
  const isHeldBack = new Set([...heldBack].flatMap(({ members }) => members));
  return {
    training: rows.filter((row) => !isHeldBack.has(row)),
    validation: rows.filter((row) => isHeldBack.has(row)),
  };
}

const splitSalt = 0x11;

function countLabels(rows: readonly LabelledRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { labels } of rows)
    for (const label of labels.keys()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
