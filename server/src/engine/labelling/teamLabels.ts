// People go before the model: puts what a row says over what the model says about the same text.
// In: scores of a passage, the row of its text, the tasks of the model. Out: scores, who chose them, what is silent.

import type { PassageVerdict } from '../findings/finding.ts';
import type { ClassificationTask, LabelScores, TaskSet } from '../labels/task.ts';
import type { Passage } from '../passages/passage.ts';
import type { LabelBook } from './labelBook.ts';
import { type LabelRow, textKey } from './labelRow.ts';

export interface TeamView {
  readonly row: LabelRow | undefined;
  /** The model's, with the tasks that a person labelled replaced: certain, as a person said so. */
  readonly scores: readonly LabelScores[];
  readonly verdict: PassageVerdict;
}

export interface TeamViewInput {
  readonly book: LabelBook;
  readonly passage: Passage;
  readonly scores: readonly LabelScores[];
  readonly tasks: TaskSet;
  /** Hash of the code that the passage documents now, see `hashOfCode`; asked only where a row needs it. */
  readonly codeHash: () => string | undefined;
}

export function viewOfTeam({ book, passage, scores, tasks, codeHash }: TeamViewInput): TeamView {
  const row = findRow(book, passage.text.value);
  if (!row) return { row, scores, verdict: noVerdict };
  const who = row.who ?? '';
  const replaced = scores.map((one) => replaceScores(one, row, tasks));
  const authors = Object.fromEntries(Object.keys(row.labels).map((task) => [task, who]));
  const isAccurate = row.source !== undefined && row.source === codeHash();
  return { row, scores: replaced, verdict: { authors, silenced: row.dismissed, isAccurate } };
}

export function findRow(book: LabelBook, text: string): LabelRow | undefined {
  return book.rows.size === 0 ? undefined : book.rows.get(textKey(text, undefined));
}

const noVerdict: PassageVerdict = { authors: {}, silenced: [], isAccurate: false };

function replaceScores(scores: LabelScores, row: LabelRow, tasks: TaskSet): LabelScores {
  const task = tasks.tasks.find(
    (one): one is ClassificationTask => one.name === scores.task && 'labels' in one,
  );
  if (!task || !Object.hasOwn(row.labels, scores.task)) return scores;
  const chosen = row.labels[scores.task]!;
  const known = chosen.filter((name) => task.labels.some((label) => label.name === name));
  // A label that this model does not have says nothing about those it has.
  if (known.length === 0 && chosen.length > 0) return scores;
  return {
    task: scores.task,
    probabilities: Float32Array.from(task.labels, (label) => (known.includes(label.name) ? 1 : 0)),
    predicted: known,
  };
}
