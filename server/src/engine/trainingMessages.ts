// What training has to tell a person, as a code and values: it happens in a process of its own, which knows no language.
// In: a message. Out: a sentence, by a table of wordings; this one is that of the command line, the editor has its own.

import { EngineError } from './errors.ts';

/** By code: what its sentence speaks of. */
export interface TrainingMessageValues {
  readonly emptyTexts: { readonly count: number; readonly file: string };
  readonly longTexts: { readonly count: number; readonly file: string; readonly most: number };
  readonly repeatedTexts: { readonly count: number; readonly file: string };
  readonly conflictingLabels: { readonly count: number; readonly file: string; readonly line: number };
  readonly replacedIds: { readonly count: number; readonly file: string };
  readonly sampledRows: { readonly file: string; readonly most: number; readonly used: number };
  readonly fileEmpty: { readonly file: string };
  readonly fileOfOtherTasks: { readonly file: string; readonly task: string };
  readonly fileOfEmptyTexts: { readonly file: string };
  readonly fileMissing: { readonly file: string };
  readonly fileIsFolder: { readonly file: string };
  readonly fileUnreadable: { readonly file: string; readonly reason: string };
  readonly lineNotJson: { readonly file: string; readonly line: number };
  readonly lineNotObject: { readonly file: string; readonly line: number };
  readonly lineValueNotText: { readonly file: string; readonly line: number; readonly key: string };
  readonly lineWithoutText: { readonly file: string; readonly line: number };
  readonly lineWithoutLabels: { readonly file: string; readonly line: number };
  readonly lineLabelNotName: { readonly file: string; readonly line: number };
  readonly lineLabelTooLong: { readonly file: string; readonly line: number; readonly most: number };
  readonly lineLabelUnknown: {
    readonly file: string;
    readonly line: number;
    readonly label: string;
    readonly known: string;
  };
  readonly lineNotOneLabel: { readonly line: number; readonly count: number };
  readonly noLabelAtAll: Readonly<Record<string, never>>;
  readonly tooManyLabels: { readonly count: number };
  readonly oneLabelOnly: { readonly label: string };
  readonly tooFewTexts: { readonly count: number };
  readonly taskWithoutLabels: { readonly task: string };
  readonly badTaskName: { readonly task: string };
  readonly brokeDown: { readonly rate: number; readonly next: number };
  readonly tokenizerLacksMarks: Readonly<Record<string, never>>;
  readonly tooFewPassages: { readonly count: number; readonly fewest: number };
  readonly passagesDamaged: Readonly<Record<string, never>>;
  readonly stateOfOtherRun: Readonly<Record<string, never>>;
  readonly stateOfOtherKind: Readonly<Record<string, never>>;
  readonly stateDamaged: Readonly<Record<string, never>>;
  readonly runOfOtherOptions: { readonly folder: string };
  readonly runMissing: { readonly folder: string };
  readonly runBusy: { readonly folder: string };
  readonly outputExists: { readonly folder: string };
  readonly diskFull: { readonly file: string };
  readonly quotaUsedUp: { readonly file: string };
  readonly writingForbidden: { readonly file: string };
  readonly diskReadOnly: { readonly file: string };
  readonly stoppedUnexpectedly: { readonly reason: string };
}

export type TrainingMessageCode = keyof TrainingMessageValues;

/** Plain data: it goes through messages and files. */
export interface TrainingMessage<C extends TrainingMessageCode = TrainingMessageCode> {
  readonly code: C;
  readonly values: TrainingMessageValues[C];
}

export type TrainingWording = {
  readonly [C in TrainingMessageCode]: (values: TrainingMessageValues[C]) => string;
};

export function tell<C extends TrainingMessageCode>(
  code: C,
  values: TrainingMessageValues[C],
): TrainingMessage<C> {
  return { code, values };
}

/** @returns `undefined` for a code of another version: a run's file may be older or newer than the program */
export function wordTraining(message: TrainingMessage, wording: TrainingWording): string | undefined {
  const word = wording[message.code] as ((values: unknown) => string) | undefined;
  return word?.(message.values);
}

/** An error that can be worded in any language; its own message is that of the command line. */
export class TrainingError extends EngineError {
  readonly told: TrainingMessage;
  constructor(told: TrainingMessage, options?: ErrorOptions) {
    super('invalidArgument', wordTraining(told, trainingWords) ?? told.code, options);
    this.told = told;
  }
}

export function trainingError<C extends TrainingMessageCode>(
  code: C,
  values: TrainingMessageValues[C],
  options?: ErrorOptions,
): TrainingError {
  return new TrainingError(tell(code, values), options);
}

