// The second journey: a file of labelled texts → a model that knows these labels too.
// rows → label set and split → tokens → what the model says before → training → thresholds → a complete model folder.
// In: a model's files, rows, settings. Out: the files of the new folder, in memory; whoever calls writes them.

import type { Cancellation } from './cancellation.ts';
import { finishHeads } from './finishHeads.ts';
import { keepingObjective, rememberedOutputs } from './keptKnowledge.ts';
import type { TaskSet } from './labels/task.ts';
import type { AlbertWeights } from './model/albertWeights.ts';
import type { ModelFiles } from './model/modelFolder.ts';
import { checkTaskName, describeTask, findTask, labelObjective, type TaskWords } from './newTask.ts';
import type { EncodedText } from './tokens/tokenBatch.ts';
import {
  type DecidedSettings,
  decideSettings,
  type FineTuneSettings,
  type Frozen,
} from './training/fineTuneSettings.ts';
import { setTrained, withNewHead } from './training/flatParameters.ts';
import type { LabelledRow } from './training/labelledRows.ts';
import { checkLabels, decideLabelSet, type LabelKind, type LabelSet } from './training/labelSet.ts';
import { type MeasuredTask, measureTask, unmeasured } from './training/measureTask.ts';
import type { LabelObjective, Objective } from './training/objective.ts';
import { chooseReplay, passOnReplay, type ReplayText, readReplay } from './training/replayTexts.ts';
import { splitRows } from './training/splitRows.ts';
import { type HeadStart, startHead } from './training/startHead.ts';
import type { TrainingExample } from './training/targets.ts';
import { askTeacher, type RememberedOutput, type SoftTargets } from './training/teacher.ts';
import { hashToUnit } from './training/textHash.ts';
import { buildTrainedFolder, type TrainedFolderInput } from './training/trainedFolder.ts';
import {
  type TrainingHost,
  type TrainingInput,
  type TrainingResult,
  type TrainingSettings,
  train,
} from './training/trainer.ts';
import type { ExitDepth } from './training/trainingGraph.ts';
import type { TrainingState } from './training/trainingState.ts';
import { encodeFor, openTrainingBase, type TrainingBase } from './trainingBase.ts';
import { type TrainingError, trainingError } from './trainingMessages.ts';

export interface FineTuneInput {
  readonly files: ModelFiles;
  /** Name of the task: new, or one of the model's that learns on or gets other labels. */
  readonly task: string;
  readonly rows: readonly LabelledRow[];
  /** What to measure by; absent: a part of `rows` is held back. */
  readonly validation: { readonly rows: readonly LabelledRow[]; readonly fileName: string } | undefined;
  /** What people call the labels; absent: their names. */
  readonly words: TaskWords | undefined;
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
  /** What does not learn. */
  readonly freeze: Frozen;
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
    const { learningRate } = input.settings;
    if (result.outcome === 'diverged' && result.bestEpoch === 0) throw diverged(learningRate);
    const folder: Omit<TrainedFolderInput, 'measured'> = {
      base: { ...base, files: input.files },
      result,
      task: {
        ...describeTask(input.task, prepared.labelSet, base.tasks, input.words),
        pooling: prepared.objective.pooling,
      },
      isNewHead: !prepared.labelSet.isKnown,
      replay: prepared.passedOn,
      about: {
        name: input.name,
        dataSource: input.dataSource,
        settings: prepared.settings,
        trainingCount: prepared.plan.trainingCount,
        validationCount: prepared.plan.validationCount,
        replayCount: prepared.plan.replayCount,
      },
    };
    const { mended, made } = await finishHeads(
      {
        files: await buildTrainedFolder({ ...folder, measured: unmeasured(prepared.objective) }),
        input: trainingInput,
        made: isFittedAgain(prepared)
          ? { objective: prepared.objective, examples: prepared.fitted }
          : undefined,
        exits: exitsOf(base.tasks, prepared.settings.keptShallowWeight),
        pack: base.pack,
      },
      cancellation,
    );
    if (made) {
      setTrained(result, `heads.${input.task}.classifier.weight`, made.weight);
      setTrained(result, `heads.${input.task}.classifier.bias`, made.bias);
    }
    const measured = await measureTask(
      { input: trainingInput, objective: prepared.objective, depths: base.tasks.depths, pack: base.pack },
      result,
      cancellation,
    );
    const files = await buildTrainedFolder({ ...folder, measured, mended });
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
  readonly settings: DecidedSettings;
  readonly trainingInput: Omit<TrainingInput, 'resumeFrom'>;
  readonly passedOn: readonly ReplayText[];
  /** Those to which a new head is fitted, before the training and after it. */
  readonly fitted: readonly TrainingExample[];
}

