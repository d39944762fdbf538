// The engine as the index needs it: one pass of the encoder gives a text's vector and its labels.
// In: an engine, or the promise of one that is asked again each time. Out: an `IndexModel`.

import { CancelledError } from './cancellation.ts';
import type { Engine, LabelledPassage } from './engine.ts';
import type { IndexedTask, IndexModel, IndexModelInfo } from './index/indexModel.ts';
import type { ClassificationTask, Task } from './labels/task.ts';
import type { Passage } from './passages/passage.ts';
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
      const { dimensions, classifications } = await open();
      const engine = await openEngine();
      const work = { priority: 'background' as const, approximate: true };
      // The second call is answered from the cache of the first: both come out of the same pass.
      const labelled = await engine.labelPassages(texts.map(toPassage), work, cancellation);
      const vectors = await engine.embed(texts, { ...work, dimensions }, cancellation);
      return labelled.map((one, index) => ({
        vector: vectors[index]!,
        labels: toStoredLabels(one, classifications),
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
  { scores }: LabelledPassage,
  classifications: readonly ClassificationTask[],
): readonly StoredLabel[] {
  return scores.flatMap(({ task, probabilities, predicted }) => {
    const names = classifications.find((one) => one.name === task)?.labels.map((label) => label.name) ?? [];
    return predicted.map((name) => ({ task, name, probability: probabilities[names.indexOf(name)] ?? 0 }));
  });
}

/** The encoder reads nothing of a passage but its text. */
function toPassage(text: string): Passage {
  return {
    kind: 'paragraph',
    language: 'plaintext',
    span: { start: 0, end: text.length },
    parts: [],
    text: { value: text, segments: [] },
    tags: [],
    symbol: undefined,
    section: [],
    ownLine: true,
  };
}
