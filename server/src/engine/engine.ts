// The whole journey on one screen: text → passages → tokens → encoder → labels and vectors → findings.
// The only file of the engine that calls more than one station, and the only one its hosts import.
// In: the files of a model and what a host wants to know. Out: an `Engine`.

import { createBulkAccelerator, type TryAccelerators } from './accelerator.ts';
import { createBulkLanes, type LaneHost } from './bulkLanes.ts';
import { type Cancellation, neverCancelled } from './cancellation.ts';
import { pool } from './embeddings/pool.ts';
import { EngineError } from './errors.ts';
import { classify } from './labels/classify.ts';
import type { ClassificationTask, EmbeddingTask, LabelScores, TaskSet } from './labels/task.ts';
import { outputOfTask } from './labels/taskOutput.ts';
import type { Logger } from './log.ts';
import type { Precision } from './model/denseLayer.ts';
import type { DeviceTrial } from './model/devices.ts';
import type { ModelFiles, ModelManifest } from './model/modelFolder.ts';
import { loadManifest, verifyModelFolder } from './model/modelManifest.ts';
import { runEncoder } from './model/runEncoder.ts';
import type { RuntimeChoice } from './model/session.ts';
import { checkDepth, closeOnError, type OpenModel, openModel } from './openModel.ts';
import { extractPassages } from './passages/extractPassages.ts';
import type { Extraction, Passage } from './passages/passage.ts';
import { checkPrecision, createBulkPrecision, type PrecisionCheck } from './precisionCheck.ts';
import { createPriorityQueue } from './priorityQueue.ts';
import { probeTexts } from './probeTexts.ts';
import { createReader, type Reader } from './reader.ts';
import { resultKey } from './resultCache.ts';
import { exitsOf, labelInStages } from './stagedLabels.ts';
import type { Summary } from './summaries/summary.ts';
import { type SummaryOptions, summarizeFile } from './summarizer.ts';
import type { SourceFile } from './text/sourceFile.ts';
import { createTextScheduler, type TextScheduler } from './textScheduler.ts';
import { packBatch } from './tokens/packBatch.ts';
import { planBatches } from './tokens/planBatches.ts';
import type { EncodedText } from './tokens/tokenBatch.ts';

export type { FilledMask, Question, TextAnswer, TextPair } from './answers/answer.ts';
// What hosts need of the stations without an engine: pure functions and plain data.
export type { Finding, FindingCode, FindingLevel, FindingRules } from './findings/finding.ts';
export { defaultFindingRules, findingCodes, labelsOfDismissal } from './findings/findingSources.ts';
export { toFindings } from './findings/toFindings.ts';
export { type CheckedLabels, checkLabels, type LabelProblem } from './labelling/checkLabels.ts';
export { hashOfCode, spanOfCode } from './labelling/documentedCode.ts';
export { labelFormatNames, needsTask, readLabels, writeLabels } from './labelling/formats/convertLabels.ts';
export {
  accuracyTask,
  countCodeChanges,
  fewestChanges,
  staleLabel,
} from './labelling/historySuggestions.ts';
export { createBook } from './labelling/labelBook.ts';
export { formatRow } from './labelling/labelFile.ts';
export { applyChange, emptyRow, textKey } from './labelling/labelRow.ts';
export { LabelStoreError } from './labelling/labelStore.ts';
export { tasksToLabel } from './labelling/labelTasks.ts';
export { nextBest } from './labelling/nextBest.ts';
export { findRow, viewOfTeam } from './labelling/teamLabels.ts';
export type { TaskSet } from './labels/task.ts';
export { type DeviceTrial, deviceNames } from './model/devices.ts';
export { keepLastGood } from './passages/keepLastGood.ts';
export { languageOfPath } from './passages/languageOfPath.ts';
export type { PrecisionCheck } from './precisionCheck.ts';
export { type RemovedComment, suggestForPassage, suggestFromRemovals } from './suggestions.ts';
export type { KeyPhrase, KeySentence, Summary } from './summaries/summary.ts';
export { fewestPassages } from './training/adaptationTexts.ts';
export { chooseEpochs, defaultFineTuneSettings } from './training/fineTuneSettings.ts';
export { chooseShare, chooseTeamRows } from './training/teamRows.ts';
export { measureAnswers } from './training/testMeasure.ts';
export { hashToUnit } from './training/textHash.ts';
export { extractPassages };

