// The files of a model folder become everything that reading texts needs: encoder, tokeniser and tasks that fit
// together. In: ModelFiles. Out: an OpenModel, or one error that says what to do.

import type { TryAccelerators } from './accelerator.ts';
import type { Depth } from './engine.ts';
import { EngineError } from './errors.ts';
import { loadTasks } from './labels/loadTasks.ts';
import {
  type ClassificationTask,
  type EmbeddingTask,
  isClassification,
  type TaskSet,
} from './labels/task.ts';
import { outputOfTask } from './labels/taskOutput.ts';
import { type AcceleratorName, deviceNames, findAccelerator } from './model/devices.ts';
import type { EncoderOutput } from './model/encoderOutput.ts';
import { type LoadedModel, loadModel, nativeRuntime } from './model/loadModel.ts';
import type { ModelFiles, ModelManifest } from './model/modelFolder.ts';
import { computeFingerprint, loadManifest } from './model/modelManifest.ts';
import type { RuntimeChoice } from './model/session.ts';
import { loadTokenizer } from './tokens/loadTokenizer.ts';
import type { Tokenizer } from './tokens/tokenBatch.ts';

export interface OpenModel {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly manifest: ModelManifest | undefined;
  readonly fingerprint: string;
  readonly tasks: TaskSet;
  readonly classifications: readonly ClassificationTask[];
  readonly embedding: EmbeddingTask | undefined;
  /** What all tasks together want of the encoder: one session answers every one of them. */
  readonly taskOutputs: readonly EncoderOutput[];
}

export interface OpenModelOptions {
  readonly files: ModelFiles;
  /** What should compute: one of `deviceNames`. */
  readonly device: string;
  readonly threads: number;
  /** For `auto`: which runtime works here, as whoever can try it safely found out; absent: the native one. */
  readonly findRuntime?: () => Promise<RuntimeChoice>;
  /** For an accelerator by name: tries it where a crash harms nobody; absent: there are none. */
  readonly tryAccelerators?: TryAccelerators;
}

export async function openModel(options: OpenModelOptions): Promise<OpenModel> {
  const { files, device, threads } = options;
  if (!deviceNames.includes(device)) {
    const known = deviceNames.join(', ');
    throw new EngineError('invalidArgument', `The device "${device}" is not known. Choose one of ${known}.`);
  }
  // Tried while the files are read.
  const runtime = chooseRuntime(options);
  // A model that does not load is told first.
  runtime?.catch(() => {});
  const manifest = await loadManifest(files);
  const model = await loadModel(files, { threads, maxSessions: 4, ...(runtime && { runtime }) });
  const tasks = await closeOnError(model, loadTasks(files, model));
  return {
    model,
    tokenizer: await closeOnError(model, loadTokenizer(files)),
    manifest,
    fingerprint: await closeOnError(model, computeFingerprint(files)),
    tasks,
    classifications: tasks.tasks.filter(isClassification),
    embedding: tasks.tasks.find((task) => task.kind === 'embedding'),
    taskOutputs: tasks.tasks.map(outputOfTask),
  };
}

function chooseRuntime(options: OpenModelOptions): Promise<RuntimeChoice> | undefined {
  const { device } = options;
  if (device === 'cpu') return undefined;
  if (device === 'wasm') return Promise.resolve(chosenWebAssembly);
  const accelerator = findAccelerator(device);
  return accelerator ? useAccelerator(accelerator.name, options) : options.findRuntime?.();
}

/** What the user chose, or what would run without that choice, with both reasons. */
async function useAccelerator(
  name: AcceleratorName,
  { tryAccelerators, findRuntime }: OpenModelOptions,
): Promise<RuntimeChoice> {
  const [trial] = (await tryAccelerators?.({ names: [name], acceptsSlow: true })) ?? [];
  if (trial?.passed) return { name, reason: trial.reason };
  const instead = (await findRuntime?.()) ?? nativeRuntime;
  const why = trial?.reason ?? `${name} cannot be tried here.`;
  return { name: instead.name, reason: `${why} Instead: ${instead.reason}` };
}

const chosenWebAssembly: RuntimeChoice = {
  name: 'wasm',
  reason: 'ONNX Runtime as WebAssembly, on one thread, as you chose.',
};

/** The same answer, but a model that cannot be used is let go. */
export async function closeOnError<T>(model: LoadedModel, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** The depth that was asked for, or the model's own: `auto` is about labels alone, and vectors of texts must compare. */
export function checkDepth(depth: Depth | undefined, tasks: TaskSet): number {
  if (depth === undefined || depth === 'auto') return tasks.defaultDepth;
  if (tasks.depths.includes(depth)) return depth;
  const known = tasks.depths.join(', ');
  throw new EngineError(
    'invalidArgument',
    `The model can be read at depth ${known}, not ${depth}. Choose one of these.`,
  );
}
