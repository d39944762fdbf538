// The thread that owns the engine: the only place where the model's runs may block.
// In: calls by message. Out: answers by message. Extraction needs no model and works without one.

import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Cancellation, neverCancelled } from '../engine/cancellation.ts';
import { createEngine, extractPassages, type LabellingEngine } from '../engine/engine.ts';
import type { Logger } from '../engine/log.ts';
import type { ModelFiles } from '../engine/model/modelFolder.ts';
import type { CallMessage, FromWorker, ModelFileMessage, ToWorker, WorkerSettings } from './messages.ts';
import { fromWireError, packReadings, packScores, packVectors, toWireError } from './messages.ts';
import { probeRuntime } from './probeRuntime.ts';
import { openSessionThread } from './sessionThread.ts';
import { createSharedCancellation } from './sharedCancel.ts';
import { tryAccelerators } from './tryAccelerators.ts';

const port = parentPort;
if (!port) throw new Error('engineWorker is the entry of a worker thread, not of a process.');
const settings = workerData as WorkerSettings;

interface AwaitedFile {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (error: Error) => void;
}

const awaitedFiles = new Map<number, AwaitedFile>();
let engine: Promise<LabellingEngine> | undefined;

port.on('message', (message: ToWorker) => {
  if (message.kind === 'modelFile') receiveFile(message);
  else void answer(message);
});

async function answer(call: CallMessage): Promise<void> {
  try {
    const { value, moved } = await perform(call);
    send({ kind: 'answer', id: call.id, value }, moved);
  } catch (error) {
    send({ kind: 'failure', id: call.id, error: toWireError(error) });
  }
  // Nothing listens any more: the thread ends by itself, without cutting native code off.
  if (call.method === 'dispose') port?.close();
}

interface Answer {
  readonly value: unknown;
  /** Memory that goes to the caller instead of being copied. */
  readonly moved?: readonly ArrayBuffer[];
}

async function perform({ method, values, cancelFlag }: CallMessage): Promise<Answer> {
  const cancellation: Cancellation = cancelFlag ? createSharedCancellation(cancelFlag) : neverCancelled;
  switch (method) {
    case 'extract': {
      const [file] = values as Parameters<LabellingEngine['extract']>;
      return { value: extractPassages(file) };
    }
    case 'labelTexts': {
      const [inputs, options] = values as Parameters<LabellingEngine['labelTexts']>;
      const packed = packScores(await (await openEngine()).labelTexts(inputs, options, cancellation));
      return { value: packed, moved: [packed.values.buffer] };
    }
    case 'classify': {
      const [task, inputs, options] = values as Parameters<LabellingEngine['classify']>;
      const scores = await (await openEngine()).classify(task, inputs, options, cancellation);
      const packed = packScores(scores.map((one) => [one]));
      return { value: packed, moved: [packed.values.buffer] };
    }
    case 'embed': {
      const [texts, options] = values as Parameters<LabellingEngine['embed']>;
      const packed = packVectors(await (await openEngine()).embed(texts, options, cancellation));
      return { value: packed, moved: [packed.values.buffer] };
    }
    case 'readTexts': {
      const [texts, options] = values as Parameters<LabellingEngine['readTexts']>;
      const packed = packReadings(await (await openEngine()).readTexts(texts, options, cancellation));
      return { value: packed, moved: [packed.scores.values.buffer, packed.vectors.values.buffer] };
    }
    case 'answer': {
      const [questions, options] = values as Parameters<LabellingEngine['answer']>;
      return { value: await (await openEngine()).answer(questions, options, cancellation) };
    }
    case 'coherence': {
      const [pairs, options] = values as Parameters<LabellingEngine['coherence']>;
      return { value: await (await openEngine()).coherence(pairs, options, cancellation) };
    }
    case 'fillMasks': {
      const [texts, options] = values as Parameters<LabellingEngine['fillMasks']>;
      return { value: await (await openEngine()).fillMasks(texts, options, cancellation) };
    }
    case 'summarize': {
      const [file, options] = values as Parameters<LabellingEngine['summarize']>;
      return { value: await (await openEngine()).summarize(file, options, cancellation) };
    }
    case 'modelInfo':
      return { value: await (await openEngine()).modelInfo() };
    case 'checkDevices':
      return { value: await (await openEngine()).checkDevices() };
    case 'checkPrecision':
      return { value: await (await openEngine()).checkPrecision() };
    case 'dispose': {
      // An engine that never came to life has nothing to release.
      await (await engine?.catch(() => undefined))?.dispose();
      return { value: undefined };
    }
  }
}

/** A folder that was broken may have been repaired since, so a failure is not remembered. */
function openEngine(): Promise<LabellingEngine> {
  const threads = settings.threads ?? defaultThreads();
  const { probeUrl } = settings;
  engine ??= createEngine({
    files: remoteModelFiles,
    device: settings.device,
    threads,
    ...(probeUrl && {
      findRuntime: () => probeRuntime(probeUrl),
      tryAccelerators: (request) =>
        tryAccelerators(probeUrl, { ...request, threads, platform: process.platform }),
    }),
    logger,
    now: () => performance.now(),
    lanes: {
      openThread: () => openSessionThread(sessionWorkerUrl),
      schedule(work, delayMs) {
        const timer = setTimeout(work, delayMs).unref();
        return () => clearTimeout(timer);
      },
    },
  }).catch((error: unknown) => {
    engine = undefined;
    throw error;
  });
  return engine;
}

/** The source file beside this one, or the bundle beside this bundle. */
const sessionWorkerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './sessionWorker.ts' : './sessionWorker.js',
  import.meta.url,
);

/** More than four threads gain little on batches this short, and the user's editor needs the machine too. */
function defaultThreads(): number {
  return Math.min(4, availableParallelism());
}

let nextFileId = 0;

/** The host reads the disk; this thread knows no paths. */
const remoteModelFiles: ModelFiles = {
  displayName: settings.displayName,
  read(fileName) {
    const id = nextFileId++;
    return new Promise((resolve, reject) => {
      awaitedFiles.set(id, { resolve, reject });
      send({ kind: 'readModelFile', id, fileName });
    });
  },
};

function receiveFile({ id, bytes, error }: ModelFileMessage): void {
  const waiting = awaitedFiles.get(id);
  awaitedFiles.delete(id);
  if (error) waiting?.reject(fromWireError(error));
  else waiting?.resolve(bytes);
}

const logger: Logger = {
  log: (level, message, data) => send({ kind: 'log', level, message, data }),
};

function send(message: FromWorker, moved: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, moved);
}
