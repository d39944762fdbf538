// Starts training in a process of its own and watches it. In: a run's folder and options. Out: a `TrainingRun`.
// A process that is told to stop and does not within a second is ended: what it saved is whole at every moment.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type TrainingError, trainingError } from '../engine/trainingMessages.ts';
import {
  failureOf,
  type RunStore,
  type TrainingEnd,
  type TrainingEvent,
  type TrainingRun,
  type TrainingService,
} from '../engine/trainingRun.ts';
import { silenceRuntime } from './silenceRuntime.ts';

export type ToTraining = 'pause' | 'resume' | 'cancel';

export interface TrainingServiceOptions {
  /** The process entry train.ts, source or bundle. */
  readonly processUrl: URL;
  readonly store: RunStore;
}

const cancelGraceMs = 800;

export function createTrainingService({ processUrl, store }: TrainingServiceOptions): TrainingService {
  return {
    async start(folder, options) {
      const known = await store.read(folder);
      if (known?.status === 'running') {
        throw trainingError('runBusy', { folder });
      }
      // A run that came to its end is history; a new one takes its place.
      if (known?.status === 'done' || known?.status === 'failed') await store.remove(folder);
      await store.begin(folder, options);
      return watch(folder, startProcess(processUrl, folder));
    },
    read: (folder) => store.read(folder),
    remove: (folder) => store.remove(folder),
  };
}

function startProcess(processUrl: URL, folder: string): ChildProcess {
  silenceRuntime(process.env);
  return fork(fileURLToPath(processUrl), [folder], {
    // stdout belongs to whoever started us.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
}

function watch(folder: string, child: ChildProcess): TrainingRun {
  const listeners = new Set<(event: TrainingEvent) => void>();
  let end: TrainingEnd | undefined;
  let isCancelled = false;
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  const tell = (event: TrainingEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  child.on('message', (message) => {
    const event = message as TrainingEvent;
    if (event.kind === 'done' || event.kind === 'cancelled' || event.kind === 'failed') end = event;
    tell(event);
  });
  const ended = new Promise<TrainingEnd>((resolve) => {
    const finish = (reason: string) => {
      if (!end) {
        end = isCancelled ? { kind: 'cancelled' } : failureOf(unexpected(reason, stderr));
        tell(end);
      }
      resolve(end);
    };
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => finish(signal ?? `exit code ${code}`));
  });
  const send = (message: ToTraining) => {
    if (child.connected) child.send(message, () => {});
  };
  return {
    folder,
    ended,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pause: () => send('pause'),
    resume: () => send('resume'),
    cancel() {
      if (isCancelled) return;
      isCancelled = true;
      send('cancel');
      const timer = setTimeout(() => child.kill('SIGKILL'), cancelGraceMs);
      void ended.then(() => clearTimeout(timer));
    },
  };
}

function unexpected(reason: string, stderr: string): TrainingError {
  const last = stderr.trim().split('\n').at(-1);
  const detail = last ? ` (${last.slice(0, 300)})` : '';
  return trainingError('stoppedUnexpectedly', { reason: `${reason}${detail}` });
}
