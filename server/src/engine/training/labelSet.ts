// Which labels a training is about, and whether one or several of them hold at once. In: rows and what the model knows.
// Out: the task's kind and its labels in a stable order, or an error that says what the rows lack.

import type { ClassificationTask } from '../labels/task.ts';
import { trainingError } from '../trainingMessages.ts';
import type { LabelledRow } from './labelledRows.ts';

export type LabelKind = 'singleLabel' | 'multiLabel';

export interface LabelSet {
  readonly kind: LabelKind;
  readonly names: readonly string[];
  /** True where the model's own head for the task goes on learning; false where it gets a new one. */
  readonly isKnown: boolean;
}

/** Far more than a person can tell apart; so many are usually texts or numbers in the wrong column. */
const maxLabels = 1000;

/**
 * @param known the model's task of this name; its labels stay, in their order, where the rows use no other
 * @param asked what the user wants instead of what the rows suggest
 * @throws EngineError `invalidArgument` where there is nothing to tell apart
 */
export function decideLabelSet(
  rows: readonly LabelledRow[],
  options: { readonly known: ClassificationTask | undefined; readonly asked: LabelKind | undefined },
): LabelSet {
  const { known, asked } = options;
  const names = [...new Set(rows.flatMap(({ labels }) => [...labels.keys()]))].sort();
  checkVariety(rows, names);
  const isSingle = rows.every(({ labelCounts: [fewest, most] }) => fewest === 1 && most === 1);
  if (asked === 'singleLabel' && !isSingle) {
    const odd = rows.find(({ labelCounts: [fewest, most] }) => fewest !== 1 || most !== 1)!;
    throw trainingError('lineNotOneLabel', { line: odd.line, count: odd.labels.size });
  }
  const knownNames = known?.labels.map(({ name }) => name);
  const fits = knownNames !== undefined && names.every((name) => knownNames.includes(name));
  const kind = asked ?? (fits && (known!.kind === 'multiLabel' || isSingle) ? known!.kind : kindOf(isSingle));
  return fits && known!.kind === kind
    ? { kind, names: knownNames, isKnown: true }
    : { kind, names, isKnown: false };
}

/** @throws EngineError `invalidArgument` naming the line whose label no training row has */
export function checkLabels(rows: readonly LabelledRow[], { names }: LabelSet, fileName: string): void {
  const allowed = new Set(names);
  for (const { labels, line } of rows) {
    const unknown = [...labels.keys()].find((label) => !allowed.has(label));
    if (unknown === undefined) continue;
    const known = names.join(', ');
    throw trainingError('lineLabelUnknown', { file: fileName, line, label: unknown, known });
  }
}

function kindOf(isSingle: boolean): LabelKind {
  return isSingle ? 'singleLabel' : 'multiLabel';
}

function checkVariety(rows: readonly LabelledRow[], names: readonly string[]): void {
  if (names.length === 0) throw trainingError('noLabelAtAll', {});
  if (names.length > maxLabels) throw trainingError('tooManyLabels', { count: names.length });
  const [only] = names;
  if (names.length === 1 && rows.every(({ labels }) => labels.get(only!) === 1)) {
    throw trainingError('oneLabelOnly', { label: only! });
  }
  if (rows.length < 4) throw trainingError('tooFewTexts', { count: rows.length });
}
