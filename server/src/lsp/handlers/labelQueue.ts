// Answers `marginalia/labelTasks` and `marginalia/labelQueue`: what can be labelled, and which passages to ask about
// next. Which ones is decided by engine/labelling/nextBest.ts; this collects what it needs.

import type { CancellationToken } from 'vscode-languageserver';
import type {
  LabelQueueParams,
  LabelQueueResult,
  LabelTasksResult,
  QueuedPassage,
} from '../../../../protocol/labelRequests.ts';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import { nextBest, tasksToLabel, textKey } from '../../engine/engine.ts';
import type { LabelTask } from '../../engine/labelling/labelTasks.ts';
import type { TaskSet } from '../../engine/labels/task.ts';
import { findClassification } from '../findClassification.ts';
import { fromToken } from '../fromProto.ts';
import { type LabelledFile, readLabelledFile, requireModel } from '../labelledFile.ts';
import type { TeamLabelled } from '../teamLabels.ts';
import { localize } from '../texts.ts';
import { toPassageSummary } from '../toProto.ts';
import type { HandlerContext } from './context.ts';

/** Passages that are compared with each other for one queue: more take longer than a person waits. */
const mostPassages = 2000;
/** Labels before the model's doubts are asked, for each label of the task. */
const seedsPerLabel = 3;

export function createLabelTasksHandler(context: HandlerContext) {
  return async (_params: object, token: CancellationToken): Promise<LabelTasksResult> => {
    const tasks = await requireModel(context, fromToken(token));
    const known = await readTasks(context, tasks);
    return {
      tasks: known.tasks.map((task) => ({
        task: task.name,
        several: task.several,
        question: localize(task.description, context.texts.locale),
        labelled: known.labelled.get(task.name) ?? 0,
      })),
    };
  };
}

export function createLabelQueueHandler(context: HandlerContext) {
  return async (params: LabelQueueParams, token: CancellationToken): Promise<LabelQueueResult> => {
    const cancellation = fromToken(token);
    const model = await requireModel(context, cancellation);
    const task = (await readTasks(context, model)).tasks.find((one) => one.name === params.task);
    if (!task) return { passages: [], labelled: 0, total: 0, message: context.texts.noSuchTask(params.task) };
    const places = await collectPassages(context, params.uris, model, cancellation);
    const vectors = await embed(context, places, model, cancellation);
    const labels = findClassification(model, task.name)?.labels.map((label) => label.name) ?? [];
    const candidates = places.map(({ one }, index) => ({
      vector: vectors[index] ?? new Float32Array(0),
      probabilities:
        one.scores.find((scores) => scores.task === task.name)?.probabilities ?? new Float32Array(0),
      labels: one.row?.labels[task.name],
    }));
    const queue = nextBest(candidates, {
      several: task.several,
      labelNames: labels,
      seed: params.seed,
      seedCount: seedsPerLabel * task.labels.length,
      count: params.count,
    });
    return {
      passages: queue.map(({ index, reason }): QueuedPassage => {
        const { file, one } = places[index]!;
        const proto = { lines: file.lines, texts: context.texts, tasks: model };
        const summary = toPassageSummary(one, proto);
        return { ...summary, uri: file.uri, reason: context.texts.queueReasons[reason] };
      }),
      labelled: candidates.filter((one) => one.labels !== undefined).length,
      total: candidates.length,
      message: places.length === 0 ? context.texts.noPassages : undefined,
    };
  };
}

export interface Place {
  readonly file: LabelledFile;
  readonly one: TeamLabelled;
}

/** Each text once, since a label holds for all places with the same text. */
export async function collectPassages(
  context: HandlerContext,
  uris: readonly string[],
  tasks: TaskSet,
  cancellation: Cancellation,
): Promise<readonly Place[]> {
  const places = new Map<string, Place>();
  for (const uri of uris) {
    throwIfCancelled(cancellation);
    const file = await readLabelledFile(context, uri, tasks, cancellation);
    if ('problem' in file) continue;
    for (const one of file.labelled) {
      const key = textKey(one.passage.text.value, undefined);
      if (!places.has(key)) places.set(key, { file, one });
      if (places.size >= mostPassages) return [...places.values()];
    }
  }
  return [...places.values()];
}

/** The encoder has just read these texts, so this mostly comes from its cache. */
async function embed(
  context: HandlerContext,
  places: readonly Place[],
  tasks: TaskSet,
  cancellation: Cancellation,
): Promise<readonly Float32Array[]> {
  const { engine } = context.holder;
  if (!engine || !tasks.tasks.some((task) => task.kind === 'embedding')) return [];
  const texts = places.map(({ one }) => one.passage.text.value);
  return await engine.embed(texts, { priority: 'background' }, cancellation);
}

export async function readTasks(context: HandlerContext, model: TaskSet) {
  const labelled = new Map<string, number>();
  let tasks: readonly LabelTask[] = tasksToLabel(model, [], emptyBook);
  for (const { store } of context.team.stores.all()) {
    const book = await store.read();
    tasks = mergeTasks(tasks, tasksToLabel(model, (await store.tasks()).tasks, book));
    for (const row of book.rows.values()) {
      for (const task of Object.keys(row.labels)) labelled.set(task, (labelled.get(task) ?? 0) + 1);
    }
  }
  return { tasks, labelled };
}

const emptyBook = { rows: new Map(), conflicts: [], broken: [] };

/** Folders may define tasks of their own; the one with more labels knows more. */
function mergeTasks(one: readonly LabelTask[], other: readonly LabelTask[]): readonly LabelTask[] {
  const tasks = new Map(one.map((task) => [task.name, task]));
  for (const task of other) {
    const known = tasks.get(task.name);
    if (!known || task.labels.length > known.labels.length) tasks.set(task.name, task);
  }
  return [...tasks.values()];
}
