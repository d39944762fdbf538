// A new model beside the one it came from, on the same texts that neither was trained on. In: two engines and the
// test texts. Out: what the panel shows of both, with every text, so that nothing has to be believed.

import { URI, Utils } from 'vscode-uri';
import type { TestExample, TestMeasure, TestResult } from '../../../../protocol/fineTuneRequests.ts';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import { type Engine, measureAnswers } from '../../engine/engine.ts';
import type { LabelTask } from '../../engine/labelling/labelTasks.ts';
import type { ClassificationTask } from '../../engine/labels/task.ts';
import type { TeamText } from '../../engine/training/teamRows.ts';
import type { TestAnswer } from '../../engine/training/testMeasure.ts';
import { findClassification } from '../findClassification.ts';
import { localize } from '../texts.ts';

export interface ComparedModels {
  readonly task: Pick<LabelTask, 'name' | 'several' | 'labels'>;
  readonly test: readonly TeamText[];
  readonly candidate: Engine;
  readonly present: Engine;
  readonly presentName: string;
  readonly locale: string;
}

/** Short enough to be stopped between two. */
const textsPerCall = 64;
const maxExampleLength = 400;

export async function compareModels(input: ComparedModels, cancellation: Cancellation): Promise<TestResult> {
  const { task, test, candidate, present, locale } = input;
  const names = task.labels.map(({ name }) => name);
  const after = await askModel(candidate, task.name, names, test, cancellation);
  if (!after) throw new Error(`The new model does not have the task ${task.name}.`);
  const before = await askModel(present, task.name, names, test, cancellation);
  const truths = test.map(({ labels }) => labels);
  const measure = (answers: readonly TestAnswer[]): TestMeasure =>
    measureAnswers({ names, several: task.several, truths, answers });
  return {
    task: task.name,
    several: task.several,
    labels: task.labels.map(({ name, title }) => ({ name, title: localize(title, locale) })),
    after: measure(after),
    before: before && measure(before),
    beforeModel: input.presentName,
    examples: test.map((text, index) => toExample(text, after[index]!, before?.[index])),
  };
}

/** `undefined` where the model does not have the task. */
export async function askModel(
  engine: Engine,
  taskName: string,
  names: readonly string[],
  texts: readonly TeamText[],
  cancellation: Cancellation,
): Promise<readonly TestAnswer[] | undefined> {
  const { tasks } = await engine.modelInfo();
  const task = findClassification(tasks, taskName);
  if (!task) return undefined;
  const answers: TestAnswer[] = [];
  for (let start = 0; start < texts.length; start += textsPerCall) {
    throwIfCancelled(cancellation);
    const inputs = texts
      .slice(start, start + textsPerCall)
      .map(({ text, context }) => (context === undefined ? { text } : { text, context }));
    const scores = await engine.classify(taskName, inputs, { priority: 'background' }, cancellation);
    answers.push(
      ...scores.map(({ predicted, probabilities }) => ({
        predicted,
        probabilities: names.map((name) => probabilities[indexOf(task, name)] ?? 0),
      })),
    );
  }
  return answers;
}

function toExample(
  { text, labels, folderUri, file }: TeamText,
  after: TestAnswer,
  before: TestAnswer | undefined,
): TestExample {
  return {
    text: text.length > maxExampleLength ? `${text.slice(0, maxExampleLength)}…` : text,
    truth: labels,
    after: after.predicted,
    before: before?.predicted,
    probability: Math.max(0, ...after.probabilities),
    uri: file === undefined ? undefined : Utils.joinPath(URI.parse(folderUri), ...file.split('/')).toString(),
  };
}

function indexOf(task: ClassificationTask, label: string): number {
  return task.labels.findIndex(({ name }) => name === label);
}
