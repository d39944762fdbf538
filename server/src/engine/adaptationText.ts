// What an adaptation changed and what got worse, as lines for a person: for the card of the model and for a terminal.

import type { AdaptationMeasures, GuessMeasure, Verdict, WorseReason } from './adaptationMeasure.ts';

export function describeMeasures(
  before: AdaptationMeasures,
  after: AdaptationMeasures,
  { agreement }: Verdict,
): readonly string[] {
  const guessed = (what: string, was: GuessMeasure, is: GuessMeasure) =>
    `${what}: loss ${was.loss.toFixed(3)} → ${is.loss.toFixed(3)}, right ${percent(was.accuracy)} → ${percent(is.accuracy)} of ${is.count}`;
  return [
    guessed('hidden words', before.words, after.words),
    ...(before.order && after.order ? [guessed('order of two parts', before.order, after.order)] : []),
    ...(before.search && after.search
      ? [
          `comments found by the name of what they document: MRR ${before.search.mrr.toFixed(3)} → ${after.search.mrr.toFixed(3)}, ${after.search.queries} names among ${after.search.passages} passages`,
        ]
      : [
          'comments found by the name of what they document: not measured, too few passages document something',
        ]),
    ...Object.entries(after.labels).map(
      ([task, is]) =>
        `your labels of ${task}: macro F1 ${before.labels[task]!.macroF1.toFixed(3)} → ${is.macroF1.toFixed(3)} on ${is.texts} texts`,
    ),
    ...(Object.keys(agreement).length > 0
      ? [
          `same answer as before: ${Object.entries(agreement)
            .map(([task, share]) => `${task} ${percent(share)}`)
            .join(', ')}`,
        ]
      : []),
  ];
}

export function describeReason(reason: WorseReason): string {
  switch (reason.kind) {
    case 'words':
      return 'hidden words are guessed no better';
    case 'search':
      return `comments are found worse (${reason.before.toFixed(3)} → ${reason.after.toFixed(3)})`;
    case 'labels':
      return `the labels of ${reason.task} are worse (F1 ${reason.before.toFixed(3)} → ${reason.after.toFixed(3)})`;
    case 'decisions':
      return `${Math.round(100 * reason.changed)} % of the decisions about ${reason.task} change, and no label of yours tells which are right`;
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
