// How long an adaptation takes on this machine: it is begun on a sample of the passages and stopped when it has shown
// how fast it reads, fits and learns. In: the options of the whole one. Out: its time, or why it could not be measured.

import type { AdaptationPlan } from './adapt.ts';
import { chooseAdaptationEpochs, defaultAdaptationSettings } from './training/adaptationSettings.ts';
import { defaultMaxPassages, fewestPassages } from './training/adaptationTexts.ts';
import type { AdaptationOptions, TrainingEnd, TrainingRun, TrainingService } from './trainingRun.ts';

export interface AdaptationTime {
  readonly seconds: number;
  readonly tokensPerSecond: number;
  /** Different passages that it would learn from and be measured by. */
  readonly passages: number;
  /** How often each is seen. */
  readonly epochs: number;
}

/** Few enough to be read in seconds, and more than a run needs at least. */
const samplePassages = Math.round(1.6 * fewestPassages);

export interface TimeMeasuring {
  /** Where the measuring run keeps what it needs: a folder without a run, and nothing is left of it. */
  readonly folder: string;
  /** Must not exist, and is not made. */
  readonly outputFolder: string;
  /** Milliseconds since some fixed point. */
  readonly now: () => number;
  /** Hears of the run as soon as there is one, to be able to end it. */
  readonly onRun?: (run: TrainingRun) => void;
}

/** @returns how the run ended where it did so before it showed its speed */
export async function measureAdaptation(
  service: TrainingService,
  options: AdaptationOptions,
  { folder, outputFolder, now, onRun }: TimeMeasuring,
): Promise<AdaptationTime | TrainingEnd> {
  const { labelsFile: _, maxPassages = defaultMaxPassages, ...rest } = options;
  const startedMs = now();
  const run = await service.start(folder, {
    ...rest,
    outputFolder,
    maxPassages: Math.min(samplePassages, maxPassages),
  });
  const seen: Seen = { startMs: 0, prepareMs: 0, headsMs: 0, askMs: 0, plan: undefined };
  let time: AdaptationTime | undefined;
  let lastMs = startedMs;
  /** What went by since the last mark. */
  const lap = (): number => {
    const ms = now() - lastMs;
    lastMs += ms;
    return ms;
  };
  let phase = '';
  run.onEvent((event) => {
    if (event.kind === 'adapting') {
      seen.plan = event.plan;
      seen.startMs = lap();
    }
    if (event.kind === 'preparing') seen.prepareMs += lap();
    // The model is asked what it can do; where it lacks heads for words, they are fitted then.
    if (event.kind === 'phase' || event.kind === 'measured') {
      if (phase === 'heads') seen.headsMs += lap();
      else seen.askMs += lap();
    }
    if (event.kind === 'phase') phase = event.phase;
    if (event.kind !== 'started' || phase !== 'model' || !seen.plan) return;
    time = timeOf({ ...seen, plan: seen.plan }, event, options, maxPassages);
    run.cancel();
  });
  onRun?.(run);
  const end = await run.ended;
  await service.remove(folder);
  return time ?? end;
}

interface Seen {
  startMs: number;
  /** The model says what it knows of the passages and of the texts that came with it. */
  prepareMs: number;
  askMs: number;
  headsMs: number;
  plan: AdaptationPlan | undefined;
}

/** From the sample to all: every part grows with the passages, the texts that came with the model stay. */
function timeOf(
  seen: Seen & { readonly plan: AdaptationPlan },
  { tokensPerEpoch, tokensPerSecond }: { readonly tokensPerEpoch: number; readonly tokensPerSecond: number },
  options: AdaptationOptions,
  maxPassages: number,
): AdaptationTime {
  const { plan } = seen;
  const sampled = plan.trainingPassages + plan.heldOutPassages;
  const passages = Math.min(maxPassages, sampled + plan.leftOutPassages);
  const growth = passages / Math.max(1, sampled);
  const windows = growth * plan.windows;
  const epochs = options.epochs ?? chooseAdaptationEpochs(windows);
  const { replayShare, replayMinimum } = defaultAdaptationSettings;
  const replayed = (count: number) =>
    Math.min(plan.replayTexts, Math.max(replayMinimum, replayShare * count));
  const own = plan.windows + plan.keptPassages;
  const tokensPerText = tokensPerEpoch / Math.max(1, own + replayed(plan.windows));
  const tokens = epochs * tokensPerText * (growth * own + replayed(windows));
  const asked = plan.keptPassages + plan.replayTexts;
  const prepareGrowth = (growth * plan.keptPassages + plan.replayTexts) / Math.max(1, asked);
  const ms =
    seen.startMs +
    seen.prepareMs * prepareGrowth +
    growth * (seen.headsMs + 2 * seen.askMs) +
    (1000 * tokens) / Math.max(1, tokensPerSecond);
  return { seconds: Math.ceil(ms / 1000), tokensPerSecond, passages, epochs };
}
