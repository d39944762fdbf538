// The training as the panel shows it, from what the run reports. In: a snapshot and the next event. Out: the next
// snapshot. Pure: a window that was reloaded gets the same snapshot from the events that the run's folder kept.

import type {
  Adaptation,
  EpochPoint,
  FineTuneOptions,
  LossPoint,
  TrainingStateParams,
} from '../../../../protocol/fineTuneRequests.ts';
import type { TrainingEvent } from '../../engine/trainingRun.ts';
import { toAdaptationMeasures } from './adaptationMeasures.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';

export const noTraining: TrainingStateParams = {
  phase: 'none',
  task: undefined,
  options: undefined,
  adaptation: undefined,
  model: undefined,
  plan: undefined,
  progress: undefined,
  losses: [],
  epochs: [],
  notes: [],
  curve: undefined,
  message: undefined,
};

export function beginTraining(about: {
  readonly task: string;
  readonly options: FineTuneOptions;
  readonly model: string;
}): TrainingStateParams {
  const { task, options, model } = about;
  return { ...noTraining, task, options, model, phase: 'preparing' };
}

export function beginAdaptation(model: string): TrainingStateParams {
  return {
    ...noTraining,
    adaptation: { part: undefined, measures: [], verdict: undefined },
    model,
    phase: 'preparing',
  };
}

export function nextTraining(
  state: TrainingStateParams,
  event: TrainingEvent,
  texts: FineTuneTexts,
): TrainingStateParams {
  const next = advance(state, event, texts);
  // A run that is paused while it prepares goes on reporting until its next step, and is paused all the same.
  const isAtWork = next.phase === 'preparing' || next.phase === 'training';
  return state.phase === 'paused' && isAtWork && event.kind !== 'resumed'
    ? { ...next, phase: 'paused' }
    : next;
}

