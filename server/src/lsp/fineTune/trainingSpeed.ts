// How fast this machine trains. In: a run that is stopped as soon as it has told its speed. Out: numbers from which
// the time of a longer one follows.

import type { EstimateTrainingResponse, FineTuneOptions } from '../../../../protocol/fineTuneRequests.ts';
import type { TrainingOptions, TrainingRun, TrainingService } from '../../engine/trainingRun.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';

export interface TrainingSpeed {
  readonly tokensPerSecond: number;
  /** Tokens of an epoch for each text that is learned, those that hold earlier knowledge included. */
  readonly tokensPerText: number;
  /** Start of the process and reading of the model. */
  readonly startMs: number;
  /** The model is asked about texts before it is changed: how long for the texts of the measuring run, */
  readonly prepareMs: number;
  /** and how much longer for each text more. */
  readonly prepareMsPerText: number;
  readonly measuredTexts: number;
  /** Milliseconds since 1970. */
  readonly measuredAt: number;
}

/** A machine that was busy then may be idle now. */
const staysTrueMs = 10 * 60_000;

export function isStillTrue({ measuredAt }: Pick<TrainingSpeed, 'measuredAt'>, nowMs: number): boolean {
  return Math.abs(nowMs - measuredAt) < staysTrueMs;
}

/** @throws Error with the reason where the run failed before its second step */
export async function measureSpeed(
  service: TrainingService,
  folder: string,
  options: TrainingOptions,
  {
    now,
    texts,
    onRun,
  }: {
    readonly now: { readonly ms: () => number; readonly date: () => Date };
    readonly texts: FineTuneTexts;
    /** Hears of the run as soon as there is one, to be able to end it. */
    readonly onRun: (run: TrainingRun) => void;
  },
): Promise<TrainingSpeed> {
  await service.remove(folder);
  const startedMs = now.ms();
  const run = await service.start(folder, options);
  onRun(run);
  let trainingCount = 0;
  let replayCount = 0;
  let startMs = 0;
  let prepared = { atMs: 0, total: 0 };
  let speed: TrainingSpeed | undefined;
  run.onEvent((event) => {
    if (event.kind === 'planned') {
      ({ trainingCount, replayCount } = event.plan);
      startMs = now.ms() - startedMs;
    }
    if (event.kind === 'preparing') prepared = { atMs: now.ms(), total: event.total };
    if (event.kind !== 'started') return;
    const prepareMs = prepared.total > 0 ? Math.max(0, prepared.atMs - startedMs - startMs) : 0;
    const readingsPerText = Math.max(0, prepared.total - replayCount) / Math.max(1, trainingCount);
    speed = {
      tokensPerSecond: event.tokensPerSecond,
      tokensPerText: event.tokensPerEpoch / Math.max(1, trainingCount),
      startMs,
      prepareMs,
      prepareMsPerText: (prepareMs / Math.max(1, prepared.total)) * readingsPerText,
      measuredTexts: trainingCount,
      measuredAt: now.date().getTime(),
    };
    run.cancel();
  });
  const end = await run.ended;
  await service.remove(folder);
  if (speed) return speed;
  throw new Error(end.kind === 'failed' ? texts.failure(end) : texts.speedUnknown);
}

export function toEstimate(
  speed: TrainingSpeed,
  textCount: number,
  { epochs }: FineTuneOptions,
): EstimateTrainingResponse {
  const tokens = speed.tokensPerText * textCount * epochs;
  const moreTexts = Math.max(0, textCount - speed.measuredTexts);
  const beforeMs = speed.startMs + speed.prepareMs + speed.prepareMsPerText * moreTexts;
  const ms = beforeMs + (1000 * tokens) / Math.max(1, speed.tokensPerSecond);
  return { seconds: Math.ceil(ms / 1000), tokensPerSecond: speed.tokensPerSecond };
}

const numbersOfSpeed: readonly (keyof TrainingSpeed)[] = [
  'tokensPerSecond',
  'tokensPerText',
  'startMs',
  'prepareMs',
  'prepareMsPerText',
  'measuredTexts',
  'measuredAt',
];

/** By what the speed depends on. The record may come from another version of the program. */
export function readSpeeds(value: unknown): Readonly<Record<string, TrainingSpeed>> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value as Record<string, Partial<TrainingSpeed>>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, TrainingSpeed] =>
      numbersOfSpeed.every((key) => Number.isFinite(entry[1]?.[key])),
    ),
  );
}
