// The second journey: a file of labelled texts → a model that knows these labels too.
// rows → label set and split → tokens → what the model says before → training → thresholds → a complete model folder.
// In: a model's files, rows, settings. Out: the files of the new folder, in memory; whoever calls writes them.

import type { Cancellation } from './cancellation.ts';
import { EngineError } from './errors.ts';
import { keepingObjective, rememberedOutputs } from './keptKnowledge.ts';
import { type ClassificationTask, isClassification, type TaskSet } from './labels/task.ts';
import type { AlbertWeights } from './model/albertWeights.ts';
import type { ModelFiles } from './model/modelFolder.ts';
import type { EncodedText } from './tokens/tokenBatch.ts';
import { chooseEpochs, type FineTuneSettings } from './training/fineTuneSettings.ts';
import { withNewHead } from './training/flatParameters.ts';
import type { LabelledRow } from './training/labelledRows.ts';
import { checkLabels, decideLabelSet, type LabelKind, type LabelSet } from './training/labelSet.ts';
import { type MeasuredTask, measureTask } from './training/measureTask.ts';
import type { LabelObjective, Objective } from './training/objective.ts';
import { createRandom } from './training/random.ts';
import { splitRows } from './training/splitRows.ts';
import type { TrainingExample } from './training/targets.ts';
import { askTeacher, type RememberedOutput, type SoftTargets } from './training/teacher.ts';
import { hashToUnit } from './training/textHash.ts';
import { buildTrainedFolder } from './training/trainedFolder.ts';
import {
  type TrainingHost,
  type TrainingInput,
  type TrainingResult,
  type TrainingSettings,
  train,
} from './training/trainer.ts';
import type { TrainingState } from './training/trainingState.ts';
import { encodeFor, openTrainingBase, type TrainingBase } from './trainingBase.ts';

export interface FineTuneInput {
  readonly files: ModelFiles;
  /** Name of the task: new, or one of the model's that learns on or gets other labels. */
  readonly task: string;
  readonly rows: readonly LabelledRow[];
  /** What to measure by; absent: a part of `rows` is held back. */
  readonly validation: { readonly rows: readonly LabelledRow[]; readonly fileName: string } | undefined;
  /** Texts without labels on which the model's earlier knowledge is held, such as a workspace's own. */
  readonly replay: readonly string[];
  readonly kind: LabelKind | undefined;
  readonly settings: FineTuneSettings;
  readonly threads: number;
  /** What a run may keep in memory for its way back; absent: no limit is known. */
  readonly memoryBytes?: number | undefined;
  /** For the new folder's manifest and card. */
  readonly name: string;
  readonly dataSource: string;
}

export interface FineTuneHost extends Omit<TrainingHost, 'pack'> {
  /** Called when it is known what will be learned, before anything takes long. */
  readonly onPlan: (plan: FineTunePlan) => void;
  /** Texts for which the model was asked what it says before, of how many. */
  readonly onPrepare: (done: number, total: number) => void;
  /** The state of an interrupted run of the same input, if there is one. */
  readonly load: () => Promise<TrainingState | undefined>;
}

export interface FineTunePlan {
  readonly kind: LabelKind;
  readonly labels: readonly {
    readonly name: string;
    readonly training: number;
    readonly validation: number;
  }[];
  readonly trainingCount: number;
  readonly validationCount: number;
  /** Texts on which earlier knowledge is held. */
  readonly replayCount: number;
  /** Tasks that the model had before and keeps. */
  readonly keptTasks: readonly string[];
  /** True where the task's own head goes on learning. */
  readonly continues: boolean;
}