/** Work the user is looking at goes before work in the background. */
export type Priority = 'interactive' | 'background';

export type Depth = number | 'auto';

export interface WorkOptions {
  readonly priority: Priority;
  /**
   * Layers to run; absent: the model's default. `auto`: as many as each text needs for its labels; what makes more than
   * labels is read at the model's default.
   */
  readonly depth?: Depth;
  /**
   * Answers may differ in the third digit, and with the texts that are read together: 8-bit integers may compute them
   * where these proved good and fast enough (precisionCheck.ts), and they are not remembered. For much work that nobody
   * compares, such as an index.
   */
  readonly approximate?: boolean;
}

export interface TextInput {
  readonly text: string;
  /** Second segment: the symbol or code the text belongs to. */
  readonly context?: string;
}

export interface LabelledPassage {
  readonly passage: Passage;
  /** One entry per task that is about a text alone, in the order of tasks.json. */
  readonly scores: readonly LabelScores[];
}

export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly tasks: TaskSet;
  readonly manifest: ModelManifest | undefined;
  /** Number of parameters by part: embeddings, encoder, pooler, heads. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly sizeBytes: number;
  /** What runs it: `cpu` and why. */
  readonly device: { readonly name: string; readonly reason: string };
  readonly threads: number;
}

/** What one pass of the encoder says about one text. */
export interface TextReading {
  /** Of the tasks that were asked, in the order of the classification tasks. */
  readonly scores: readonly LabelScores[];
  /** Unit length, the model's longest embedding; empty where it has none. */
  readonly vector: Float32Array;
}

