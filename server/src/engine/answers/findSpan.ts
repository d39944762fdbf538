// From start and end logits to an answer. In: the logits of each window. Out: the best span of the context, or none,
// with a calibrated score. As in the evaluation of SQuAD 2.0 (Rajpurkar et al. 2018): the lead of the best span over
// "no answer" decides, and over several windows "no answer" counts only as much as where it is least likely.

import type { Span } from '../text/span.ts';
import type { TextAnswer } from './answer.ts';

/** What one window says. */
export interface WindowAnswer {
  /** Start and end logit at [CLS] together. */
  readonly none: number;
  /** Start and end logit of the best span together; minus infinity where no token may be part of an answer. */
  readonly best: number;
  /** In the context. Empty where there is no best span. */
  readonly span: Span;
}

export interface WindowLogits {
  /** `[T, 2]` and more, row-major: start and end of each token of the row. */
  readonly logits: Float32Array;
  /** The context's tokens of the row are `[contextStart, contextEnd)`. */
  readonly contextStart: number;
  readonly contextEnd: number;
  /** Places of the row's tokens in the context. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether an answer may begin or end at this token of the row: it has a character that can be seen. */
  readonly isVisible: (token: number) => boolean;
}

/** Of equal spans the earliest, and of these the shortest. */
export function findSpan(window: WindowLogits, maxTokens: number): WindowAnswer {
  const { logits, contextStart, contextEnd, isVisible } = window;
  let best = Number.NEGATIVE_INFINITY;
  let bestStart = -1;
  let bestEnd = -1;
  for (let start = contextStart; start < contextEnd; start++) {
    if (!isVisible(start)) continue;
    const last = Math.min(start + maxTokens, contextEnd);
    for (let end = start; end < last; end++) {
      const score = logits[2 * start]! + logits[2 * end + 1]!;
      if (score <= best || !isVisible(end)) continue;
      best = score;
      bestStart = start;
      bestEnd = end;
    }
  }
  const none = logits[0]! + logits[1]!;
  if (bestStart < 0) return { none, best, span: { start: 0, end: 0 } };
  return { none, best, span: { start: window.starts[bestStart]!, end: window.ends[bestEnd]! } };
}

/** Of equal windows the earliest. No windows, no answer. */
export function combineWindows(
  windows: readonly WindowAnswer[],
  options: { readonly temperature: number; readonly threshold: number },
): TextAnswer {
  let none = Number.POSITIVE_INFINITY;
  let best: WindowAnswer | undefined;
  for (const window of windows) {
    none = Math.min(none, window.none);
    if (window.best > (best?.best ?? Number.NEGATIVE_INFINITY)) best = window;
  }
  if (!best) return { span: undefined, score: 0 };
  const score = 1 / (1 + Math.exp((none - best.best) / options.temperature));
  return { span: score < options.threshold ? undefined : best.span, score };
}
