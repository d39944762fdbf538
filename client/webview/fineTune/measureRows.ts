// What an adaptation changed, as a person reads it. In: what was measured before and after. Out: rows of a table, each
// with the direction in which it went. Pure.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { AdaptationMeasure } from '../../../protocol/fineTuneRequests.ts';
import { fillText } from '../fillText.ts';
import { changeText, lossText, scoreText } from './numberTexts.ts';

export interface MeasureRow {
  readonly title: string;
  readonly before: string;
  /** Empty while it is not known yet. */
  readonly after: string;
  readonly change: string;
  readonly direction: 'up' | 'down' | 'even';
  /** Of how many. */
  readonly count: string;
}

type MeasureTexts = Pick<
  FineTunePanelTexts,
  | 'measureWordLoss'
  | 'measureWords'
  | 'measureOrder'
  | 'measureSearch'
  | 'measureLabels'
  | 'measureSameAnswers'
>;

/** A change below this is not worth a colour: half a hundredth, or of a rank half a thousandth. */
const smallestChange = { score: 0.0005, loss: 0.005, rank: 0.0005 } as const;

export function toMeasureRows(
  measures: readonly AdaptationMeasure[],
  texts: MeasureTexts,
): readonly MeasureRow[] {
  return measures.map((measure) => {
    const { kind, task = '', before, after, count } = measure;
    const format = formatOf(kind);
    const change = before === undefined || after === undefined ? undefined : after - before;
    return {
      title: fillText(titleOf(kind, texts), task),
      before: before === undefined ? '' : format.value(before),
      after: after === undefined ? '' : format.value(after),
      change: change === undefined ? '' : format.change(change),
      direction: directionOf(change, kind, format.smallest),
      count: count > 0 ? count.toLocaleString() : '',
    };
  });
}

function titleOf(kind: AdaptationMeasure['kind'], texts: MeasureTexts): string {
  const titles: Readonly<Record<AdaptationMeasure['kind'], string>> = {
    wordLoss: texts.measureWordLoss,
    words: texts.measureWords,
    order: texts.measureOrder,
    search: texts.measureSearch,
    labels: texts.measureLabels,
    sameAnswers: texts.measureSameAnswers,
  };
  return titles[kind];
}

interface Format {
  readonly value: (value: number) => string;
  readonly change: (change: number) => string;
  readonly smallest: number;
}

function formatOf(kind: AdaptationMeasure['kind']): Format {
  if (kind === 'wordLoss') {
    return { value: lossText, change: (one) => signed(one, 2), smallest: smallestChange.loss };
  }
  if (kind === 'search') {
    return {
      value: (one) => one.toFixed(3),
      change: (one) => signed(one, 3),
      smallest: smallestChange.rank,
    };
  }
  return { value: scoreText, change: changeText, smallest: smallestChange.score };
}

/** `signed(-0.27, 2)` is `−0.27`. */
function signed(change: number, digits: number): string {
  const text = Math.abs(change).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${change > 0 ? '+' : '−'}${text}`;
}

/** Up is better: a loss that falls goes up. */
function directionOf(
  change: number | undefined,
  kind: AdaptationMeasure['kind'],
  smallest: number,
): MeasureRow['direction'] {
  if (change === undefined || Math.abs(change) < smallest) return 'even';
  return change > 0 === (kind !== 'wordLoss') ? 'up' : 'down';
}
