// The third journey: a workspace's own passages → a model that knows its language.
// passages → windows with hidden words → heads fitted on the model as it is → the whole model trained on, agreeing with
// itself → both measured on passages that nothing was learned from → the files of a new model folder, and whether it is
// worth keeping. In: a model's files, passages, settings. Out: files in memory; whoever calls writes them, or not.

import {
  type AdaptationLessons,
  keptExample,
  makeLessons,
  nameExamples,
  namesName,
  orderName,
  wordsName,
} from './adaptationLessons.ts';
import {
  type AdaptationMeasures,
  askAdapted,
  type GuessMeasure,
  judge,
  type LabelledTexts,
  type Verdict,
} from './adaptationMeasure.ts';
import { describeMeasures } from './adaptationText.ts';
import { type Cancellation, throwIfCancelled } from './cancellation.ts';
import { keepingObjective, rememberedOutputs } from './keptKnowledge.ts';
import { isClassification } from './labels/task.ts';
import { type AlbertWeights, readAlbertWeights } from './model/albertWeights.ts';
import type { ModelFiles } from './model/modelFolder.ts';
import { readSafetensors, writeSafetensors } from './model/safetensors.ts';
import { type AdaptationSettings, chooseAdaptationEpochs } from './training/adaptationSettings.ts';
import {
  type AdaptationPassage,
  type AdaptationTexts,
  countOf,
  divideTexts,
} from './training/adaptationTexts.ts';
import { collectAdaptedFiles, completeAdaptedFolder } from './training/adaptedFolder.ts';
import { withTrainedValues } from './training/flatParameters.ts';
import { inMemory } from './training/folderFiles.ts';
import { readLabelledLines } from './training/labelledLines.ts';
import { measureObjectives } from './training/measureObjectives.ts';
import type { ContrastObjective, Objective } from './training/objective.ts';
import { withPretrainingHeads } from './training/pretrainingHeads.ts';
import { createRandom } from './training/random.ts';
import { chooseReplay, readReplay } from './training/replayTexts.ts';
import type { TrainingExample } from './training/targets.ts';
import { askTeacher } from './training/teacher.ts';
import { mergeTrainedTensors } from './training/trainedTensors.ts';
import { type TrainingHost, type TrainingResult, type TrainingSettings, train } from './training/trainer.ts';
import type { TrainingState } from './training/trainingState.ts';
import { encodeFor, openTrainingBase, type TrainingBase } from './trainingBase.ts';
import { type TrainingError, trainingError } from './trainingMessages.ts';

export interface AdaptationInput {
  readonly files: ModelFiles;
  readonly passages: readonly AdaptationPassage[];
  /** Of more passages, whole files are left out. */
  readonly maxPassages: number;
  /** People's labels, only to measure by: one object a line. Read once for each task. */
  readonly labels: { readonly fileName: string; readonly read: () => AsyncIterable<Uint8Array> } | undefined;
  readonly settings: AdaptationSettings;
  readonly threads: number;
  readonly memoryBytes: number | undefined;
  /** For the new folder's manifest and card. */
  readonly name: string;
  readonly dataSource: string;
}

/** `heads`: those that the model lacks are fitted. `model`: everything learns. */
export type AdaptationPhase = 'heads' | 'model';

export interface AdaptationHost {
  readonly now: () => number;
  readonly onPlan: (plan: AdaptationPlan) => void;
  /** Texts of which the model was asked what it says before, of how many. */
  readonly onPrepare: (done: number, total: number) => void;
  readonly onPhase: (phase: AdaptationPhase) => void;
  readonly onMeasured: (when: 'before' | 'after', measures: AdaptationMeasures) => void;
  readonly training: (phase: AdaptationPhase) => Omit<TrainingHost, 'pack'>;
  /** The state of an interrupted run of the same input, if there is one. */
  readonly load: (phase: AdaptationPhase) => Promise<TrainingState | undefined>;
}

export interface AdaptationPlan {
  readonly trainingPassages: number;
  readonly heldOutPassages: number;
  readonly repeatedPassages: number;
  readonly leftOutPassages: number;
  /** Texts that go through the model at once, with hidden words. */
  readonly windows: number;
  /** Whole passages on which the model before is held. */
  readonly keptPassages: number;
  /** Texts that came with the model, on which it is held too. */
  readonly replayTexts: number;
  readonly epochs: number;
  readonly keptTasks: readonly string[];
  /** True where the model came without heads for words or order, so that new ones are fitted first. */
  readonly fitsHeads: boolean;
  /** Labelled texts to measure by, of each task. */
  readonly labelledTexts: Readonly<Record<string, number>>;
}

