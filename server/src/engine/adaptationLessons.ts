// The exercises of an adaptation: windows whose words are hidden and whose parts may be swapped, whole passages on which
// the model goes on agreeing with itself, and names that have to find what documents them. In: stretches of text, the model to start from. Out: examples, and how
// each epoch hides other words of them.

import { splitSentences } from './text/splitSentences.ts';
import type { AdaptationSettings } from './training/adaptationSettings.ts';
import {
  type AdaptationPassage,
  type AdaptationTexts,
  countOf,
  type Stretch,
} from './training/adaptationTexts.ts';
import { isFindable, wordsOfName } from './training/documentedNames.ts';
import { describePieces, maskWords, type PieceKinds } from './training/maskWords.ts';
import type { OrderObjective, WordsObjective } from './training/objective.ts';
import { createRandom, type Random } from './training/random.ts';
import { labelTarget, type TrainingExample } from './training/targets.ts';
import { hashToUnit } from './training/textHash.ts';
import { cutWindows, orderWindow, type TextWindow } from './training/textWindows.ts';
import type { VaryExample } from './training/trainingStep.ts';
import { encodeFor, type TrainingBase } from './trainingBase.ts';

export const wordsName = 'words';
export const orderName = 'order';
export const namesName = 'names';

export interface AdaptationLessons {
  /** Windows as they stand; `vary` makes exercises of them. */
  readonly training: readonly TrainingExample[];
  readonly vary: VaryExample;
  /** Exercises that are the same for every model. */
  readonly heldOut: readonly TrainingExample[];
  /** How often each word of the vocabulary stands in them. */
  readonly wordCounts: Float32Array;
  /** Whole passages, for agreeing with the model before. */
  readonly kept: readonly AdaptationPassage[];
  readonly objectives: readonly [WordsObjective, OrderObjective];
}

type Base = Pick<TrainingBase, 'tokenizer' | 'tasks'>;

export function makeLessons(
  { training, heldOut }: AdaptationTexts,
  base: Base,
  settings: AdaptationSettings,
): AdaptationLessons {
  const pieces = describePieces(base.tokenizer);
  const windows = training.flatMap((stretch) => windowsOf(stretch, base));
  const exercise = (window: TextWindow, random: Random) =>
    makeExercise(window, base, pieces, settings.maskShare, random);
  return {
    training: windows.map((window) => {
      const example = exercise(window, createRandom(settings.seed, 'window'));
      // What stands here only tells its length and that it is about words.
      return { ...example, targets: { [wordsName]: new Int32Array(example.text.ids.length).fill(-1) } };
    }),
    vary: (example, index, epoch) =>
      index < windows.length
        ? exercise(windows[index]!, createRandom(settings.seed, 'hide', epoch, index))
        : example,
    heldOut: heldOut
      .flatMap((stretch) => windowsOf(stretch, base))
      .map((window, index) => exercise(window, createRandom(0, 'held out', index))),
    wordCounts: countWords(windows, base.tokenizer.vocabSize),
    kept: chooseKept(training, Math.round(settings.keepShare * windows.length)),
    objectives: [
      { kind: 'words', name: wordsName, weight: 1, vocabSize: base.tokenizer.vocabSize },
      { kind: 'order', name: orderName, weight: 1 },
    ],
  };
}

function windowsOf(stretch: Stretch, { tokenizer, tasks }: Base): readonly TextWindow[] {
  const sentences = stretch.flatMap(({ text }) =>
    splitSentences(text).flatMap(({ start, end }) => {
      // Far more than a window holds; a text of a megabyte must not be tokenised as a whole.
      const sentence = text.slice(start, Math.min(end, start + 20 * tasks.maxTokens));
      const { ids } = tokenizer.encode(sentence, { maxTokens: tasks.maxTokens });
      // Without [CLS] and [SEP].
      return ids.length > 2 ? [ids.slice(1, -1)] : [];
    }),
  );
  return cutWindows(sentences, tasks.maxTokens);
}

function makeExercise(
  window: TextWindow,
  { tokenizer }: Base,
  pieces: PieceKinds,
  maskShare: number,
  random: Random,
): TrainingExample {
  const { text, order } = orderWindow(window, tokenizer, random);
  const masked = maskWords(text, pieces, maskShare, random);
  return {
    text: masked.text,
    targets: {
      [wordsName]: masked.wanted,
      ...(order === undefined ? {} : { [orderName]: labelTarget([order], 2) }),
    },
    weight: 1,
  };
}

function countWords(windows: readonly TextWindow[], vocabSize: number): Float32Array {
  const counts = new Float32Array(vocabSize);
  for (const { sentences } of windows) for (const ids of sentences) for (const id of ids) counts[id]!++;
  return counts;
}

/** Chosen by content, so that the same run chooses the same. */
function chooseKept(stretches: readonly Stretch[], count: number): readonly AdaptationPassage[] {
  return stretches
    .flat()
    .map((passage) => ({ passage, hash: hashToUnit(passage.text, 0x33) }))
    .sort((one, other) => one.hash - other.hash)
    .slice(0, Math.min(count, countOf(stretches)))
    .map(({ passage }) => passage);
}

/** A name and the comment that documents it: two texts that have to find each other among those of their batch. */
export function nameExamples(kept: readonly AdaptationPassage[], base: Base): readonly TrainingExample[] {
  return kept.flatMap((passage, index) =>
    isFindable(passage)
      ? [
          {
            text: encodeFor(base, wordsOfName(passage.symbol!)),
            targets: { [namesName]: [index] },
            weight: 1,
          },
        ]
      : [],
  );
}

/** What the model said of a passage is its aim; the passage also answers to the name that it documents. */
export function keptExample(
  passage: AdaptationPassage,
  index: number,
  aims: TrainingExample['targets'],
  base: Base,
): TrainingExample {
  return {
    text: encodeFor(base, passage.text),
    targets: isFindable(passage) ? { ...aims, [namesName]: [index] } : aims,
    weight: 1,
  };
}
