// Much work is read in two lanes, this thread and one beside it, each with half of the processors: threads that share
// one run wait for each other after every operator, two runs never do (docs/BENCHMARKS.md has the numbers).
// In: a model and a way to open a thread. Out: which lanes a piece of work may use, and the model as each runs it.
// The lanes open when enough work has come by, and close, with their memory, when none came for a while.

import type { Priority } from './engine.ts';
import type { Logger } from './log.ts';
import type { LoadedModel } from './model/loadModel.ts';
import type { SessionThread } from './model/sessionThread.ts';

/**
 * `alone`: this thread, with all processors. `here`: this thread, with its half of them. `beside`: the other thread,
 * which never waits for this one.
 */
export type Lane = 'alone' | 'here' | 'beside';

/** What only a host has. */
export interface LaneHost {
  openThread(): SessionThread;
  /** Calls `work` after a while, once; answers how to call that off. */
  schedule(work: () => void, delayMs: number): () => void;
}

interface BulkTexts {
  readonly priority: Priority;
  readonly count: number;
}

export interface BulkLanes {
  /** Calls `work` with the lanes that these texts may use: each lane as often as it takes batches ahead. */
  use<T>(texts: BulkTexts, work: (lanes: readonly Lane[]) => Promise<T>): Promise<T>;
  modelOf(lane: Lane): LoadedModel;
  /** The thread beside has failed: its work is done here, and it is not opened again. */
  lose(error: unknown): void;
  dispose(): Promise<void>;
}

export interface BulkLanesOptions {
  readonly model: LoadedModel;
  /** Absent: all work runs alone. */
  readonly host: LaneHost | undefined;
  readonly logger: Logger;
  /** Makes the session that a lane reads with exactly: what the user asks for should find it ready. */
  warmUp(lane: Lane): Promise<void>;
}

/** Opening costs about as much as reading this many texts. */
const textsBeforeOpening = 500;
/** While this thread is inside a run it hands out nothing, so the other one gets its next batch before it needs it. */
const openLanes: readonly Lane[] = ['here', 'beside', 'beside'];
const idleMs = 10_000;
/** All layers in one, or one for each exit (stagedLabels.ts). */
const maxSessions = 4;

interface OpenLanes {
  readonly thread: SessionThread;
  readonly beside: LoadedModel;
}

export function createBulkLanes({ model, host, logger, warmUp }: BulkLanesOptions): BulkLanes {
  const besideThreads = Math.floor(model.threads / 2);
  const canOpen = host !== undefined && model.device.name === 'cpu' && besideThreads >= 1;
  if (!canOpen) return aloneOnly(model);

  const here = model.withSessions({ threads: model.threads - besideThreads, maxSessions });
  let open: OpenLanes | undefined;
  let isBroken = false;
  let textCount = 0;
  let users = 0;
  let callOff: () => void = () => {};
  let closing: Promise<void> = Promise.resolve();

  function openUp(): void {
    const thread = host!.openThread();
    open = { thread, beside: model.withSessions({ threads: besideThreads, maxSessions, thread }) };
    // While the lanes are open nobody reads alone: that memory goes before other takes its place, and once more when a
    // reading that was under way is over.
    void model.sessions
      .releaseIdle()
      .then(() => warmUp('here'))
      .then(() => open && model.sessions.releaseIdle(), logFailure);
  }

  function logFailure(error: unknown): void {
    logger.log('debug', 'A session could not be made ahead of its use.', { error: String(error) });
  }

  /** What runs finishes first. */
  function close(): Promise<void> {
    const thread = open?.thread;
    open = undefined;
    textCount = 0;
    closing = Promise.all([closing, thread?.close(), here.sessions.releaseIdle()]).then(() => {});
    return closing;
  }

  async function closeAndWarmUp(): Promise<void> {
    await close();
    if (!open) await warmUp('alone').catch(logFailure);
  }

  function lanesFor({ priority, count }: BulkTexts): readonly Lane[] {
    if (isBroken) return ['alone'];
    // What the user waits for takes one lane: in both it would stand behind the batches of the other one.
    if (priority === 'interactive') return open ? ['here'] : ['alone'];
    textCount += count;
    if (!open && textCount >= textsBeforeOpening) openUp();
    return open ? openLanes : ['alone'];
  }

  return {
    async use(texts, work) {
      callOff();
      users++;
      try {
        return await work(lanesFor(texts));
      } finally {
        const isIdle = --users === 0 && (open !== undefined || here.sessions.count > 0);
        if (isIdle) callOff = host.schedule(() => void closeAndWarmUp(), idleMs);
      }
    },
    modelOf(lane) {
      if (lane === 'alone') return model;
      return lane === 'beside' && open ? open.beside : here;
    },
    lose(error) {
      if (isBroken) return;
      isBroken = true;
      logger.log('warn', 'The second thread of the model stopped; one thread goes on alone.', {
        error: error instanceof Error ? error.message : String(error),
      });
      void close();
    },
    async dispose() {
      callOff();
      isBroken = true;
      await close();
      await here.dispose();
    },
  };
}

function aloneOnly(model: LoadedModel): BulkLanes {
  return {
    use: (_, work) => work(['alone']),
    modelOf: () => model,
    lose: () => {},
    dispose: async () => {},
  };
}