async function prepare(
  input: FineTuneInput,
  base: TrainingBase,
  host: FineTuneHost,
  cancellation: Cancellation,
): Promise<Prepared> {
  checkTaskName(input.task, base.tasks);
  const known = findTask(input.task, base.tasks);
  const labelSet = decideLabelSet(input.rows, { known, asked: input.kind });
  if (input.validation) checkLabels(input.validation.rows, labelSet, input.validation.fileName);
  const split = input.validation
    ? { training: input.rows, validation: input.validation.rows }
    : splitRows(input.rows, input.settings.validationShare);
  const settings = decideSettings(input.settings, split.training.length, labelSet.isKnown);
  const kept = settings.freeze === 'encoder' ? [] : rememberedOutputs(base.tasks, settings, input.task);
  // A head that learns on is held as well, on texts that nobody has labelled anew.
  const own = labelSet.isKnown && known ? rememberedOutputs({ ...base.tasks, tasks: [known] }, settings) : [];
  const remembered = [...kept, ...own];
  const ofModel = await readReplay(input.files);
  const replay =
    remembered.length > 0 ? chooseReplay({ ofModel, given: input.replay, learned: split.training }) : [];
  const plan = describePlan({ split, labelSet, replay, kept, freeze: settings.freeze });
  host.onPlan(plan);

  const encodeRow = (row: ReplayText) => encodeFor(base, row.text, row.context);
  const training = split.training.map(encodeRow);
  const extra = replay.map(encodeRow);
  const toFit = labelSet.isKnown ? [] : chooseToFit(split.training);
  const exits = exitsOf(base.tasks, settings.shallowWeight);
  const asked = remembered.length > 0 ? training.length + extra.length : 0;
  const total = asked + toFit.length * exits.length;
  const asking = { maxTokensPerRun: 1024, pack: base.pack };
  const targets = await askTeacher(
    base.model,
    [...training, ...extra],
    remembered,
    {
      ...asking,
      depth: base.tasks.depths.at(-1)!,
      onProgress: (done) => host.onPrepare(done, total),
    },
    cancellation,
  );
  // What the model says of other texts is true as it stands: no label of it is to be lifted.
  const balance = own.length > 0 ? 0 : settings.balance;
  const { shallowWeight, keptShallowWeight } = settings;
  const wanted = {
    ...labelObjective(input.task, labelSet, base.tasks, split.training, balance),
    shallowWeight,
  };
  const exampleOf = (row: LabelledRow, text: EncodedText, soft: SoftTargets): TrainingExample => ({
    text,
    targets: { ...soft, [input.task]: labelSet.names.map((name) => row.labels.get(name) ?? 0) },
    weight: 1,
  });
  const examples = split.training.map((row, index) => exampleOf(row, training[index]!, targets[index]!));
  const fitted = toFit.map((index) => examples[index]!);
  const { weights, objective } = labelSet.isKnown
    ? { weights: base.model.weights, objective: wanted }
    : await withFittedHead(
        base,
        fitted,
        { ...asking, objective: wanted, exits, onProgress: (done) => host.onPrepare(asked + done, total) },
        cancellation,
      );
  return {
    labelSet,
    objective,
    plan,
    settings,
    passedOn: passOnReplay(ofModel, split.training),
    fitted,
    trainingInput: {
      config: base.model.config,
      weights,
      training: [
        ...examples,
        ...extra.map((text, index) => ({ text, targets: targets[training.length + index]!, weight: 1 })),
      ],
      validation: split.validation.map((row) => exampleOf(row, encodeRow(row), {})),
      settings: trainingSettings(settings, {
        objectives: [objective, ...kept.map((one) => keepingObjective(one, base.tasks, settings))],
        // Where nothing is held and the labels are read at the end alone, nothing else is computed.
        exits: kept.length + own.length > 0 ? exitsOf(base.tasks, keptShallowWeight) : exits,
        textCount: training.length,
      }),
      threads: input.threads,
      memoryBytes: input.memoryBytes,
    },
  };
}

