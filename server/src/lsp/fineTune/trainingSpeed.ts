// How fast this machine trains. In: a run that is stopped as soon as it has told its speed. Out: numbers from which
// the time of a longer one follows.

import type { EstimateTrainingResponse, FineTuneOptions } from '../../../../protocol/fineTuneRequests.ts';
import type { TrainingOptions, TrainingService } from '../../engine/trainingRun.ts';

export interface TrainingSpeed {
  readonly tokensPerSecond: number;
  /** Tokens of an epoch for each text that is learned, those that hold earlier knowledge included. */
  readonly tokensPerText: number;
  /** Start of the process and reading of the model. */
  readonly startMs: number;
  /** The model is asked about each text before it is changed. */
  readonly prepareMsPerText: number;
}

/** @throws Error with the reason where the run failed before its second step */
export async function measureSpeed(
  service: TrainingService,
  folder: string,
  options: TrainingOptions,
  nowMs: () => number,
): Promise<TrainingSpeed> {
  await service.remove(folder);
  const startedMs = nowMs();
  const run = await service.start(folder, options);
  let trainingCount = 0;
  let startMs = 0;
  let prepared = { atMs: 0, total: 0 };
  let speed: TrainingSpeed | undefined;
  run.onEvent((event) => {
    if (event.kind === 'planned') {
      trainingCount = event.plan.trainingCount;
      startMs = nowMs() - startedMs;
    }
    if (event.kind === 'preparing') prepared = { atMs: nowMs(), total: event.total };
    if (event.kind !== 'started') return;
    speed = {
      tokensPerSecond: event.tokensPerSecond,
      tokensPerText: event.tokensPerEpoch / Math.max(1, trainingCount),
      startMs,
      prepareMsPerText:
        prepared.total > 0 ? Math.max(0, prepared.atMs - startedMs - startMs) / prepared.total : 0,
    };
    run.cancel();
  });
  const end = await run.ended;
  await service.remove(folder);
  if (speed) return speed;
  throw new Error(end.kind === 'failed' ? end.message : 'The training ended before its speed was known.');
}

export function toEstimate(
  speed: TrainingSpeed,
  textCount: number,
  { epochs }: FineTuneOptions,
): EstimateTrainingResponse {
  const tokens = speed.tokensPerText * textCount * epochs;
  const ms =
    speed.startMs + speed.prepareMsPerText * textCount + (1000 * tokens) / Math.max(1, speed.tokensPerSecond);
  return { seconds: Math.ceil(ms / 1000), tokensPerSecond: speed.tokensPerSecond };
}

/** By what the speed depends on. The record may come from another version of the program. */
export function readSpeeds(value: unknown): Readonly<Record<string, TrainingSpeed>> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value as Record<string, Partial<TrainingSpeed>>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, TrainingSpeed] =>
      [entry[1].tokensPerSecond, entry[1].tokensPerText, entry[1].startMs, entry[1].prepareMsPerText].every(
        Number.isFinite,
      ),
    ),
  );
}