function advance(
  state: TrainingStateParams,
  event: TrainingEvent,
  texts: FineTuneTexts,
): TrainingStateParams {
  switch (event.kind) {
    case 'planned': {
      const { trainingCount, validationCount, replayCount, keptTasks } = event.plan;
      return {
        ...state,
        phase: 'preparing',
        plan: { trainingCount, validationCount, replayCount, keptTasks },
        notes: event.notes.map(texts.note),
      };
    }
    case 'preparing':
      return {
        ...state,
        phase: 'preparing',
        progress: { ...noProgress, share: event.done / Math.max(1, event.total) },
      };
    case 'started': {
      const { totalSteps, epochs, resumedAtStep, tokensPerSecond, estimateMs } = event;
      // What was drawn beyond the state from which the run goes on did not happen.
      const isDrawn = ({ step }: LossPoint | EpochPoint) => isFittingHeads(state) || step <= resumedAtStep;
      return {
        ...state,
        phase: 'training',
        losses: state.losses.filter(isDrawn),
        epochs: state.epochs.filter(isDrawn),
        progress: {
          share: resumedAtStep / Math.max(1, totalSteps),
          step: resumedAtStep,
          totalSteps,
          epoch: 1,
          epochs,
          tokensPerSecond,
          remainingMs: estimateMs,
        },
      };
    }
    case 'step': {
      const { step, totalSteps, epoch, loss, tokensPerSecond, remainingMs } = event;
      const known = state.progress ?? noProgress;
      const share = step / Math.max(1, totalSteps);
      return {
        ...state,
        phase: 'training',
        losses: isFittingHeads(state) ? state.losses : thinOut([...state.losses, { step, loss }]),
        progress: { ...known, share, step, totalSteps, epoch, tokensPerSecond, remainingMs },
      };
    }
    case 'epoch':
      if (isFittingHeads(state)) return state;
      return {
        ...state,
        epochs: [...state.epochs.filter((one) => one.epoch !== event.epoch), toPoint(event)],
      };
    case 'paused':
      return { ...state, phase: 'paused' };
    case 'resumed':
      return { ...state, phase: (state.progress?.totalSteps ?? 0) > 0 ? 'training' : 'preparing' };
    case 'checkpoint':
      return state;
    case 'adapting': {
      const { trainingPassages, heldOutPassages, keptPassages, replayTexts, keptTasks } = event.plan;
      const { repeatedPassages, leftOutPassages } = event.plan;
      return {
        ...state,
        phase: 'preparing',
        plan: {
          trainingCount: trainingPassages,
          validationCount: heldOutPassages,
          replayCount: keptPassages + replayTexts,
          keptTasks,
        },
        notes: [
          ...(repeatedPassages > 0 ? [texts.repeatedPassages(repeatedPassages)] : []),
          ...(leftOutPassages > 0 ? [texts.leftOutPassages(leftOutPassages)] : []),
        ],
      };
    }
    case 'phase':
      return {
        ...state,
        phase: 'preparing',
        progress: undefined,
        adaptation: { ...adaptationOf(state), part: event.phase },
      };
    case 'measured': {
      // What was measured after is told at the end, with the verdict.
      if (event.when === 'after') return state;
      const measures = toAdaptationMeasures(event.measures, undefined, {});
      return { ...state, adaptation: { ...adaptationOf(state), measures } };
    }
    case 'done': {
      const next: TrainingStateParams = {
        ...state,
        phase: 'comparing',
        progress: undefined,
        message: event.outcome === 'diverged' ? texts.diverged(event.bestEpoch) : undefined,
        notes:
          event.outcome === 'stoppedEarly'
            ? [...state.notes, texts.stoppedEarly(event.bestEpoch)]
            : state.notes,
      };
      if (!event.adaptation) return next;
      const { before, after, verdict, isKept } = event.adaptation;
      return {
        ...next,
        model: isKept ? state.model : undefined,
        adaptation: {
          part: 'model',
          measures: toAdaptationMeasures(before, after, verdict.agreement),
          verdict: { isKept, reasons: verdict.reasons.map(texts.worse) },
        },
      };
    }
    case 'cancelled':
      return { ...state, phase: 'interrupted' };
    case 'failed':
      return { ...state, phase: 'failed', message: texts.failure(event) };
  }
}

const noProgress = {
  share: 0,
  step: 0,
  totalSteps: 0,
  epoch: 0,
  epochs: 0,
  tokensPerSecond: 0,
  remainingMs: undefined,
};

function adaptationOf({ adaptation }: TrainingStateParams): Adaptation {
  return adaptation ?? { part: undefined, measures: [], verdict: undefined };
}

/** They are fitted in seconds and again after an interruption: the curves are about the model. */
function isFittingHeads({ adaptation }: TrainingStateParams): boolean {
  return adaptation?.part === 'heads';
}

function toPoint(event: TrainingEvent & { readonly kind: 'epoch' }): EpochPoint {
  const { epoch, step, trainingLoss, validation, words } = event;
  return {
    epoch,
    step,
    trainingLoss,
    loss: words?.loss ?? validation?.loss,
    macroF1: validation?.macroF1,
    accuracy: words?.accuracy ?? validation?.accuracy,
  };
}

/** More points than this nobody can tell apart, and every one of them is sent again and again. */
const maxPoints = 300;

/** Two neighbours become one, at the later step: `[1, 2, 3, 4]` becomes `[1.5, 3.5]`. */
function thinOut(points: readonly LossPoint[]): readonly LossPoint[] {
  if (points.length <= maxPoints) return points;
  const thinned: LossPoint[] = [];
  for (let index = 0; index + 1 < points.length; index += 2) {
    const [one, other] = [points[index]!, points[index + 1]!];
    thinned.push({ step: other.step, loss: (one.loss + other.loss) / 2 });
  }
  if (points.length % 2 === 1) thinned.push(points.at(-1)!);
  return thinned;
}
