// Numbers as people read them. In: a number and the texts of the page. Out: `1 min 20 s`, `83 %`, `+12.1`.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import { fillText } from '../fillText.ts';

type DurationTexts = Pick<FineTunePanelTexts, 'seconds' | 'minutes' | 'hours'>;

/** Coarse, because it is an estimate: seconds below a minute and a half, minutes below two hours. */
export function durationText(seconds: number, texts: DurationTexts): string {
  if (seconds < 90) return fillText(texts.seconds, Math.max(1, Math.round(seconds)));
  if (seconds < 2 * 3600) return fillText(texts.minutes, Math.round(seconds / 60));
  return fillText(texts.hours, Math.round(seconds / 360) / 10);
}

/** `scoreText(0.8312)` is `83.1`: hundredths, as metrics are told. */
export function scoreText(score: number): string {
  return (100 * score).toFixed(1);
}

/** `changeText(0.121)` is `+12.1`. */
export function changeText(change: number): string {
  const text = scoreText(Math.abs(change));
  if (Number(text) === 0) return '±0.0';
  return `${change > 0 ? '+' : '−'}${text}`;
}

export function sizeText(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A loss: three digits that matter. */
export function lossText(loss: number): string {
  return Math.abs(loss) >= 10 ? loss.toFixed(1) : loss.toPrecision(3);
}
