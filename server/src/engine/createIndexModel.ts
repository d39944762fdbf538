// The engine as the index needs it: one pass of the encoder gives a text's vector and its labels.
// In: an engine, or the promise of one that is asked again each time. Out: an `IndexModel`.

import { CancelledError } from './cancellation.ts';
import type { Engine } from './engine.ts';
import type { IndexedTask, IndexModel, IndexModelInfo } from './index/indexModel.ts';
import type { ClassificationTask, LabelScores, Task } from './labels/task.ts';
import type { StoredLabel } from './storage.ts';

export function createIndexModel(openEngine: () => Promise<Engine>): IndexModel {
  let opened:
    | Promise<IndexModelInfo & { readonly classifications: readonly ClassificationTask[] }>
    | undefined;

  function open() {
    opened ??= openEngine()
      .then(readInfo)
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  }

  return {
    async info() {
      const { classifications, ...info } = await open();
      return info;
    },
    async read(texts, cancellation) {
      const { classifications } = await open();
      const engine = await openEngine();
      const readings = await engine.readTexts(texts, { priority: 'background' }, cancellation);
      return readings.map(({ vector, scores }) => ({
        vector,
        labels: toStoredLabels(scores, classifications),
      }));
    },
    async encodeQuery(text, cancellation) {
      const { dimensions } = await open();
      const engine = await openEngine();
      const [vector] = await engine.embed([text], { priority: 'interactive', dimensions }, cancellation);
      if (!vector) throw new CancelledError();
      return vector;
    },
    async encodeSentences(texts, cancellation) {
      const { dimensions } = await open();
      const engine = await openEngine();
      return await engine.embed(texts, { priority: 'interactive', dimensions }, cancellation);
    },
    async answer(question, contexts, cancellation) {
      const engine = await openEngine();
      const questions = contexts.map((context) => ({ question, context }));
      const answers = await engine.answer(questions, { priority: 'interactive' }, cancellation);
      return answers.flatMap(({ span, score }, context) => (span ? [{ context, span, score }] : []));
    },
  };
}

async function readInfo(engine: Engine) {
  const { fingerprint, tasks } = await engine.modelInfo();
  const classifications = tasks.tasks.filter(isClassification);
  const lengths = tasks.tasks.flatMap((task) => (task.kind === 'embedding' ? task.dimensions : []));
  return {
    fingerprint,
    // The longest: shorter ones find noticeably less (docs/SEARCH.md), and a byte a number is little.
    dimensions: Math.max(0, ...lengths),
    tasks: classifications.map(toIndexedTask),
    canAnswer: tasks.tasks.some((task) => task.kind === 'span'),
    classifications,
  };
}

/** Tasks about a text alone: a passage of the index has no second one. */
function isClassification(task: Task): task is ClassificationTask {
  return (task.kind === 'singleLabel' || task.kind === 'multiLabel') && task.input !== 'pair';
}

/** Where exactly one label holds, the first one of tasks.json is what there is to say about most texts. */
function toIndexedTask({ name, kind, labels }: ClassificationTask): IndexedTask {
  const names = labels.map((label) => label.name);
  return { name, labels: names, ordinary: kind === 'singleLabel' ? names[0] : undefined };
}

function toStoredLabels(
  scores: readonly LabelScores[],
  classifications: readonly ClassificationTask[],
): readonly StoredLabel[] {
  return scores.flatMap(({ task, probabilities, predicted }) => {
    const names = classifications.find((one) => one.name === task)?.labels.map((label) => label.name) ?? [];
    return predicted.map((name) => ({ task, name, probability: probabilities[names.indexOf(name)] ?? 0 }));
  });
}