/** The same interface inside the worker and outside it (host/engineClient.ts). */
export interface Engine extends Reader {
  extract(file: SourceFile): Promise<Extraction>;
  labelPassages(
    passages: readonly Passage[],
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly LabelledPassage[]>;
  classify(
    task: string,
    inputs: readonly TextInput[],
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly LabelScores[]>;
  /** Unit vectors, one per text. */
  embed(
    texts: readonly string[],
    options: WorkOptions & { readonly dimensions?: number },
    cancellation: Cancellation,
  ): Promise<readonly Float32Array[]>;
  /** Labels and vectors out of one pass, as `approximate` work at the model's default depth. */
  readTexts(
    texts: readonly string[],
    options: Pick<WorkOptions, 'priority'>,
    cancellation: Cancellation,
  ): Promise<readonly TextReading[]>;
  /** The most central sentences and the key phrases of a file, as many as are asked for of each. */
  summarize(file: SourceFile, options: SummaryOptions, cancellation: Cancellation): Promise<Summary>;
  modelInfo(): Promise<ModelInfo>;
  /** Tries the accelerators of this machine, once; answers how each did. Much work goes to the first that passed. */
  checkDevices(): Promise<readonly DeviceTrial[]>;
  /** Tries 8-bit integers on this machine, once; answers what approximate work is computed in. */
  checkPrecision(): Promise<PrecisionCheck>;
  dispose(): Promise<void>;
}

export interface EngineOptions {
  readonly files: ModelFiles;
  /** What should compute: `auto`, `cpu`, `wasm`, or an accelerator by name (model/devices.ts). */
  readonly device: string;
  /** For `auto`: which runtime works here. */
  readonly findRuntime?: () => Promise<RuntimeChoice>;
  /** Tries accelerators where a crash harms nobody; absent: there are none. */
  readonly tryAccelerators?: TryAccelerators;
  readonly threads: number;
  readonly logger: Logger;
  /** A clock in milliseconds, to keep runs short on any machine. */
  readonly now: () => number;
  /** A second thread for much work; absent: all work runs in this one. */
  readonly lanes?: LaneHost;
}

/** What a host in the same thread sees beside the common interface. */
export interface LabellingEngine extends Engine {
  /**
   * Scores of all classification tasks, one list per text; tasks about pairs only where there is a context.
   * A longer text is judged by its first `maxTokens` tokens.
   */
  labelTexts(
    inputs: readonly TextInput[],
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly (readonly LabelScores[])[]>;
}

/** About ten thousand texts of the shipped model: more than anybody has open. */
const maxCacheBytes = 32 * 1024 * 1024;
/** Labels without vectors take a fourth. */
const maxStagedCacheBytes = 8 * 1024 * 1024;
/** Much work, of which little comes again. */
const maxAcceleratedCacheBytes = 4 * 1024 * 1024;
/**
 * An index knows which texts it has and asks for each once. Answers that are kept for a while and then dropped are what a
 * garbage collector is worst at: with a cache of 4 MB the heap grew by 12 MB and the memory of arrays by 15.
 */
const approximateCacheBytes = 0;

/** @throws EngineError where the model is missing, broken, unsupported, or the runtime does not load. */
export async function createEngine(options: EngineOptions): Promise<LabellingEngine> {
  const startedMs = options.now();
  const open = await openModel(options);
  const { model, tasks, manifest, fingerprint } = open;
  const queue = createPriorityQueue();
  const lanes = createBulkLanes({
    model,
    host: options.lanes,
    logger: options.logger,
    warmUp: async (lane) => {
      const work = { depth: tasks.defaultDepth, precision: 'float32' as const };
      const run = () => runBatch([encode({ text: '' }, open)], work, { ...open, model: lanes.modelOf(lane) });
      await queue.run('background', run);
    },
  });
  /** What the user looks at is never an approximate answer. */
  const schedulerFor = (
    precision: Precision,
    cacheBytes: number,
    isAccelerated = false,
  ): TextScheduler<TextInput, TextReading> =>
    createTextScheduler({
      keyOf: ({ text, context }, depth) =>
        resultKey([fingerprint, String(depth), text, ...(context === undefined ? [] : [context])]),
      encode: (input) => encode(input, open),
      lengthOf: ({ encoded }) => encoded.ids.length,
      plan: planBatches,
      async run(rows, depth, lane) {
        const { model: there } = accelerator;
        if (isAccelerated && there) {
          try {
            return await runBatch(rows, { depth, precision }, { ...open, model: there });
          } catch (error) {
            accelerator.lose(error);
          }
        }
        return await runBatch(rows, { depth, precision }, { ...open, model: lanes.modelOf(lane) });
      },
      ...(!isAccelerated && { lanes }),
      sizeOf: sizeOfInference,
      maxCacheBytes: cacheBytes,
      queue,
      now: options.now,
    });
  const accelerator = createBulkAccelerator({
    model,
    tryAccelerators:
      options.device === 'auto' && model.device.name === 'cpu' ? options.tryAccelerators : undefined,
    logger: options.logger,
  });
  const onAccelerator = schedulerFor('float32', maxAcceleratedCacheBytes, true);
  const exact = schedulerFor('float32', maxCacheBytes);
  const bulkAt = createBulkPrecision(async (depth) => {
    // As a lane computes it: with threads that wait for each other the small operators count for more.
    const check = await lanes.use({ priority: 'background', count: 0 }, () =>
      checkPrecision(
        { ...open, model: lanes.modelOf('here') },
        {
          texts: probeTexts,
          depth,
          inTurn: (work) => queue.run('background', work),
          now: options.now,
        },
      ),
    );
    options.logger.log('info', check.reason, { depth, trials: check.trials });
    return check;
  });
  /** Work in bulk would push what the user looks at out of the large cache. */
  const approximate = new Map<Precision, TextScheduler<TextInput, TextReading>>();
  const reader = createReader(open, { queue, now: options.now });
  const infer = async (inputs: readonly TextInput[], work: WorkOptions, cancellation: Cancellation) => {
    const depth = checkDepth(work.depth, tasks);
    const ranked = { priority: work.priority, depth };
    if (accelerator.takes({ priority: work.priority, count: inputs.length }))
      return await onAccelerator.infer(inputs, ranked, cancellation);
    if (!work.approximate) return await exact.infer(inputs, ranked, cancellation);
    const precision = await bulkAt(depth).precisionFor(inputs.length);
    const scheduler = approximate.get(precision) ?? schedulerFor(precision, approximateCacheBytes);
    approximate.set(precision, scheduler);
    return await scheduler.infer(inputs, ranked, cancellation);
  };
  const staged = createTextScheduler<StagedInput, StagedRow, readonly LabelScores[]>({
    keyOf: ({ text, context, tasks: asked }) =>
      resultKey([
        fingerprint,
        asked.map(({ name }) => name).join(),
        text,
        ...(context === undefined ? [] : [context]),
      ]),
    encode: (input) => ({ ...encode(input, open), tasks: input.tasks }),
    lengthOf: ({ encoded }) => encoded.ids.length,
    plan: planBatches,
    run: (rows, _, lane) => labelInStages(rows, { ...open, model: lanes.modelOf(lane) }),
    lanes,
    sizeOf: sizeOfScores,
    maxCacheBytes: maxStagedCacheBytes,
    queue,
    now: options.now,
  });
  const isStaged = ({ depth }: WorkOptions) => depth === 'auto' && exitsOf(tasks).length > 1;
  const label = async (
    inputs: readonly TextInput[],
    asked: readonly ClassificationTask[],
    work: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly (readonly LabelScores[])[]> => {
    if (!isStaged(work))
      return (await infer(inputs, work, cancellation)).map(({ scores }) =>
        scores.filter(({ task }) => asked.some(({ name }) => name === task)),
      );
    const rows = inputs.map((input) => ({ ...input, tasks: asked.filter((task) => isAsked(task, input)) }));
    return await staged.infer(rows, { priority: work.priority, depth: tasks.defaultDepth }, cancellation);
  };
  const labelTexts: LabellingEngine['labelTexts'] = (inputs, work, cancellation) =>
    label(inputs, open.classifications, work, cancellation);

  // The first run makes the session; a runtime that does not work should say so here and not at the first hover.
  await closeOnError(model, infer([{ text: '' }], { priority: 'interactive' }, neverCancelled));
  const { name: device, reason } = model.device;
  // WebAssembly is slow, and another device than the chosen one a surprise.
  const isSecondChoice = options.device === 'auto' ? device === 'wasm' : device !== options.device;
  options.logger.log(isSecondChoice ? 'warn' : 'info', reason, { device });
  options.logger.log('info', 'The model is ready.', { elapsedMs: Math.round(options.now() - startedMs) });

  const engine: LabellingEngine = {
    extract: async (file) => extractPassages(file),
    labelTexts,
    async labelPassages(passages, work, cancellation) {
      const scores = await labelTexts(passages.map(toTextInput), work, cancellation);
      return passages.map((passage, index) => ({ passage, scores: scores[index]! }));
    },
    async classify(name, inputs, work, cancellation) {
      const task = findTask(name, open.classifications);
      if (task.input === 'pair') checkContexts(name, inputs);
      return (await label(inputs, [task], work, cancellation)).map(([scores]) => scores!);
    },
    async embed(texts, work, cancellation) {
      const dimensions = checkDimensions(work.dimensions, open.embedding);
      const inputs = texts.map((text) => ({ text }));
      const results = await infer(inputs, work, cancellation);
      return results.map(({ vector }) => pool({ shape: [1, vector.length], data: vector }, dimensions)[0]!);
    },
    async readTexts(texts, { priority }, cancellation) {
      const inputs = texts.map((text) => ({ text }));
      return await infer(inputs, { priority, approximate: true }, cancellation);
    },
    answer: reader.answer,
    coherence: reader.coherence,
    fillMasks: reader.fillMasks,
    summarize: (file, work, cancellation) => summarizeFile(file, work, engine, cancellation),
    modelInfo: async () => ({
      name: manifest?.name ?? options.files.displayName,
      version: manifest?.version ?? 'unversioned',
      fingerprint,
      tasks,
      manifest,
      parameters: model.weights.parameterCounts,
      sizeBytes: model.sizeBytes,
      device: model.device,
      threads: model.threads,
    }),
    checkDevices: () => accelerator.check(),
    checkPrecision: () => bulkAt(tasks.defaultDepth).check(),
    async dispose() {
      await lanes.dispose();
      await accelerator.dispose();
      await model.dispose();
    },
  };
  return engine;
}

/** What the encoder reads of a passage: its cleaned text alone, which is what the shipped model was trained on. */
export function toTextInput(passage: Passage): TextInput {
  return { text: passage.text.value };
}

/** Everything wrong with a folder's files, as sentences; a folder without a manifest has nothing to be held to. */
export async function verifyModelFiles(files: ModelFiles): Promise<readonly string[]> {
  try {
    const manifest = await loadManifest(files);
    if (!manifest) return [];
    return (await verifyModelFolder(files, manifest)).map((problem) => problem.message);
  } catch (error) {
    if (error instanceof EngineError) return [error.message];
    throw error;
  }
}

/** Labels alone are asked for, in stages. */
interface StagedInput extends TextInput {
  readonly tasks: readonly ClassificationTask[];
}

interface StagedRow extends EncodedInput {
  readonly tasks: readonly ClassificationTask[];
}

/** A question about a pair is not asked about a text alone. */
function isAsked({ input }: ClassificationTask, { context }: TextInput): boolean {
  return input !== 'pair' || context !== undefined;
}

interface EncodedInput {
  readonly encoded: EncodedText;
  readonly hasContext: boolean;
}

function encode({ text, context }: TextInput, { tokenizer, tasks }: OpenModel): EncodedInput {
  const options = { maxTokens: tasks.maxTokens };
  return context === undefined
    ? { encoded: tokenizer.encode(text, options), hasContext: false }
    : { encoded: tokenizer.encodePair(text, context, options), hasContext: true };
}

/** One pass of the encoder answers every task and gives the vector. */
async function runBatch(
  rows: readonly EncodedInput[],
  { depth, precision }: { readonly depth: number; readonly precision: Precision },
  { model, tokenizer, classifications, embedding, taskOutputs }: OpenModel,
): Promise<readonly TextReading[]> {
  const texts = rows.map(({ encoded }) => encoded);
  const batch = packBatch(texts, { padId: tokenizer.padId, multipleOf: 1 });
  const asked = [...classifications, ...(embedding ? [embedding] : [])];
  const outputs =
    asked.length === 0
      ? []
      : await runEncoder(model, batch, {
          depth,
          precision,
          outputs: asked.map(outputOfTask),
          sharedOutputs: taskOutputs,
        });
  const answers = classifications.map((task, index) => ({
    scores: classify(task, outputs[index]!.data, depth),
    needsContext: task.input === 'pair',
  }));
  const vectors = embedding && pool(outputs[classifications.length]!, embedding.dimensions[0]!);
  return rows.map(({ hasContext }, row) => ({
    scores: answers
      .filter(({ needsContext }) => hasContext || !needsContext)
      .map(({ scores }) => scores[row]!),
    vector: vectors?.[row] ?? new Float32Array(0),
  }));
}

function sizeOfInference({ scores, vector }: TextReading): number {
  return sizeOfScores(scores) + vector.byteLength;
}

function sizeOfScores(scores: readonly LabelScores[]): number {
  // Each typed array is an object of about 200 bytes beside its numbers.
  return scores.reduce((sum, one) => sum + 300 + one.probabilities.byteLength, 200);
}

function checkDimensions(dimensions: number | undefined, embedding: EmbeddingTask | undefined): number {
  if (!embedding)
    throw new EngineError('taskUnknown', 'The model makes no embeddings. Choose another model.');
  if (dimensions === undefined) return embedding.dimensions[0]!;
  if (embedding.dimensions.includes(dimensions)) return dimensions;
  const known = embedding.dimensions.join(', ');
  throw new EngineError(
    'invalidArgument',
    `Embeddings of this model have ${known} dimensions, not ${dimensions}. Choose one of these.`,
  );
}

function findTask(name: string, tasks: readonly ClassificationTask[]): ClassificationTask {
  const task = tasks.find((one) => one.name === name);
  if (task) return task;
  const known = tasks.map((one) => one.name).join(', ') || 'none';
  throw new EngineError(
    'taskUnknown',
    `The model has no task "${name}"; it has ${known}. Choose one of these.`,
  );
}

function checkContexts(name: string, inputs: readonly TextInput[]): void {
  const missing = inputs.findIndex(({ context }) => context === undefined);
  if (missing < 0) return;
  throw new EngineError(
    'invalidArgument',
    `The task ${name} compares a text with its context, and input ${missing + 1} has none. Give every text a context.`,
  );
}
