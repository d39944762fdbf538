// What an adaptation changed, as lines for a person: for the card of the model and for a terminal.

import type { AdaptationMeasures, GuessMeasure, Verdict } from './adaptationMeasure.ts';

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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
