// Files of a large folder read and cut into passages by threads beside the index's own, which meanwhile writes.
// In: how a thread is started, and a reading that works here. Out: a `FileReading`. Few files are read here; threads
// start when many are asked for, and end when nothing was asked for a while.

import { Worker } from 'node:worker_threads';
import type { FileReading, ReadOutcome, WantedFile } from '../engine/index/fileReading.ts';
import {
  createOutcomeReceiver,
  createOutcomeSender,
  type OutcomeMessage,
} from '../engine/index/packedWire.ts';
import type { Logger } from '../engine/log.ts';
import { createCallPort, type MessageChannelEnd } from './callPort.ts';
import { createHelperThread } from './helperThread.ts';

export interface ReadingPoolOptions {
  readonly workerUrl: URL;
  /** What a thread is told when it starts. */
  readonly workerData: unknown;
  readonly threads: number;
  readonly here: FileReading;
  readonly logger: Logger;
}

/** So many files in a row are worth starting threads for. */
const worthThreads = 128;
const idleMs = 5000;
/** What is made of a file goes away with it; V8's own limit would let 48 MB pile up in each thread. */
const maxYoungGenerationSizeMb = 12;

export function createReadingPool({
  workerUrl,
  workerData,
  threads,
  here,
  logger,
}: ReadingPoolOptions): FileReading {
  let readers: readonly Reader[] = [];
  let asked = 0;
  let underWay = 0;
  let isBroken = false;
  let idleTimer: NodeJS.Timeout | undefined;

  function stop(): void {
    for (const reader of readers) reader.stop();
    readers = [];
    asked = 0;
  }

  function start(): void {
    readers = Array.from({ length: threads }, () => startReader(workerUrl, workerData));
  }

  function stopWhenIdle(): void {
    clearTimeout(idleTimer);
    if (underWay > 0) return;
    idleTimer = setTimeout(stop, idleMs);
    idleTimer.unref();
  }

  async function readThere(files: readonly WantedFile[]): Promise<readonly ReadOutcome[]> {
    const reader = readers.reduce((least, one) => (one.load() < least.load() ? one : least));
    try {
      return await reader.read(files);
    } catch (error) {
      if (!isBroken)
        logger.log('warn', 'Files are read without threads of their own.', { error: `${error}` });
      isBroken = true;
      return await here.read(files);
    }
  }

  return {
    prepare() {
      if (!isBroken && readers.length === 0) start();
      stopWhenIdle();
    },
    async read(files) {
      clearTimeout(idleTimer);
      asked += files.length;
      underWay++;
      if (!isBroken && readers.length === 0 && asked > worthThreads) start();
      try {
        return await (isBroken || readers.length === 0 ? here.read(files) : readThere(files));
      } finally {
        if (--underWay === 0) stopWhenIdle();
      }
    },
    locate: (passage, part) => here.locate(passage, part),
    dispose() {
      clearTimeout(idleTimer);
      stop();
    },
  };
}

/** The thread's end. */
export function serveReading(end: MessageChannelEnd, reading: FileReading): void {
  const send = createOutcomeSender();
  createCallPort(end, { read: async ([files]) => send(await reading.read(files as readonly WantedFile[])) });
}

interface Reader {
  load(): number;
  read(files: readonly WantedFile[]): Promise<readonly ReadOutcome[]>;
  stop(): void;
}

function startReader(workerUrl: URL, workerData: unknown): Reader {
  const worker = new Worker(workerUrl, {
    workerData,
    name: 'marginalia-reading',
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const { port, check } = createHelperThread(worker);
  const receive = createOutcomeReceiver();
  let load = 0;
  return {
    load: () => load,
    async read(files) {
      check();
      load++;
      try {
        return receive(await port.call<OutcomeMessage>('read', [files]));
      } finally {
        load--;
      }
    },
    stop: () => void worker.terminate(),
  };
}