export interface Adapted {
  readonly outcome: 'finished' | 'stoppedEarly' | 'diverged';
  readonly bestEpoch: number;
  readonly before: AdaptationMeasures;
  readonly after: AdaptationMeasures;
  readonly verdict: Verdict;
  /** By file name; complete, the manifest included. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** An order that is guessed no better than this is no task for anybody. */
const usefulOrder = 0.6;

/**
 * @returns `undefined` where it was cancelled; its state was saved
 * @throws EngineError for passages, settings or a model that cannot be trained with
 */
export async function adapt(
  input: AdaptationInput,
  host: AdaptationHost,
  cancellation: Cancellation,
): Promise<Adapted | undefined> {
  const { settings, threads } = input;
  const { heldOutShare } = settings;
  const texts = divideTexts(input.passages, { heldOutShare, maxPassages: input.maxPassages });
  const prepared = await prepare(input, texts, host, cancellation);
  const { base, lessons, labelled } = prepared;
  const ask = (files: ModelFiles) =>
    askAdapted(files, { texts, labelled }, { threads, now: host.now }, cancellation);
  const guess = (of: AlbertWeights) => measureGuesses(of, { input, base, lessons }, cancellation);

  const saidBefore = await ask(input.files);
  const heads = await fitHeads(input, prepared, host, cancellation);
  if (!heads) return undefined;
  const before = { ...saidBefore, ...(await guess(heads)) };
  host.onMeasured('before', measuresOf(before));

  host.onPhase('model');
  const learned = [...lessons.training, ...prepared.kept, ...prepared.names];
  const trained = await train(
    {
      config: base.model.config,
      weights: heads,
      training: [...learned, ...prepared.replay],
      vary: lessons.vary,
      validation: lessons.heldOut,
      settings: modelSettings(input, prepared, learned.length),
      threads,
      memoryBytes: input.memoryBytes,
      resumeFrom: await host.load('model'),
    },
    { ...host.training('model'), pack: base.pack },
    cancellation,
  );
  if (trained.outcome === 'cancelled') return undefined;
  if (trained.outcome === 'diverged' && trained.bestEpoch === 0) throw brokeDown(settings);

  const old = readSafetensors((await input.files.read('model.safetensors'))!, 'model.safetensors');
  const tensors = mergeTrainedTensors(old, trained, undefined);
  const model = writeSafetensors(tensors, 'F16', { format: 'pt' });
  const made = readAlbertWeights(readSafetensors(model, 'model.safetensors'), base.model.config);
  const guesses = await guess(made);
  const knowsOrder = (guesses.order?.accuracy ?? 0) >= usefulOrder;
  const from = { ...base, files: input.files };
  const files = await collectAdaptedFiles(from, { model, knowsOrder });
  const after = { ...(await ask(inMemory(files))), ...guesses };
  host.onMeasured('after', measuresOf(after));
  throwIfCancelled(cancellation);
  const verdict = judge(before, after);
  const measures = { before: measuresOf(before), after: measuresOf(after) };
  return {
    outcome: trained.outcome,
    bestEpoch: trained.bestEpoch,
    ...measures,
    verdict,
    files: await completeAdaptedFolder(from, files, {
      name: input.name,
      dataSource: input.dataSource,
      training: describeTraining(input, prepared, trained),
      measured: describeMeasures(measures.before, measures.after, verdict),
      metrics: { ...measures, agreement: verdict.agreement },
    }),
  };
}

interface Prepared {
  /** Its model is disposed of: weights and configuration are what is left. */
  readonly base: TrainingBase;
  readonly weights: AlbertWeights;
  readonly lessons: AdaptationLessons;
  readonly kept: readonly TrainingExample[];
  readonly names: readonly TrainingExample[];
  /** Texts that came with the model; each epoch draws some of them. */
  readonly replay: readonly TrainingExample[];
  readonly keeping: readonly Objective[];
  readonly labelled: LabelledTexts;
  readonly plan: AdaptationPlan;
}

async function prepare(
  input: AdaptationInput,
  texts: AdaptationTexts,
  host: AdaptationHost,
  cancellation: Cancellation,
): Promise<Prepared> {
  const { settings } = input;
  const base = await openTrainingBase(input.files, input.threads);
  try {
    checkModel(base);
    const lessons = makeLessons(texts, base, settings);
    const labelled = await readLabels(input, base);
    const remembered = rememberedOutputs(base.tasks, settings);
    const ofModel = remembered.length > 0 ? await readReplay(input.files) : [];
    const pool = chooseReplay({ ofModel, given: [], learned: [] });
    const plan: AdaptationPlan = {
      trainingPassages: countOf(texts.training),
      heldOutPassages: countOf(texts.heldOut),
      repeatedPassages: texts.repeated,
      leftOutPassages: texts.leftOut,
      windows: lessons.training.length,
      keptPassages: lessons.kept.length,
      replayTexts: pool.length,
      epochs: settings.epochs ?? chooseAdaptationEpochs(lessons.training.length),
      keptTasks: remembered.map(({ name }) => name),
      fitsHeads: !base.model.weights.mlm || !base.model.weights.sop,
      labelledTexts: Object.fromEntries(Object.entries(labelled).map(([task, rows]) => [task, rows.length])),
    };
    host.onPlan(plan);
    const encoded = lessons.kept.map(({ text }) => encodeFor(base, text));
    const encodedPool = pool.map(({ text, context }) => encodeFor(base, text, context));
    const depth = base.tasks.depths.at(-1)!;
    const names = namesObjective(base, settings);
    const options = { depth, maxTokensPerRun: 1024, pack: base.pack, onProgress: host.onPrepare };
    const aims = await askTeacher(
      base.model,
      [...encoded, ...encodedPool],
      remembered,
      options,
      cancellation,
    );
    const random = createRandom(settings.seed, 'heads');
    return {
      base,
      weights: withPretrainingHeads(base.model.weights, base.model.config, lessons.wordCounts, random),
      lessons,
      kept: lessons.kept
        .map((passage, index) => keptExample(passage, index, aims[index]!, base))
        .filter(({ targets }) => Object.keys(targets).length > 0),
      names: names ? nameExamples(lessons.kept, base) : [],
      replay: encodedPool.map((text, index) => ({
        text,
        targets: aims[encoded.length + index]!,
        weight: 1,
      })),
      keeping: [
        ...remembered.map((one) => keepingObjective(one, base.tasks, settings)),
        ...(names ? [names] : []),
      ],
      labelled,
      plan,
    };
  } finally {
    // The teacher's sessions hold memory and threads that spin beside those of training.
    await base.model.dispose();
  }
}

/** Names and comments are compared as a search compares them; a model without vectors has nothing to compare. */
function namesObjective(
  { tasks }: TrainingBase,
  settings: AdaptationSettings,
): ContrastObjective | undefined {
  const embedding = tasks.tasks.find((task) => task.kind === 'embedding');
  if (!embedding || settings.nameWeight === 0) return undefined;
  return {
    kind: 'contrast',
    name: namesName,
    pooling: embedding.pooling,
    weight: settings.nameWeight,
    temperature: settings.nameTemperature,
  };
}

/** @returns the model with heads that guess as well as its encoder lets them; `undefined` where it was cancelled */
async function fitHeads(
  input: AdaptationInput,
  { base, weights, lessons, plan }: Prepared,
  host: AdaptationHost,
  cancellation: Cancellation,
): Promise<AlbertWeights | undefined> {
  if (!plan.fitsHeads) return weights;
  const { settings } = input;
  host.onPhase('heads');
  const fitted = await train(
    {
      config: base.model.config,
      weights,
      training: lessons.training,
      vary: lessons.vary,
      validation: lessons.heldOut,
      settings: {
        ...commonSettings(input),
        objectives: lessons.objectives,
        trained: 'heads',
        exits: [{ depth: base.tasks.depths.at(-1)!, weight: 1 }],
        epochs: settings.headEpochs,
        schedule: { kind: 'linear', peak: settings.headLearningRate, warmupShare: settings.warmup },
      },
      threads: input.threads,
      memoryBytes: input.memoryBytes,
      resumeFrom: await host.load('heads'),
    },
    { ...host.training('heads'), pack: base.pack },
    cancellation,
  );
  if (fitted.outcome === 'cancelled') return undefined;
  if (fitted.outcome === 'diverged' && fitted.bestEpoch === 0) throw brokeDown(settings);
  return withTrainedValues(weights, fitted.layout, fitted.weights);
}

/** @param learnedCount examples before the pool */
function modelSettings(
  input: AdaptationInput,
  { base, lessons, keeping, plan }: Prepared,
  learnedCount: number,
): TrainingSettings {
  const { settings } = input;
  const deepest = base.tasks.depths.at(-1)!;
  return {
    ...commonSettings(input),
    objectives: [...lessons.objectives, ...keeping],
    trained: 'all',
    exits: base.tasks.depths
      .map((depth) => ({ depth, weight: depth === deepest ? 1 : settings.shallowWeight }))
      .filter(({ weight }) => weight > 0),
    epochs: plan.epochs,
    pool: {
      from: learnedCount,
      perEpoch: Math.max(settings.replayMinimum, Math.round(settings.replayShare * plan.windows)),
    },
    schedule: { kind: 'linear', peak: settings.learningRate, warmupShare: settings.warmup },
    optimizer: {
      ...settings.optimizer,
      rateFactors: { ...settings.optimizer.rateFactors, heads: settings.headRateFactor },
    },
  };
}

function commonSettings({ settings }: AdaptationInput) {
  const { dropout, batchSize, maxTokensPerRun, seed, optimizer, recompute } = settings;
  return {
    dropout,
    batchSize,
    maxTokensPerRun,
    seed,
    optimizer,
    recompute,
    patience: undefined,
    keep: 'last' as const,
  };
}

async function measureGuesses(
  weights: AlbertWeights,
  of: { readonly input: AdaptationInput; readonly base: TrainingBase; readonly lessons: AdaptationLessons },
  cancellation: Cancellation,
): Promise<Pick<AdaptationMeasures, 'words' | 'order'>> {
  const { input, base, lessons } = of;
  const { lossByObjective, guesses } = await measureObjectives(
    { config: base.model.config, weights },
    lessons.heldOut,
    {
      objectives: lessons.objectives,
      depth: base.tasks.depths.at(-1)!,
      maxTokensPerRun: input.settings.maxTokensPerRun,
      threads: input.threads,
      pack: base.pack,
    },
    cancellation,
  );
  const measure = (name: string): GuessMeasure => {
    const { right, count } = guesses[name]!;
    return { loss: lossByObjective[name]!, accuracy: right / Math.max(1, count), count };
  };
  return {
    words: measure(wordsName),
    order: guesses[orderName]!.count > 0 ? measure(orderName) : undefined,
  };
}

async function readLabels({ labels }: AdaptationInput, { tasks }: TrainingBase): Promise<LabelledTexts> {
  const found: Record<string, { text: string; context: string | undefined; labels: readonly string[] }[]> =
    {};
  if (!labels) return found;
  for (const { name } of tasks.tasks.filter(isClassification)) {
    const rows = [];
    for await (const row of readLabelledLines(labels.read(), { fileName: labels.fileName, task: name })) {
      if (row.text.trim() !== '') rows.push({ text: row.text, context: row.context, labels: row.labels });
    }
    if (rows.length > 0) found[name] = rows;
  }
  return found;
}

function checkModel({ tokenizer }: TrainingBase): void {
  if (tokenizer.maskId >= 0 && tokenizer.clsId >= 0 && tokenizer.sepId >= 0) return;
  throw trainingError('tokenizerLacksMarks', {});
}

function measuresOf({ words, order, search, labels }: AdaptationMeasures): AdaptationMeasures {
  return { words, order, search, labels };
}

function describeTraining(
  { settings, dataSource }: AdaptationInput,
  { plan }: Prepared,
  { bestEpoch }: TrainingResult,
): readonly string[] {
  return [
    `Data: ${dataSource}; ${plan.trainingPassages} different passages, ${plan.heldOutPassages} more held out.`,
    `${plan.epochs} epochs (weights of epoch ${bestEpoch}), batches of ${settings.batchSize}, learning rate ${settings.learningRate}, warm-up ${settings.warmup}, seed ${settings.seed}; ${Math.round(100 * settings.maskShare)} % of the tokens hidden.`,
    `Held at what the model said before: ${plan.keptTasks.join(', ') || 'nothing'}; on ${plan.keptPassages} of the passages and ${plan.replayTexts} texts that came with the model.`,
  ];
}

function brokeDown({ learningRate }: AdaptationSettings): TrainingError {
  return trainingError('brokeDown', { rate: learningRate, next: learningRate / 4 });
}
