// What a model reads beyond labels and vectors: answers to questions, the order of texts, masked words.
// In: an open model. Out: functions over texts of any length. Joins stations as engine.ts does, for its sake.

import type { FilledMask, Question, TextAnswer, TextPair } from './answers/answer.ts';
import {
  type ContextWindow,
  createContextWindows,
  maxAnswerTokens,
  type WindowRange,
} from './answers/contextWindows.ts';
import { combineWindows, findSpan, type WindowAnswer } from './answers/findSpan.ts';
import { createMaskWindows, type MaskWindow } from './answers/maskWindows.ts';
import { orderProbabilities } from './answers/orderProbabilities.ts';
import { rankWords } from './answers/rankWords.ts';
import { widenToWords } from './answers/wholeWords.ts';
import type { Cancellation } from './cancellation.ts';
import type { WorkOptions } from './engine.ts';
import { EngineError } from './errors.ts';
import { type OrderTask, type SpanTask, temperatureAt } from './labels/task.ts';
import { outputOfTask } from './labels/taskOutput.ts';
import { runEncoder } from './model/runEncoder.ts';
import { checkDepth, type OpenModel } from './openModel.ts';
import type { PriorityQueue } from './priorityQueue.ts';
import { resultKey } from './resultCache.ts';
import { createTextScheduler } from './textScheduler.ts';
import { packBatch } from './tokens/packBatch.ts';
import { planBatches } from './tokens/planBatches.ts';
import type { EncodedText, TokenBatch } from './tokens/tokenBatch.ts';