export const trainingWords: TrainingWording = {
  emptyTexts: ({ count, file }) => `${count} lines of ${file} have an empty text and are left out.`,
  longTexts: ({ count, file, most }) =>
    `${count} texts of ${file} are longer than ${most} characters; their start is used.`,
  repeatedTexts: ({ count, file }) => `${count} lines of ${file} repeat a text; each text counts once.`,
  conflictingLabels: ({ count, file, line }) =>
    `${count} texts of ${file} have different labels in different lines, first in line ${line}; the model learns the shares.`,
  replacedIds: ({ count, file }) => `${count} ids of ${file} come twice; the later line counts.`,
  sampledRows: ({ file, most, used }) =>
    `${file} has more than ${grouped(most)} different texts; ${grouped(used)}, chosen by their content, are used.`,
  fileEmpty: ({ file }) => `${file} is empty. ${oneObjectALine}`,
  fileOfOtherTasks: ({ file, task }) => `${file} has no line for the task ${task}. ${oneObjectALine}`,
  fileOfEmptyTexts: ({ file }) => `${file} has only empty texts. ${oneObjectALine}`,
  fileMissing: ({ file }) => `${file} does not exist. Give a file of JSON lines.`,
  fileIsFolder: ({ file }) => `${file} is a folder. Give a file of JSON lines.`,
  fileUnreadable: ({ file, reason }) => `${file} cannot be read (${reason}). Give a file of JSON lines.`,
  lineNotJson: (at) => badLine(at, 'is not JSON'),
  lineNotObject: (at) => badLine(at, 'is not a JSON object'),
  lineValueNotText: (at) => badLine(at, `has a "${at.key}" that is not a string`),
  lineWithoutText: (at) => badLine(at, 'has no "text"'),
  lineWithoutLabels: (at) => badLine(at, 'has neither "labels" nor "label"'),
  lineLabelNotName: (at) => badLine(at, 'has a label that is not a name'),
  lineLabelTooLong: (at) => badLine(at, `has a label of more than ${at.most} characters`),
  lineLabelUnknown: ({ file, line, label, known }) =>
    `Line ${line} of ${file} has the label "${label}", which is not one of ${known}. Correct the label or add such texts to the training file.`,
  lineNotOneLabel: ({ line, count }) =>
    `The training cannot start: line ${line} has ${count} labels and one label per text was asked for. Leave --kind out or correct the line.`,
  noLabelAtAll: () => 'The training cannot start: no text has a label. Add labels to the rows.',
  tooManyLabels: ({ count }) =>
    `The training cannot start: there are ${count} different labels. Check that "labels" holds names, not texts.`,
  oneLabelOnly: ({ label }) =>
    `The training cannot start: every text has the label "${label}", so there is nothing to tell apart. Add texts with another label, or with "labels": [].`,
  tooFewTexts: ({ count }) =>
    `The training cannot start: there are only ${count} different texts. Label a few more.`,
  taskWithoutLabels: ({ task }) =>
    `The model's task "${task}" gives no labels. Choose another name for the new task.`,
  badTaskName: ({ task }) =>
    `"${task}" cannot be the name of a task. Use letters, digits, _ and -, at most 60.`,
  brokeDown: ({ rate, next }) =>
    `The training broke down before the first epoch ended: the loss was no number any more. Try a smaller --learning-rate than ${rate}, such as ${next}.`,
  tokenizerLacksMarks: () =>
    'The model cannot be adapted: its tokenizer lacks [MASK], [CLS] or [SEP]. Choose another model.',
  tooFewPassages: ({ count, fewest }) =>
    `There are ${count} different passages, too few to adapt to: at least ${fewest} are needed. Name a larger folder.`,
  passagesDamaged: () => 'The file of passages is damaged. Remove the folder of the run and start again.',
  stateOfOtherRun: () =>
    'The checkpoint belongs to other data, settings or another model. Restore them, or start the training anew.',
  stateOfOtherKind: () => badState('it is of another kind'),
  stateDamaged: () => badState('it was cut off or changed'),
  runOfOtherOptions: ({ folder }) =>
    `${folder} holds a training that was interrupted and has other options. Repeat its options to go on, or remove the folder.`,
  runMissing: ({ folder }) => `${folder} holds no training.`,
  runBusy: ({ folder }) => `Another process is training in ${folder}. Wait for it or cancel it there.`,
  outputExists: ({ folder }) =>
    `${folder} exists already, and nothing is replaced. Choose another folder or remove this one.`,
  diskFull: ({ file }) => unwritten(file, 'The disk is full. Free some space and start again'),
  quotaUsedUp: ({ file }) =>
    unwritten(file, 'Your share of the disk is used up. Free some space and start again'),
  writingForbidden: ({ file }) => unwritten(file, 'Check the permissions of its folder'),
  diskReadOnly: ({ file }) => unwritten(file, 'The disk can only be read. Choose another place'),
  stoppedUnexpectedly: ({ reason }) =>
    `The training stopped unexpectedly: ${reason}. Start it again with the same options: it goes on from its last saved state. If it stops again, memory may be short: try a smaller --batch-size.`,
};

const oneObjectALine = 'Write one JSON object a line: {"text": "…", "labels": ["…"]}.';

function badLine({ file, line }: { readonly file: string; readonly line: number }, reason: string): string {
  return `Line ${line} of ${file} ${reason}. A line is {"text": "…", "labels": ["…"]}, with "context" if there is one.`;
}

function badState(reason: string): string {
  return `The saved state of the training cannot be used: ${reason}. Remove the run's folder and start again.`;
}

function unwritten(file: string, advice: string): string {
  return `${file} cannot be written. ${advice}; what was saved before is whole.`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
