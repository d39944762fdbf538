// In: the model folder's tasks.json and the loaded weights. Out: a TaskSet that the weights can really answer.
// A plain Hugging Face folder has no tasks.json: its tasks then follow from its classifier, and the embedding is the mean.

import { EngineError } from '../errors.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import type { ModelFiles } from '../model/modelFolder.ts';
import { parseTasks } from './parseTasks.ts';
import type { ClassificationTask, OrderTask, SpanTask, Task, TaskSet } from './task.ts';

/** The parts of a loaded model that tasks depend on. */
export type TaskModel = Pick<LoadedModel, 'config' | 'weights'>;

/** [CLS] question [SEP] context [SEP] with two tokens each for question and context: less has no room for an overlap. */
const smallestWindow = 7;

/** @throws EngineError `modelCorrupt`, `modelMissing` or `modelUnsupported`, naming the task or the key. */
export async function loadTasks(files: ModelFiles, model: TaskModel): Promise<TaskSet> {
  const bytes = await files.read('tasks.json');
  if (!bytes) return tasksOfPlainModel(files, model);
  const tasks = parseTasks(bytes);
  checkDepths(tasks, model);
  for (const task of tasks.tasks) checkTask(task, model);
  if (tasks.maxTokens < smallestWindow && tasks.tasks.some(({ kind }) => kind === 'span')) {
    throw mismatch(`task answer needs maxTokens of at least ${smallestWindow}, and it is ${tasks.maxTokens}`);
  }
  return tasks;
}

function checkDepths(tasks: TaskSet, { config }: TaskModel): void {
  const deepest = tasks.depths.at(-1)!;
  if (deepest > config.numHiddenLayers) {
    throw mismatch(`depth ${deepest} is asked for and config.json has ${config.numHiddenLayers} layers`);
  }
  if (tasks.maxTokens > config.maxPositionEmbeddings) {
    throw mismatch(
      `maxTokens is ${tasks.maxTokens} and config.json has ${config.maxPositionEmbeddings} positions`,
    );
  }
}

function checkTask(task: Task, { config, weights }: TaskModel): void {
  if ('pooling' in task && task.pooling === 'pooler' && !weights.pooler) {
    throw mismatch(`task ${task.name} reads the pooler and the weights have none`);
  }
  switch (task.kind) {
    case 'embedding':
      if (task.dimensions[0]! > config.hiddenSize) {
        throw mismatch(
          `embeddings of ${task.dimensions[0]} numbers need a larger hidden_size than ${config.hiddenSize}`,
        );
      }
      return;
    case 'span':
      if (!weights.qa) throw mismatch(`task ${task.name} has no tensor qa_outputs.weight`);
      checkSegments(task.name, config);
      return;
    case 'order':
      if (!weights.sop) throw mismatch(`task ${task.name} has no tensor sop_classifier.classifier.weight`);
      checkSegments(task.name, config);
      return;
    case 'singleLabel':
    case 'multiLabel':
      checkClassifier(task, weights);
      if (task.input === 'pair') checkSegments(task.name, config);
  }
}

function checkClassifier(task: ClassificationTask, weights: TaskModel['weights']): void {
  const head = weights.heads.get(task.name);
  if (!head) throw mismatch(`task ${task.name} has no tensor heads.${task.name}.classifier.weight`);
  if (head.labelCount !== task.labels.length) {
    throw mismatch(
      `task ${task.name} names ${task.labels.length} labels and its classifier has ${head.labelCount}`,
    );
  }
}

function checkSegments(name: string, config: TaskModel['config']): void {
  if (config.typeVocabSize < 2) {
    throw mismatch(`task ${name} reads two segments and config.json has a type_vocab_size of 1`);
  }
}

function tasksOfPlainModel(files: ModelFiles, model: TaskModel): TaskSet {
  const { config, weights } = model;
  const ours = [...weights.heads.keys()].filter((name) => name !== 'classifier');
  if (ours.length > 0) {
    throw new EngineError(
      'modelMissing',
      `The model folder ${files.displayName} has heads for ${ours.join(', ')} but no tasks.json that names their labels. Copy the whole folder again.`,
    );
  }
  const classifier = classifierTask(model);
  return {
    formatVersion: 1,
    depths: [config.numHiddenLayers],
    defaultDepth: config.numHiddenLayers,
    maxTokens: config.maxPositionEmbeddings,
    tasks: [
      ...(classifier ? [classifier] : []),
      ...pairTasks(model),
      { name: 'embedding', kind: 'embedding', pooling: 'mean', dimensions: [config.hiddenSize] },
    ],
  };
}

/** A head of one output is a regression or a multiple choice: it has no labels, so it makes no task. */
function classifierTask({ config, weights }: TaskModel): ClassificationTask | undefined {
  const head = weights.heads.get('classifier');
  if (!head || head.labelCount < 2) return undefined;
  const names =
    config.labelNames?.length === head.labelCount
      ? config.labelNames
      : Array.from({ length: head.labelCount }, (_, index) => `LABEL_${index}`);
  const multiLabel = config.problemType === 'multi_label_classification';
  return {
    name: 'classifier',
    kind: multiLabel ? 'multiLabel' : 'singleLabel',
    description: { en: 'The classifier this model was trained with.' },
    pooling: 'pooler',
    temperatures: { default: 1 },
    labels: names.map((name) => ({
      name,
      title: { en: name },
      description: { en: name },
      threshold: multiLabel ? 0.5 : 0,
    })),
  };
}

/** What Hugging Face's question answering and pre-training classes bring; nothing has calibrated them. */
function pairTasks({ config, weights }: TaskModel): readonly Task[] {
  if (config.typeVocabSize < 2 || config.maxPositionEmbeddings < smallestWindow) return [];
  const temperatures = { default: 1 };
  const answer: SpanTask = {
    name: 'answer',
    kind: 'span',
    description: { en: 'Where a text answers a question.' },
    temperatures,
    threshold: 0.5,
  };
  const coherence: OrderTask = {
    name: 'coherence',
    kind: 'order',
    description: { en: 'Whether two texts stand in the right order.' },
    temperatures,
  };
  return [...(weights.qa ? [answer] : []), ...(weights.sop ? [coherence] : [])];
}

function mismatch(reason: string): EngineError {
  return new EngineError(
    'modelCorrupt',
    `tasks.json does not fit the model: ${reason}. Check that the files of the folder belong together.`,
  );
}
