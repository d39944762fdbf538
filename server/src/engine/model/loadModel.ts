// Station 4, first half: the files of a model folder become a model in memory.
// In: ModelFiles. Out: LoadedModel: config, weights, counts, and sessions that runEncoder.ts creates when first needed.

import { EngineError } from '../errors.ts';
import type { AlbertConfig } from './albertConfig.ts';
import { parseAlbertConfig } from './albertConfig.ts';
import type { AlbertWeights } from './albertWeights.ts';
import { readAlbertWeights } from './albertWeights.ts';

import type { AcceleratorName } from './devices.ts';
import { EncoderSessions, type EncoderSessionsOptions } from './encoderSessions.ts';

import type { ModelFiles } from './modelFolder.ts';
import { readSafetensors } from './safetensors.ts';
import type { RuntimeChoice } from './session.ts';

export interface LoadModelOptions {
  /** Threads of one encoder run. */
  readonly threads: number;
  /** Sessions kept at the same time; each holds its own copy of the weights and its own threads. */
  readonly maxSessions: number;
  /** What computes, known when it is needed; absent: the native runtime. */
  readonly runtime?: Promise<RuntimeChoice>;
}

export const nativeRuntime: RuntimeChoice = {
  name: 'native',
  reason: 'ONNX Runtime on the CPU runs everywhere and gives the reference result.',
};

export interface LoadedModel {
  readonly displayName: string;
  readonly config: AlbertConfig;
  readonly weights: AlbertWeights;
  /** Bytes of the weights file. */
  readonly sizeBytes: number;
  readonly threads: number;
  readonly device: { readonly name: string; readonly reason: string };
  readonly sessions: EncoderSessions;
  /** The same model run by other sessions, which are the caller's to dispose of. */
  withSessions(options: Omit<EncoderSessionsOptions, 'runtime'>): LoadedModel;
  /** The same model with sessions on an accelerator, which are the caller's to dispose of. */
  onDevice(name: AcceleratorName): LoadedModel;
  /** Releases native memory and threads; the model cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** @throws EngineError `modelMissing`, `modelCorrupt` or `modelUnsupported`, naming the file and what to do next. */
export async function loadModel(files: ModelFiles, options: LoadModelOptions): Promise<LoadedModel> {
  const config = parseAlbertConfig(await requireFile(files, 'config.json'));
  const weightsFile = await requireFile(files, 'model.safetensors');
  const weights = readAlbertWeights(readSafetensors(weightsFile, 'model.safetensors'), config);
  const { threads, maxSessions } = options;
  const runtime = (await options.runtime) ?? nativeRuntime;
  const sessions = new EncoderSessions(config, weights, { threads, maxSessions, runtime: runtime.name });
  const modelOf = (own: EncoderSessions, { name, reason }: RuntimeChoice): LoadedModel => ({
    displayName: files.displayName,
    config,
    weights,
    sizeBytes: weightsFile.byteLength,
    threads: name === 'wasm' ? 1 : threads,
    device: { name: name === 'native' ? 'cpu' : name, reason },
    sessions: own,
    withSessions: (other) =>
      modelOf(new EncoderSessions(config, weights, { ...other, runtime: name }), { name, reason }),
    onDevice: (device) =>
      modelOf(new EncoderSessions(config, weights, { threads, maxSessions, runtime: device }), {
        name: device,
        reason: `${device} is faster than the CPU here.`,
      }),
    dispose: () => own.dispose(),
  });
  return modelOf(sessions, runtime);
}

async function requireFile(files: ModelFiles, name: string): Promise<Uint8Array> {
  const bytes = await files.read(name);
  if (bytes) return bytes;
  throw new EngineError(
    'modelMissing',
    `The model folder ${files.displayName} has no ${name}. Choose a complete model folder or download the model again.`,
  );
}