export interface Reader {
  /** Where each context answers its question, if it does. Contexts may be of any length. */
  answer(
    questions: readonly Question[],
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly TextAnswer[]>;
  /** For each pair how probable it is that its texts stand in order. */
  coherence(
    pairs: readonly TextPair[],
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly number[]>;
  /** For each `[MASK]` of each text the `count` most probable words. */
  fillMasks(
    texts: readonly string[],
    options: WorkOptions & { readonly count: number },
    cancellation: Cancellation,
  ): Promise<readonly (readonly FilledMask[])[]>;
}

export interface ReaderOptions {
  readonly queue: PriorityQueue;
  readonly now: () => number;
}

/** Answers and orders are a few numbers each: this keeps some ten thousand. */
const maxCacheBytes = 8 * 1024 * 1024;
/** Reads the whole of a text; windows are cut afterwards. */
const wholeText = { maxTokens: Number.MAX_SAFE_INTEGER };

export function createReader(open: OpenModel, options: ReaderOptions): Reader {
  return {
    answer: createAnswering(open, options),
    coherence: createOrdering(open, options),
    fillMasks: createFilling(open, options),
  };
}

/** A question with its context as tokens, and the name under which its windows are known. */
interface PreparedQuestion {
  readonly context: string;
  readonly windows: ReturnType<typeof createContextWindows>;
  readonly key: string;
}

/** One part of one context: what the encoder reads at a time. */
interface QuestionPart {
  readonly asked: PreparedQuestion;
  readonly range: WindowRange;
}

interface EncodedPart extends ContextWindow {
  readonly context: string;
}

function createAnswering(open: OpenModel, { queue, now }: ReaderOptions): Reader['answer'] {
  const { tokenizer, tasks, fingerprint } = open;
  const task = tasks.tasks.find((one) => one.kind === 'span');
  if (!task) return async () => missingHead('answers no questions', 'the task "answer"');
  if (tokenizer.clsId < 0 || tokenizer.sepId < 0) {
    return async () => missingHead('answers no questions', 'the tokens [CLS] and [SEP]');
  }
  const scheduler = createTextScheduler<QuestionPart, EncodedPart, WindowAnswer>({
    keyOf: ({ asked, range }, depth) => `${asked.key}:${depth}:${range.from}`,
    encode: ({ asked, range }) => ({ ...asked.windows.build(range), context: asked.context }),
    lengthOf: ({ encoded }) => encoded.ids.length,
    plan: planBatches,
    run: (parts, depth) => readSpans(parts, depth, { open, task }),
    sizeOf: () => 100,
    maxCacheBytes,
    queue,
    now,
  });
  const prepare = ({ question, context }: Question): PreparedQuestion => ({
    context,
    windows: createContextWindows(
      tokenizer.encode(question, wholeText),
      tokenizer.encode(context, wholeText),
      { maxTokens: tasks.maxTokens, clsId: tokenizer.clsId, sepId: tokenizer.sepId },
    ),
    key: resultKey([fingerprint, question, context]),
  });
  return async (questions, work, cancellation) => {
    const depth = checkDepth(work.depth, tasks);
    const prepared = questions.map(prepare);
    const parts = prepared.flatMap((asked) => asked.windows.ranges.map((range) => ({ asked, range })));
    const read = await scheduler.infer(parts, { priority: work.priority, depth }, cancellation);
    let next = 0;
    return prepared.map(({ context, windows }): TextAnswer => {
      const own = read.slice(next, next + windows.ranges.length);
      next += windows.ranges.length;
      const { span, score } = combineWindows(own, {
        temperature: temperatureAt(task, depth),
        threshold: task.threshold,
      });
      return { span: span && widenToWords(context, span), score };
    });
  };
}

async function readSpans(
  parts: readonly EncodedPart[],
  depth: number,
  { open, task }: { readonly open: OpenModel; readonly task: SpanTask },
): Promise<readonly WindowAnswer[]> {
  const rows = parts.map(({ encoded }) => encoded);
  const output = outputOfTask(task);
  const [qa] = await runEncoder(open.model, pack(rows, open), {
    depth,
    outputs: [output],
    sharedOutputs: open.taskOutputs,
  });
  const width = qa!.shape[1]! * 2;
  return parts.map(({ encoded: { starts, ends }, contextStart, contextEnd, context }, row) => {
    const logits = qa!.data.subarray(row * width, (row + 1) * width);
    const isVisible = (token: number) => context.slice(starts[token], ends[token]).trim() !== '';
    return findSpan({ logits, contextStart, contextEnd, starts, ends, isVisible }, maxAnswerTokens);
  });
}

function createOrdering(open: OpenModel, { queue, now }: ReaderOptions): Reader['coherence'] {
  const { tokenizer, tasks, fingerprint } = open;
  const task = tasks.tasks.find((one) => one.kind === 'order');
  if (!task) return async () => missingHead('does not judge the order of texts', 'the task "coherence"');
  const scheduler = createTextScheduler<TextPair, EncodedText, number>({
    keyOf: ({ first, second }, depth) => resultKey([fingerprint, String(depth), first, second]),
    encode: ({ first, second }) => tokenizer.encodePair(first, second, { maxTokens: tasks.maxTokens }),
    lengthOf: ({ ids }) => ids.length,
    plan: planBatches,
    run: (rows, depth) => readOrder(rows, depth, { open, task }),
    sizeOf: () => 8,
    maxCacheBytes,
    queue,
    now,
  });
  return async (pairs, work, cancellation) =>
    await scheduler.infer(
      pairs,
      { priority: work.priority, depth: checkDepth(work.depth, tasks) },
      cancellation,
    );
}

async function readOrder(
  rows: readonly EncodedText[],
  depth: number,
  { open, task }: { readonly open: OpenModel; readonly task: OrderTask },
): Promise<readonly number[]> {
  const [sop] = await runEncoder(open.model, pack(rows, open), {
    depth,
    outputs: [outputOfTask(task)],
    sharedOutputs: open.taskOutputs,
  });
  return orderProbabilities(sop!.data, temperatureAt(task, depth));
}

/** A window with masks and how many words are wanted for each. */
interface MaskedText extends MaskWindow {
  readonly count: number;
}

function createFilling(open: OpenModel, { queue, now }: ReaderOptions): Reader['fillMasks'] {
  const { tokenizer, tasks, model, fingerprint } = open;
  if (!model.weights.mlm || tokenizer.maskId < 0) {
    return async () => missingHead('fills no masks', 'the weights "predictions" and a [MASK] token');
  }
  const scheduler = createTextScheduler<MaskedText, MaskedText, readonly FilledMask[]>({
    keyOf: ({ encoded, masks, count }, depth) =>
      resultKey([
        fingerprint,
        String(depth),
        String(count),
        encoded.ids.join(),
        masks.join(),
        encoded.starts.join(),
      ]),
    encode: (window) => window,
    lengthOf: ({ encoded }) => encoded.ids.length,
    plan: planBatches,
    run: (windows, depth) => readMasks(windows, depth, { open, textOf }),
    sizeOf: (masks) => masks.reduce((sum, { candidates }) => sum + 100 + 120 * candidates.length, 100),
    maxCacheBytes,
    queue,
    now,
  });
  const texts: string[] = [];
  /** What a piece of the vocabulary would be in a text; nothing for special tokens. */
  const textOf = (id: number): string => (texts[id] ??= tokenizer.decode([id]));
  return async (inputs, work, cancellation) => {
    const depth = checkDepth(work.depth, tasks);
    const windowsOfText = inputs.map((text) =>
      createMaskWindows(tokenizer.encode(text, wholeText), {
        maxTokens: tasks.maxTokens,
        maskId: tokenizer.maskId,
      }),
    );
    const windows = windowsOfText.flat().map((window) => ({ ...window, count: work.count }));
    const filled = await scheduler.infer(windows, { priority: work.priority, depth }, cancellation);
    let next = 0;
    return windowsOfText.map(({ length }) => {
      next += length;
      return filled.slice(next - length, next).flat();
    });
  };
}

async function readMasks(
  windows: readonly MaskedText[],
  depth: number,
  { open, textOf }: { readonly open: OpenModel; readonly textOf: (id: number) => string },
): Promise<readonly (readonly FilledMask[])[]> {
  const batch = pack(
    windows.map(({ encoded }) => encoded),
    open,
  );
  const tokenPlaces = windows.flatMap(({ masks }, row) =>
    masks.map((mask) => row * batch.tokensPerRow + mask),
  );
  const [words] = await runEncoder(open.model, batch, {
    depth,
    outputs: [{ kind: 'mlmAtPlaces' }],
    tokenPlaces,
  });
  const vocabSize = words!.shape[1]!;
  let next = 0;
  return windows.map(({ encoded, masks, count }) =>
    masks.map((mask): FilledMask => {
      const logits = words!.data.subarray(next * vocabSize, (next + 1) * vocabSize);
      next++;
      return {
        span: { start: encoded.starts[mask]!, end: encoded.ends[mask]! },
        candidates: rankWords(logits, textOf, count),
      };
    }),
  );
}

function pack(rows: readonly EncodedText[], { tokenizer }: OpenModel): TokenBatch {
  return packBatch(rows, { padId: tokenizer.padId, multipleOf: 1 });
}

function missingHead(what: string, missing: string): never {
  throw new EngineError('taskUnknown', `The model ${what}: it lacks ${missing}. Choose another model.`);
}
