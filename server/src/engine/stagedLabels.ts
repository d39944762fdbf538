// Labels with as many layers as each text needs (early exit): every task answers at the first exit where it is sure, and
// a text whose tasks have all answered leaves the batch; what is left goes on as a smaller batch from the hidden
// states it has. In: one batch of encoded texts. Out: their labels.
// Invariant: what a text gets depends on that text and the task alone, not on its neighbours or on what else is asked
// (up to rounding, as everywhere); `isSure` is all there is to it, and the tests compare with it.
// After: Zhou et al., "BERT Loses Patience" (PABEE), 2020, and Xin et al., "DeeBERT", 2020. Patience, leaving when two
// exits agree, was measured too: it changes the labels of one text in eight and saves no more (docs/BENCHMARKS.md).

import { classify } from './labels/classify.ts';
import { leadOf, sureLead } from './labels/sureness.ts';
import type { ClassificationTask, LabelScores, TaskSet } from './labels/task.ts';
import { outputOfTask } from './labels/taskOutput.ts';
import { runEncoder } from './model/runEncoder.ts';
import type { OpenModel } from './openModel.ts';
import { packBatch } from './tokens/packBatch.ts';
import type { EncodedText } from './tokens/tokenBatch.ts';

export interface StagedText {
  readonly encoded: EncodedText;
  /** What is asked about this text. */
  readonly tasks: readonly ClassificationTask[];
}

/**
 * The depths at which texts may leave, ascending; the last one answers whatever is left. An exit between these two was
 * tried and left out: it catches one text in twenty and costs everything that passes it more than that saves.
 */
export function exitsOf({ depths, defaultDepth }: TaskSet): readonly number[] {
  return [...new Set([depths[0]!, defaultDepth])];
}

/** Labels of each text, in the order of its tasks. */
export async function labelInStages(
  texts: readonly StagedText[],
  open: OpenModel,
): Promise<readonly (readonly LabelScores[])[]> {
  const answers = texts.map(() => new Map<ClassificationTask, LabelScores>());
  const exits = exitsOf(open.tasks);
  let stay = [...texts.keys()];
  let carried: Carried | undefined;
  for (const [at, depth] of exits.entries()) {
    const isLast = at === exits.length - 1;
    const { tasks, logits, states } = await runStage(
      stay.map((row) => texts[row]!),
      { from: exits[at - 1] ?? 0, depth, isLast, carried },
      open,
    );
    const scores = logits.map((data, index) => classify(tasks[index]!, data, depth));
    for (const [place, row] of stay.entries()) {
      for (const task of texts[row]!.tasks) {
        if (answers[row]!.has(task)) continue;
        const found = scores[tasks.indexOf(task)]![place]!;
        if (isLast || isSure(task, found)) answers[row]!.set(task, found);
      }
    }
    const places = [...stay.keys()].filter((place) => {
      const row = stay[place]!;
      return answers[row]!.size < new Set(texts[row]!.tasks).size;
    });
    if (places.length === 0 || !states) break;
    const longest = Math.max(...places.map((place) => texts[stay[place]!]!.encoded.ids.length));
    carried = places.length === stay.length ? states : keepTexts(states, places, longest);
    stay = places.map((place) => stay[place]!);
  }
  return texts.map(({ tasks }, row) => tasks.map((task) => answers[row]!.get(task)!));
}

/** Whether a task is sure of what it found at an exit. */
export function isSure(task: ClassificationTask, { probabilities }: LabelScores): boolean {
  return leadOf(task, probabilities) >= sureLead;
}

/** Hidden states [T, B, H] between two exits. */
interface Carried {
  readonly data: Float32Array;
  /** [T, B, H] */
  readonly shape: readonly number[];
}

interface Stage {
  readonly from: number;
  readonly depth: number;
  readonly isLast: boolean;
  readonly carried: Carried | undefined;
}

/** Runs the layers of one stage: logits of every task that any text is asked, and the states to go on from. */
async function runStage(
  texts: readonly StagedText[],
  { from, depth, isLast, carried }: Stage,
  { model, tokenizer, classifications }: OpenModel,
) {
  const tasks = classifications.filter((task) => texts.some((text) => text.tasks.includes(task)));
  const batch = packBatch(
    texts.map(({ encoded }) => encoded),
    { padId: tokenizer.padId, multipleOf: 1 },
  );
  const states = isLast ? [] : ([{ kind: 'carried' }] as const);
  const found = await runEncoder(model, batch, {
    depth,
    ...(carried && { goOn: { from, carried: carried.data } }),
    outputs: [...tasks.map(outputOfTask), ...states],
    sharedOutputs: [...classifications.map(outputOfTask), ...states],
  });
  return {
    tasks,
    logits: tasks.map((_, index) => found[index]!.data),
    states: found[tasks.length],
  };
}

/** The states of some texts alone, and of no more tokens than the longest of these has: [T, B, H] → [T', B', H]. */
export function keepTexts({ data, shape }: Carried, places: readonly number[], tokenCount: number): Carried {
  const [, batchSize, size] = shape as [number, number, number];
  const kept = new Float32Array(tokenCount * places.length * size);
  let at = 0;
  for (let token = 0; token < tokenCount; token++) {
    for (const place of places) {
      const start = (token * batchSize + place) * size;
      kept.set(data.subarray(start, start + size), at);
      at += size;
    }
  }
  return { data: kept, shape: [tokenCount, places.length, size] };
}