/** A new head that learned at full depth alone has to serve at the others too. */
function isFittedAgain({ labelSet, settings }: Prepared): boolean {
  return !labelSet.isKnown && settings.freeze !== 'encoder' && settings.shallowWeight === 0;
}

/** More texts than this make the start no better and take long. */
const mostToFit = 2_000;

/** Indexes of rows, chosen by their texts. */
function chooseToFit(rows: readonly LabelledRow[]): readonly number[] {
  return rows
    .map(({ text }, index) => ({ index, hash: hashToUnit(text, fitSalt) }))
    .sort((one, other) => one.hash - other.hash)
    .slice(0, mostToFit)
    .map(({ index }) => index);
}

const fitSalt = 0x44;

async function withFittedHead(
  { model }: TrainingBase,
  examples: readonly TrainingExample[],
  start: Omit<HeadStart, 'texts' | 'targets'>,
  cancellation: Cancellation,
): Promise<{ readonly weights: AlbertWeights; readonly objective: LabelObjective }> {
  const { name, labelCount } = start.objective;
  const texts = examples.map(({ text }) => text);
  const targets = examples.map((example) => example.targets[name]!);
  const { pooling, ...fitted } = await startHead(model, { ...start, texts, targets }, cancellation);
  return {
    objective: { ...start.objective, pooling },
    weights: withNewHead(model.weights, { name, labelCount, hiddenSize: model.config.hiddenSize, ...fitted }),
  };
}

function exitsOf({ depths }: TaskSet, shallowWeight: number): readonly ExitDepth[] {
  const deepest = depths.at(-1)!;
  return depths
    .map((depth) => ({ depth, weight: depth === deepest ? 1 : shallowWeight }))
    .filter(({ weight }) => weight > 0);
}

function trainingSettings(
  settings: DecidedSettings,
  parts: {
    readonly objectives: readonly Objective[];
    readonly exits: readonly ExitDepth[];
    readonly textCount: number;
  },
): TrainingSettings {
  const trained = { none: 'all', embeddings: 'withoutEmbeddings', encoder: 'heads' } as const;
  const { objectives, exits, textCount } = parts;
  return {
    objectives,
    trained: settings.adapters ?? trained[settings.freeze],
    heldHeads: objectives.slice(1).map(({ name }) => name),
    exits,
    dropout: settings.dropout,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    maxTokensPerRun: settings.maxTokensPerRun,
    seed: settings.seed,
    schedule: { kind: settings.decay, peak: settings.learningRate, warmupShare: settings.warmup },
    optimizer: {
      ...settings.optimizer,
      rateFactors: { ...settings.optimizer.rateFactors, heads: settings.headRateFactor },
    },
    patience: settings.patience,
    pool: {
      from: textCount,
      perEpoch: Math.max(settings.replayMinimum, Math.round(settings.replayShare * textCount)),
    },
    keep: settings.keep,
    recompute: settings.recompute,
  };
}

function describePlan(parts: {
  readonly split: { readonly training: readonly LabelledRow[]; readonly validation: readonly LabelledRow[] };
  readonly labelSet: LabelSet;
  readonly replay: readonly ReplayText[];
  readonly kept: readonly RememberedOutput[];
  readonly freeze: Frozen;
}): FineTunePlan {
  const { split, labelSet, replay, kept, freeze } = parts;
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
    freeze,
    keptTasks: kept.map(({ name }) => name),
    continues: labelSet.isKnown,
  };
}

function diverged(learningRate: number): TrainingError {
  return trainingError('brokeDown', { rate: learningRate, next: learningRate / 4 });
}
