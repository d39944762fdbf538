// Turns what the training loop reports into events: speed, time left, not more of them than anybody can look at.

import type { EpochReport, StartReport, StepReport } from '../engine/training/epochReport.ts';
import type { TrainingEvent, ValidationSummary } from '../engine/trainingRun.ts';

export interface TrainingReporter {
  readonly start: (report: StartReport) => void;
  readonly step: (report: StepReport) => void;
  readonly epoch: (report: EpochReport) => void;
}

const stepEventMs = 200;

/** Speed is that of the latest steps: a machine that gets busy should show. */
const smoothing = 0.9;

export function createTrainingReporter(options: {
  readonly now: () => number;
  readonly emit: (event: TrainingEvent) => void;
}): TrainingReporter {
  const { now, emit } = options;
  let epochs = 1;
  let started: StartReport | undefined;
  let isAnnounced = false;
  let emittedMs = Number.NEGATIVE_INFINITY;
  let msPerToken = 0;
  /** Time beside the steps: validation and saving, by epoch. */
  let epochOverheadMs = 0;
  let epochEndMs = 0;
  let latest: StepReport | undefined;

  const speed = () => (msPerToken > 0 ? Math.round(1000 / msPerToken) : 0);
  const remainingMs = (step: number, totalSteps: number) => {
    const tokens = (started?.tokensPerEpoch ?? 0) * epochs * (1 - step / Math.max(1, totalSteps));
    const epochsLeft = Math.ceil(epochs * (1 - step / Math.max(1, totalSteps)));
    return Math.round(tokens * msPerToken + epochsLeft * epochOverheadMs);
  };

  /** The first step also warms up; the second one tells how fast this machine is. */
  const announce = (report: StepReport) => {
    if (isAnnounced || !started) return;
    if (report.step === started.step + 1 && report.step < report.totalSteps) return;
    isAnnounced = true;
    emit({
      kind: 'started',
      totalSteps: started.totalSteps,
      epochs,
      tokensPerEpoch: started.tokensPerEpoch,
      resumedAtStep: started.step,
      tokensPerSecond: speed(),
      estimateMs: remainingMs(started.step, started.totalSteps),
      recomputes: started.recomputes,
    });
  };

  return {
    start(report) {
      started = report;
      epochs = report.epochs;
    },
    step(report) {
      latest = report;
      const now1 = report.elapsedMs / Math.max(1, report.tokenCount);
      const isWarm = started !== undefined && report.step > started.step + 1;
      msPerToken = isWarm && isAnnounced ? smoothing * msPerToken + (1 - smoothing) * now1 : now1;
      announce(report);
      epochEndMs = now();
      if (!isAnnounced || now() - emittedMs < stepEventMs) return;
      emittedMs = now();
      emit({
        kind: 'step',
        step: report.step,
        totalSteps: report.totalSteps,
        epoch: report.epoch,
        loss: report.loss,
        learningRate: report.learningRate,
        tokensPerSecond: speed(),
        remainingMs: remainingMs(report.step, report.totalSteps),
      });
    },
    epoch(report) {
      epochOverheadMs = Math.max(0, now() - epochEndMs);
      emit({
        kind: 'epoch',
        epoch: report.epoch,
        epochs,
        step: report.step,
        trainingLoss: report.trainingLoss,
        validation: summaryOf(report),
        ...wordsOf(report),
        tokensPerSecond: speed(),
        remainingMs: remainingMs(report.step, latest?.totalSteps ?? report.step),
      });
    },
  };
}

function wordsOf({ validation }: EpochReport) {
  const guesses = validation?.guesses.words;
  if (!guesses || guesses.count === 0) return {};
  return { words: { loss: validation.lossByObjective.words!, accuracy: guesses.right / guesses.count } };
}

/** The task that is learned is the one that validation texts have answers for. */
function summaryOf({ validation }: EpochReport): ValidationSummary | undefined {
  const measured = validation && Object.entries(validation.metrics).find(([, { count }]) => count > 0);
  if (!measured) return undefined;
  const [name, metrics] = measured;
  return {
    loss: validation.lossByObjective[name] ?? validation.loss,
    microF1: metrics.micro.f1,
    macroF1: metrics.macro.f1,
    accuracy: metrics.accuracy,
  };
}
