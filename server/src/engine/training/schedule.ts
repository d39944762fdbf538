// How fast to learn at each step: rising in a straight line at first, then falling to zero.
// The numbers are those of transformers' get_linear_schedule_with_warmup and its siblings, so that runs compare.

export interface Schedule {
  readonly kind: 'constant' | 'linear' | 'cosine';
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

/**
 * The learning rate of a step, counted from 0; the first step of a warm-up has the rate 0.
 * `learningRateAt({ kind: 'linear', peak: 1, warmupSteps: 2, totalSteps: 6 }, 4)` is 0.5.
 */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { kind, peak, warmupSteps, totalSteps } = schedule;
  if (step < warmupSteps) return (peak * step) / Math.max(1, warmupSteps);
  if (kind === 'constant') return peak;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  if (kind === 'linear') return peak * Math.max(0, 1 - done);
  return peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
}
