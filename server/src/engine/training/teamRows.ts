// What a team's labels say about one task. In: rows of label files. Out: texts to learn from, and texts that no
// training sees, on which models are compared. Which ones those are follows from their content, so that they stay
// the same when labels are added, and one model's numbers can be held against the next one's.

import type { LabelRow } from '../labelling/labelRow.ts';
import type { LabelledRow } from './labelledRows.ts';
import { splitRows } from './splitRows.ts';

export interface TeamText {
  readonly text: string;
  readonly context: string | undefined;
  readonly labels: readonly string[];
  /** Where the text stood when it was labelled. */
  readonly folderUri: string;
  readonly file: string | undefined;
}

export interface TeamRows {
  readonly training: readonly TeamText[];
  readonly test: readonly TeamText[];
  /** Texts of which somebody said that no label fits; a task with exactly one label cannot learn from them. */
  readonly unlabelled: number;
  /** Texts with more labels than the task allows; the first one counts. */
  readonly ambiguous: number;
}

export interface LabelledFolder {
  readonly folderUri: string;
  readonly rows: Iterable<LabelRow>;
}

/** Apart from `validationShare` of a training, which is taken from what is left. */
const testShare = 0.2;
const testSalt = 0x77;

export function chooseTeamRows(
  folders: readonly LabelledFolder[],
  task: { readonly name: string; readonly several: boolean },
): TeamRows {
  const texts = new Map<string, TeamText>();
  let unlabelled = 0;
  let ambiguous = 0;
  for (const { folderUri, rows } of folders) {
    for (const row of rows) {
      const given = row.labels[task.name];
      // Several folders may have the same text; the row of the first one counts.
      if (given === undefined || texts.has(row.id)) continue;
      if (given.length === 0 && !task.several) unlabelled++;
      else {
        if (given.length > 1 && !task.several) ambiguous++;
        const labels = task.several ? given : given.slice(0, 1);
        texts.set(row.id, { text: row.text, context: row.context, labels, folderUri, file: row.file });
      }
    }
  }
  const all = [...texts.values()].sort((one, other) => (one.text < other.text ? -1 : 1));
  const rows = new Map(all.map((text, index) => [toLabelledRow(text, index), text]));
  const split = splitRows([...rows.keys()], testShare, testSalt);
  const textsOf = (some: readonly LabelledRow[]) => some.map((row) => rows.get(row)!);
  return { training: textsOf(split.training), test: textsOf(split.validation), unlabelled, ambiguous };
}

function toLabelledRow({ text, context, labels }: TeamText, index: number): LabelledRow {
  return {
    text,
    context,
    labels: new Map(labels.map((label) => [label, 1])),
    labelCounts: [labels.length, labels.length],
    line: index + 1,
  };
}

/** The same texts whatever else there is: half of the texts are among three quarters of them. */
export function chooseShare<T extends { readonly text: string }>(
  texts: readonly T[],
  share: number,
  hash: (text: string) => number,
): readonly T[] {
  const count = Math.round(texts.length * share);
  return [...texts].sort((one, other) => hash(one.text) - hash(other.text)).slice(0, count);
}
