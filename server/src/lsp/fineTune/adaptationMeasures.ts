// What an adaptation changed, as rows of a table that every client shows alike. In: what was measured before, and after
// where that is known already. Out: one row for each thing that was measured.

import type { AdaptationMeasure } from '../../../../protocol/fineTuneRequests.ts';
import type { AdaptationMeasures } from '../../engine/adaptationMeasure.ts';

/** @param agreement share of the decisions of a task that are as before */
export function toAdaptationMeasures(
  before: AdaptationMeasures,
  after: AdaptationMeasures | undefined,
  agreement: Readonly<Record<string, number>>,
): readonly AdaptationMeasure[] {
  const row = (
    kind: AdaptationMeasure['kind'],
    count: number,
    read: (measures: AdaptationMeasures) => number | undefined,
    task?: string,
  ): AdaptationMeasure => ({ kind, task, before: read(before), after: after && read(after), count });
  return [
    row('wordLoss', before.words.count, ({ words }) => words.loss),
    row('words', before.words.count, ({ words }) => words.accuracy),
    ...(before.order ? [row('order', before.order.count, ({ order }) => order?.accuracy)] : []),
    ...(before.search ? [row('search', before.search.queries, ({ search }) => search?.mrr)] : []),
    ...Object.entries(before.labels).map(([task, { texts }]) =>
      row('labels', texts, ({ labels }) => labels[task]?.macroF1, task),
    ),
    ...Object.entries(agreement).map(
      ([task, share]): AdaptationMeasure => ({
        kind: 'sameAnswers',
        task,
        before: undefined,
        after: share,
        count: 0,
      }),
    ),
  ];
}
