// Brings texts to the encoder economically: equal and known texts are read once, texts of like length run together,
// batches stay short, and what the user waits for goes first. Knows no station; engine.ts hands their functions in.
// In: inputs of one call. Out: one result per input, in order.

import { createBatchBudget } from './batchBudget.ts';
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
  run(rows: readonly Encoded[], depth: number): Promise<readonly Result[]>;
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

export function createTextScheduler<Input, Encoded, Result>(
  options: TextSchedulerOptions<Input, Encoded, Result>,
): TextScheduler<Input, Result> {
  const { queue } = options;
  const cache = createResultCache<Result>(options.maxCacheBytes, options.sizeOf);
  // A hover may wait for one batch of background work, so a batch has to be short on any machine. More than a few
  // hundred tokens make no run cheaper: their rows no longer fit beside the weights into the processor's cache.
  const budget = createBatchBudget({ targetMs: 20, smallest: 64, largest: 512, first: 256 });

  async function runTimed(rows: readonly Encoded[], depth: number): Promise<readonly Result[]> {
    const startedMs = options.now();
    const results = await options.run(rows, depth);
    const tokenCount = rows.length * Math.max(...rows.map(options.lengthOf));
    budget.record(depth, tokenCount, options.now() - startedMs);
    return results;
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
      const wanted = [...missing];
      for (let start = 0; start < wanted.length; start += sliceSize) {
        throwIfCancelled(cancellation);
        const slice = wanted.slice(start, start + sliceSize);
        const encoded = slice.map(([, input]) => options.encode(input));
        const limits = { maxTokensPerBatch: budget.tokensPerBatch(depth), maxRows };
        for (const batch of options.plan(encoded.map(options.lengthOf), limits)) {
          const rows = batch.map((index) => encoded[index]!);
          const found = await queue.run(priority, async () => {
            throwIfCancelled(cancellation);
            return await runTimed(rows, depth);
          });
          for (const [row, index] of batch.entries()) {
            const key = slice[index]![0];
            results.set(key, found[row]!);
            cache.set(key, found[row]!);
          }
        }
      }
      return keys.map((key) => results.get(key)!);
    },
  };
}
