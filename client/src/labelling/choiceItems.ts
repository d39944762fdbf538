// The rows of the list in which a person chooses labels. In: what can be chosen for one task, what was typed.
// Out: rows with the digits 1 to 9, and which row a digit means. Pure, so that it can be tested without an editor.

import type { LabelChoice, TaskChoice } from '../../../protocol/labelRequests.ts';

export interface ChoiceItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly name: string;
  readonly chosen: boolean;
}

export interface ChoiceItemTexts {
  readonly model: (percent: string) => string;
  readonly chosenBy: (name: string) => string;
  readonly suggestedBy: (word: string) => string;
}

/** The likeliest first where the model knows the labels; those that are chosen stay in that order. */
export function toChoiceItems(task: TaskChoice, texts: ChoiceItemTexts): readonly ChoiceItem[] {
  const sorted = task.choices
    .map((choice, index) => ({ choice, index }))
    .sort(
      (left, right) =>
        (right.choice.probability ?? -1) - (left.choice.probability ?? -1) || left.index - right.index,
    );
  return sorted.map(({ choice }, index) => toItem(choice, index, task, texts));
}

function toItem(
  { name, title, description, probability, chosen, suggestedBy }: LabelChoice,
  index: number,
  task: TaskChoice,
  texts: ChoiceItemTexts,
): ChoiceItem {
  const parts = [
    probability === undefined ? '' : texts.model(toPercent(probability)),
    suggestedBy === undefined ? '' : texts.suggestedBy(suggestedBy),
    chosen && task.chosenBy !== undefined ? texts.chosenBy(task.chosenBy) : '',
  ];
  return {
    label: `${index < 9 ? `${index + 1}  ` : '    '}${title}`,
    description: parts.filter((part) => part !== '').join(' · '),
    detail: description,
    name,
    chosen,
  };
}

/** As in the list of a file's labels: never certain, never impossible. */
function toPercent(probability: number): string {
  const percent = Math.round(probability * 100);
  if (percent >= 100) return '> 99 %';
  return percent < 1 ? '< 1 %' : `${percent} %`;
}

/** Row of a digit, or undefined: `rowOfDigit('3', 8)` is `2`. */
export function rowOfDigit(typed: string, rowCount: number): number | undefined {
  if (!/^[1-9]$/.test(typed)) return undefined;
  const row = Number(typed) - 1;
  return row < rowCount ? row : undefined;
}
