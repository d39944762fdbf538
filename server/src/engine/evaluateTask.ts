// Labelled texts against what the model says of them. In: an engine, the bytes of a file. Out: metrics by label.
// Lines are counted as they stand: a text that comes twice counts twice, as everywhere else scores are compared.

import { type Cancellation, throwIfCancelled } from './cancellation.ts';
import type { Engine, TextInput, WorkOptions } from './engine.ts';
import { EngineError } from './errors.ts';
import { type ClassificationTask, isClassification } from './labels/task.ts';
import { type LabelledLine, readLabelledLines } from './training/labelledLines.ts';
import { computeMetrics } from './training/metrics.ts';
import { describeMetrics, type NamedMetrics } from './training/metricsByLabel.ts';

export interface Evaluation {
  readonly engine: Engine;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** For messages. */
  readonly fileName: string;
  readonly task: string;
  readonly work: WorkOptions;
  readonly onProgress: (texts: number) => void;
}

/** Texts that go to the engine at once; it makes its own batches of them. */
const groupSize = 512;

/** @throws EngineError `invalidArgument` for a line that is no labelled text, or has a label that the task lacks */
export async function evaluateTask(
  { engine, chunks, fileName, task: name, work, onProgress }: Evaluation,
  cancellation: Cancellation,
): Promise<NamedMetrics> {
  const task = findTask((await engine.modelInfo()).tasks.tasks.filter(isClassification), name);
  const names = task.labels.map((label) => label.name);
  const probabilities: number[] = [];
  const truths: number[] = [];
  let count = 0;
  const judge = async (lines: readonly LabelledLine[]) => {
    throwIfCancelled(cancellation);
    const answers = await engine.classify(name, lines.map(toInput), work, cancellation);
    answers.forEach((scores, index) => {
      probabilities.push(...scores.probabilities);
      truths.push(...truthsOf(lines[index]!, task, names, fileName));
    });
    count += lines.length;
    onProgress(count);
  };
  let group: LabelledLine[] = [];
  for await (const line of readLabelledLines(chunks, { fileName, task: name })) {
    if (line.text.trim() === '') continue;
    group.push(line);
    if (group.length < groupSize) continue;
    await judge(group);
    group = [];
  }
  if (group.length > 0) await judge(group);
  if (count === 0) {
    throw new EngineError(
      'invalidArgument',
      `${fileName} holds no labelled text for the task ${name}. Write one JSON object a line: {"text": "…", "labels": ["…"]}.`,
    );
  }
  const metrics = computeMetrics({
    kind: task.kind,
    labelCount: names.length,
    probabilities,
    truths,
    thresholds: task.labels.map(({ threshold }) => threshold),
  });
  return describeMetrics(names, metrics);
}

function truthsOf(
  line: LabelledLine,
  { kind }: ClassificationTask,
  names: readonly string[],
  fileName: string,
): readonly number[] {
  const wrong = (reason: string) =>
    new EngineError('invalidArgument', `Line ${line.number} of ${fileName} ${reason}.`);
  const unknown = line.labels.find((label) => !names.includes(label));
  if (unknown !== undefined) {
    throw wrong(
      `has the label "${unknown}"; the task has ${names.join(', ')}. Correct the label or choose another task`,
    );
  }
  if (kind === 'singleLabel' && line.labels.length !== 1) {
    throw wrong(`has ${line.labels.length} labels and the task gives exactly one. Keep one of them`);
  }
  return names.map((name) => (line.labels.includes(name) ? 1 : 0));
}

function toInput({ text, context }: LabelledLine): TextInput {
  return context === undefined ? { text } : { text, context };
}

function findTask(tasks: readonly ClassificationTask[], name: string): ClassificationTask {
  const task = tasks.find((one) => one.name === name);
  if (task) return task;
  const known = tasks.map((one) => one.name).join(', ') || 'none';
  throw new EngineError(
    'taskUnknown',
    `The model has no task "${name}"; it has ${known}. Choose one of these.`,
  );
}