export interface FineTuned {
  readonly outcome: TrainingResult['outcome'];
  readonly bestEpoch: number;
  /** In the order of the head's rows. */
  readonly labels: readonly string[];
  readonly measured: MeasuredTask;
  /** By file name; complete, the manifest included. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * @returns `undefined` where it was cancelled; its state was saved
 * @throws EngineError for rows, settings or a model that cannot be trained with, and where the numbers broke down
 */
export async function fineTune(
  input: FineTuneInput,
  host: FineTuneHost,
  cancellation: Cancellation,
): Promise<FineTuned | undefined> {
  const base = await openTrainingBase(input.files, input.threads);
  try {
    const prepared = await prepare(input, base, host, cancellation);
    // The teacher's sessions hold memory and threads that spin beside those of training.
    await base.model.sessions.dispose();
    const { trainingInput } = prepared;
    const resumeFrom = await host.load();
    const result = await train({ ...trainingInput, resumeFrom }, { ...host, pack: base.pack }, cancellation);
    if (result.outcome === 'cancelled') return undefined;
    if (result.outcome === 'diverged' && result.bestEpoch === 0) throw diverged(input.settings);
    const measured = await measureTask(
      { input: trainingInput, objective: prepared.objective, depths: base.tasks.depths, pack: base.pack },
      result,
      cancellation,
    );
    const files = await buildTrainedFolder({
      base: { ...base, files: input.files },
      result,
      measured,
      task: taskOf(input.task, prepared.labelSet, base.tasks),
      isNewHead: !prepared.labelSet.isKnown,
      about: {
        name: input.name,
        dataSource: input.dataSource,
        settings: { ...input.settings, epochs: trainingInput.settings.epochs },
        trainingCount: prepared.plan.trainingCount,
        validationCount: prepared.plan.validationCount,
        replayCount: prepared.plan.replayCount,
      },
    });
    return {
      outcome: result.outcome,
      bestEpoch: result.bestEpoch,
      labels: prepared.labelSet.names,
      measured,
      files,
    };
  } finally {
    await base.model.dispose();
  }
}

interface Prepared {
  readonly labelSet: LabelSet;
  readonly objective: LabelObjective;
  readonly plan: FineTunePlan;
  readonly trainingInput: Omit<TrainingInput, 'resumeFrom'>;
}

async function prepare(
  input: FineTuneInput,
  base: TrainingBase,
  host: FineTuneHost,
  cancellation: Cancellation,
): Promise<Prepared> {
  const { settings } = input;
  const known = base.tasks.tasks.filter(isClassification).find(({ name }) => name === input.task);
  checkTaskName(input.task, base.tasks);
  const labelSet = decideLabelSet(input.rows, { known, asked: input.kind });
  if (input.validation) checkLabels(input.validation.rows, labelSet, input.validation.fileName);
  const split = input.validation
    ? { training: input.rows, validation: input.validation.rows }
    : splitRows(input.rows, settings.validationShare);
  const keeps = settings.freeze !== 'encoder';
  const remembered = keeps ? rememberedOutputs(base.tasks, settings, input.task) : [];
  const replay = remembered.length > 0 ? chooseReplay(input, split.training) : [];
  const plan = describePlan({ split, labelSet, replay, remembered });
  host.onPlan(plan);

  const encodeRow = (row: LabelledRow) => encodeFor(base, row.text, row.context);
  const training = split.training.map(encodeRow);
  const extra = replay.map((text) => encodeFor(base, text));
  const targets = await askTeacher(
    base.model,
    [...training, ...extra],
    remembered,
    { depth: base.tasks.depths.at(-1)!, maxTokensPerRun: 1024, pack: base.pack, onProgress: host.onPrepare },
    cancellation,
  );
  const objective = labelObjective(input.task, labelSet, known, split.training, settings);
  const exampleOf = (row: LabelledRow, text: EncodedText, soft: SoftTargets): TrainingExample => ({
    text,
    targets: { ...soft, [input.task]: labelSet.names.map((name) => row.labels.get(name) ?? 0) },
    weight: 1,
  });
  return {
    labelSet,
    objective,
    plan,
    trainingInput: {
      config: base.model.config,
      weights: weightsToTrain(input, base, labelSet, split.training),
      training: [
        ...split.training.map((row, index) => exampleOf(row, training[index]!, targets[index]!)),
        ...extra.map((text, index) => ({ text, targets: targets[training.length + index]!, weight: 1 })),
      ],
      validation: split.validation.map((row) => exampleOf(row, encodeRow(row), {})),
      settings: trainingSettings(
        input,
        base,
        [objective, ...remembered.map((one) => keepingObjective(one, base.tasks, settings))],
        training.length,
      ),
      threads: input.threads,
      memoryBytes: input.memoryBytes,
    },
  };
}

function checkTaskName(task: string, { tasks }: TaskSet): void {
  const other = tasks.find(
    ({ name, kind }) => name === task && kind !== 'singleLabel' && kind !== 'multiLabel',
  );
  if (!other && /^[\p{L}\p{N}_-]{1,60}$/u.test(task)) return;
  throw new EngineError(
    'invalidArgument',
    other
      ? `The model's task "${task}" gives no labels. Choose another name for the new task.`
      : `"${task}" cannot be the name of a task. Use letters, digits, _ and -, at most 60.`,
  );
}

/**
 * Texts without a context, as the model will mostly be asked: those given for it first, then the training texts whose
 * labels are learned together with their context. Chosen by content, so that the same run chooses the same.
 */
function chooseReplay(input: FineTuneInput, training: readonly LabelledRow[]): readonly string[] {
  const { replayShare, replayMinimum } = input.settings;
  const limit = Math.max(replayMinimum, Math.round(replayShare * training.length));
  const byHash = (texts: readonly string[]) =>
    [...new Set(texts)]
      .map((text) => ({ text, hash: hashToUnit(text, 0x33) }))
      .sort((a, b) => a.hash - b.hash)
      .map(({ text }) => text);
  const own = training.filter(({ context }) => context !== undefined).map(({ text }) => text);
  return [...byHash(input.replay), ...byHash(own)].slice(0, limit);
}

function labelObjective(
  task: string,
  { kind, names }: LabelSet,
  known: ClassificationTask | undefined,
  rows: readonly LabelledRow[],
  settings: FineTuneSettings,
): LabelObjective {
  const counts = names.map((name) => rows.reduce((sum, { labels }) => sum + (labels.get(name) ?? 0), 0));
  const most = kind === 'singleLabel' ? Math.max(...counts) : rows.length / 2;
  return {
    kind,
    name: task,
    labelCount: names.length,
    pooling: known?.pooling ?? 'mean',
    weight: 1,
    labelWeights: counts.map((count) =>
      Math.min(10, Math.max(1, most / Math.max(1, count)) ** settings.balance),
    ),
  };
}

function weightsToTrain(
  input: FineTuneInput,
  { model }: TrainingBase,
  { kind, names, isKnown }: LabelSet,
  rows: readonly LabelledRow[],
): AlbertWeights {
  if (isKnown) return model.weights;
  // The head starts at how frequent each label is, so that the first steps need not learn that.
  const bias = Float32Array.from(names, (name) => {
    const count = rows.reduce((sum, { labels }) => sum + (labels.get(name) ?? 0), 0);
    const share = (count + 0.5) / (rows.length + 1);
    return kind === 'singleLabel' ? Math.log(share) : Math.log(share / (1 - share));
  });
  const head = { name: input.task, labelCount: names.length, hiddenSize: model.config.hiddenSize, bias };
  return withNewHead(model.weights, head, createRandom(input.settings.seed, 'head'));
}

function trainingSettings(
  { settings }: FineTuneInput,
  { tasks }: TrainingBase,
  objectives: readonly Objective[],
  textCount: number,
): TrainingSettings {
  const trained = { none: 'all', embeddings: 'withoutEmbeddings', encoder: 'heads' } as const;
  const deepest = tasks.depths.at(-1)!;
  return {
    objectives,
    trained: settings.adapters ?? trained[settings.freeze],
    exits: tasks.depths
      .map((depth) => ({ depth, weight: depth === deepest ? 1 : settings.shallowWeight }))
      .filter(({ weight }) => weight > 0),
    dropout: settings.dropout,
    epochs: settings.epochs ?? chooseEpochs(textCount),
    batchSize: settings.batchSize,
    maxTokensPerRun: settings.maxTokensPerRun,
    seed: settings.seed,
    schedule: { kind: settings.decay, peak: settings.learningRate, warmupShare: settings.warmup },
    optimizer: {
      ...settings.optimizer,
      rateFactors: { ...settings.optimizer.rateFactors, heads: settings.headRateFactor },
    },
    patience: settings.patience,
    keep: settings.keep,
    recompute: settings.recompute,
  };
}

function describePlan(parts: {
  readonly split: { readonly training: readonly LabelledRow[]; readonly validation: readonly LabelledRow[] };
  readonly labelSet: LabelSet;
  readonly replay: readonly string[];
  readonly remembered: readonly RememberedOutput[];
}): FineTunePlan {
  const { split, labelSet, replay, remembered } = parts;
  const countIn = (rows: readonly LabelledRow[], name: string) =>
    rows.filter(({ labels }) => labels.has(name)).length;
  return {
    kind: labelSet.kind,
    labels: labelSet.names.map((name) => ({
      name,
      training: countIn(split.training, name),
      validation: countIn(split.validation, name),
    })),
    trainingCount: split.training.length,
    validationCount: split.validation.length,
    replayCount: replay.length,
    keptTasks: remembered.map(({ name }) => name),
    continues: labelSet.isKnown,
  };
}

/** The task as tasks.json will have it, before temperatures and thresholds are known. */
function taskOf(name: string, { kind, names, isKnown }: LabelSet, { tasks }: TaskSet): ClassificationTask {
  const known = tasks.find(
    (task): task is ClassificationTask => task.name === name && isClassification(task),
  );
  if (isKnown && known) return known;
  return {
    name,
    kind,
    description: { en: `Labels that this model was fine-tuned for: ${names.join(', ')}.`.slice(0, 500) },
    pooling: known?.pooling ?? 'mean',
    temperatures: { default: 1 },
    labels: names.map((label) => ({
      name: label,
      title: { en: label },
      description: { en: label },
      threshold: kind === 'multiLabel' ? 0.5 : 0,
    })),
  };
}

function diverged({ learningRate }: FineTuneSettings): EngineError {
  return new EngineError(
    'invalidArgument',
    `The training broke down before the first epoch ended: the loss was no number any more. Try a smaller --learning-rate than ${learningRate}, such as ${learningRate / 4}.`,
  );
}
