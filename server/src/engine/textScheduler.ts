// Brings texts to the encoder economically: equal and known texts are read once, texts of like length run together,
// batches stay short, and what the user waits for goes first. Knows no station; engine.ts hands their functions in.
// In: inputs of one call. Out: one result per input, in order.

import { createBatchBudget } from './batchBudget.ts';
import type { BulkLanes, Lane } from './bulkLanes.ts';
import { type Cancellation, throwIfCancelled } from './cancellation.ts';
import type { Priority } from './engine.ts';
import type { PriorityQueue } from './priorityQueue.ts';
import { createResultCache } from './resultCache.ts';

export interface TextSchedulerOptions<Input, Encoded, Result> {
  /** Equal keys mean equal results. */
  keyOf(input: Input, depth: number): string;
  encode(input: Input): Encoded;
  /** Tokens of an encoded text. */
  lengthOf(encoded: Encoded): number;
  /** Groups of indexes into `lengths`; a group's size is its longest text times its rows. */
  plan(
    lengths: readonly number[],
    limits: { readonly maxTokensPerBatch: number; readonly maxRows: number },
  ): readonly (readonly number[])[];
  /** One run of the encoder: as many results as rows. */
  run(rows: readonly Encoded[], depth: number, lane: Lane): Promise<readonly Result[]>;
  /** Absent: every run is alone. */
  readonly lanes?: Pick<BulkLanes, 'use' | 'lose'>;
  /** Bytes that a result takes in the cache. */
  sizeOf(result: Result): number;
  readonly maxCacheBytes: number;
  /** Shared by all schedulers of one model, so that whoever waits comes first whatever is asked. */
  readonly queue: PriorityQueue;
  /** Milliseconds. */
  now(): number;
}

export interface ScheduledWork {
  readonly priority: Priority;
  readonly depth: number;
}

export interface TextScheduler<Input, Result> {
  infer(
    inputs: readonly Input[],
    work: ScheduledWork,
    cancellation: Cancellation,
  ): Promise<readonly Result[]>;
}

/** Texts encoded at a time: enough to find rows of equal length, few enough to stay responsive. */
const sliceSize = 1024;
const maxRows = 128;

/** Rows of one run, with the keys of their results. */
interface Batch<Encoded> {
  readonly keys: readonly string[];
  readonly rows: readonly Encoded[];
}

export function createTextScheduler<Input, Encoded, Result>(
  options: TextSchedulerOptions<Input, Encoded, Result>,
): TextScheduler<Input, Result> {
  const { queue, lanes: bulk = aloneOnly } = options;
  const cache = createResultCache<Result>(options.maxCacheBytes, options.sizeOf);
  // A hover may wait for one batch of background work, so a batch has to be short on any machine. More than a few
  // hundred tokens make no run cheaper: their rows no longer fit beside the weights into the processor's cache.
  const createBudget = () => createBatchBudget({ targetMs: 20, smallest: 64, largest: 512, first: 256 });
  const budgetAlone = createBudget();
  const budgetOfLane = createBudget();
  const budgetOf = (lane: Lane) => (lane === 'alone' ? budgetAlone : budgetOfLane);

  async function runTimed(rows: readonly Encoded[], depth: number, lane: Lane): Promise<readonly Result[]> {
    const startedMs = options.now();
    const results = await options.run(rows, depth, lane);
    const tokenCount = rows.length * Math.max(...rows.map(options.lengthOf));
    // The answer of a run beside waits until this thread has time to take it.
    if (lane !== 'beside') budgetOf(lane).record(depth, tokenCount, options.now() - startedMs);
    return results;
  }

  /** Texts become tokens a slice at a time, when the last slice is handed out: lanes do not wait for it. */
  function* cutIntoBatches(
    wanted: readonly (readonly [string, Input])[],
    depth: number,
    lane: Lane,
  ): Generator<Batch<Encoded>, undefined> {
    for (let start = 0; start < wanted.length; start += sliceSize) {
      const slice = wanted.slice(start, start + sliceSize);
      const encoded = slice.map(([, input]) => options.encode(input));
      const limits = { maxTokensPerBatch: budgetOf(lane).tokensPerBatch(depth), maxRows };
      for (const indexes of options.plan(encoded.map(options.lengthOf), limits)) {
        yield {
          keys: indexes.map((index) => slice[index]![0]),
          rows: indexes.map((index) => encoded[index]!),
        };
      }
    }
    return undefined;
  }

  /** Every lane takes the next batch when it is done with its last. */
  async function readAll(
    wanted: readonly (readonly [string, Input])[],
    { priority, depth, lanes }: ScheduledWork & { readonly lanes: readonly Lane[] },
    onResult: (key: string, result: Result) => void,
    cancellation: Cancellation,
  ): Promise<void> {
    const batches = cutIntoBatches(wanted, depth, lanes[0]!);
    const handedBack: Batch<Encoded>[] = [];
    let isOver = false;
    const readNext = async (lane: Lane): Promise<boolean> => {
      if (isOver) return false;
      throwIfCancelled(cancellation);
      const batch = handedBack.pop() ?? batches.next().value;
      if (!batch) return false;
      const results = await runTimed(batch.rows, depth, lane).catch((error: unknown) => {
        if (lane !== 'beside') throw error;
        handedBack.push(batch);
        bulk.lose(error);
      });
      if (!results) return false;
      for (const [row, key] of batch.keys.entries()) onResult(key, results[row]!);
      return true;
    };
    const drain = async (lane: Lane): Promise<void> => {
      try {
        while (await (lane === 'beside' ? readNext(lane) : queue.run(priority, () => readNext(lane))));
      } catch (error) {
        // The other lanes finish what they began.
        isOver = true;
        throw error;
      }
    };
    await Promise.all(lanes.map(drain));
    // The lane beside may have failed when this one had found nothing left to do.
    if (handedBack.length > 0) await drain('here');
  }

  return {
    async infer(inputs, { priority, depth }, cancellation) {
      const keys = inputs.map((input) => options.keyOf(input, depth));
      const results = new Map<string, Result>();
      const missing = new Map<string, Input>();
      for (const [index, key] of keys.entries()) {
        const known = cache.get(key);
        if (known === undefined) missing.set(key, inputs[index]!);
        else results.set(key, known);
      }
      const onResult = (key: string, result: Result) => {
        results.set(key, result);
        cache.set(key, result);
      };
      if (missing.size > 0) {
        await bulk.use({ priority, count: missing.size }, (lanes) =>
          readAll([...missing], { priority, depth, lanes }, onResult, cancellation),
        );
      }
      return keys.map((key) => results.get(key)!);
    },
  };
}

const aloneOnly: Pick<BulkLanes, 'use' | 'lose'> = {
  use: (_, work) => work(['alone']),
  lose: () => {},
};
