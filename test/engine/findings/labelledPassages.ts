// Passages with labels for tests of findings: real extraction, hand-written scores.
// In: a source text and a label per passage. Out: what `toFindings` expects.

import { extractPassages, type TaskSet } from '../../../server/src/engine/engine.ts';
import type { FindingRules } from '../../../server/src/engine/findings/finding.ts';
import { toFindings } from '../../../server/src/engine/findings/toFindings.ts';
import type { ClassificationTask, LabelScores } from '../../../server/src/engine/labels/task.ts';
import { createSourceFile } from '../../../server/src/engine/text/sourceFile.ts';

const text = (en: string) => ({ en });

function task(name: string, kind: ClassificationTask['kind'], labels: readonly string[]): ClassificationTask {
  return {
    name,
    kind,
    description: text(name),
    pooling: 'mean',
    temperatures: { default: 1 },
    labels: labels.map((label) => ({
      name: label,
      title: text(label.toUpperCase()),
      description: text(label),
      threshold: kind === 'multiLabel' ? 0.5 : 0,
    })),
  };
}

export const debtTask = task('debt', 'singleLabel', ['none', 'design', 'defect']);
export const formTask = task('form', 'singleLabel', ['prose', 'code']);
export const purposeTask = task('purpose', 'multiLabel', ['summary', 'deprecation']);

export const tasks: TaskSet = {
  formatVersion: 1,
  depths: [2],
  defaultDepth: 2,
  maxTokens: 64,
  tasks: [debtTask, formTask, purposeTask],
};

export const rules: FindingRules = {
  debt: { level: 'information', minimumScore: 0.5 },
  'commented-out-code': { level: 'hint', minimumScore: 0.5 },
  'deprecated-without-alternative': { level: 'warning', minimumScore: 0.5 },
};

/** Probabilities by task; a task that is not named says that all is well. */
export type Scores = Readonly<Record<string, readonly number[]>>;

const quiet: Scores = { debt: [1, 0, 0], form: [1, 0], purpose: [0, 0] };

export function scoresOf(scores: Scores): readonly LabelScores[] {
  return tasks.tasks
    .filter((one): one is ClassificationTask => one.kind !== 'embedding')
    .map((one) => {
      const probabilities = Float32Array.from(scores[one.name] ?? quiet[one.name]!);
      const ranked = one.labels
        .map((label, index) => ({ name: label.name, probability: probabilities[index]! }))
        .sort((left, right) => right.probability - left.probability);
      const predicted =
        one.kind === 'singleLabel' ? ranked.slice(0, 1) : ranked.filter((l) => l.probability >= 0.5);
      return { task: one.name, probabilities, predicted: predicted.map((label) => label.name) };
    });
}

/** Labels every passage of `source` the same way and returns the findings with the text they cover. */
export function findIn(
  source: string,
  scores: Scores,
  options: { language?: string; rules?: FindingRules } = {},
) {
  const file = createSourceFile({
    id: 'a',
    language: options.language ?? 'typescript',
    version: 1,
    text: source,
  });
  const labelled = extractPassages(file).passages.map((passage) => ({ passage, scores: scoresOf(scores) }));
  return toFindings({ file, labelled, tasks, rules: options.rules ?? rules }).map((finding) => ({
    ...finding,
    covered: source.slice(finding.span.start, finding.span.end),
  }));
}
