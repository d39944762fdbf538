// The training as the panel shows it, from what the run reports. In: a snapshot and the next event. Out: the next
// snapshot. Pure: a window that was reloaded gets the same snapshot from the events that the run's folder kept.

import type {
  EpochPoint,
  FineTuneOptions,
  LossPoint,
  TrainingStateParams,
} from '../../../../protocol/fineTuneRequests.ts';
import type { TrainingEvent } from '../../engine/trainingRun.ts';

export const noTraining: TrainingStateParams = {
  phase: 'none',
  task: undefined,
  options: undefined,
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

export function nextTraining(state: TrainingStateParams, event: TrainingEvent): TrainingStateParams {
  switch (event.kind) {
    case 'planned': {
      const { trainingCount, validationCount, replayCount, keptTasks } = event.plan;
      return {
        ...state,
        phase: 'preparing',
        plan: { trainingCount, validationCount, replayCount, keptTasks },
        notes: event.notes,
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
      return {
        ...state,
        phase: 'training',
        losses: state.losses.filter(({ step }) => step <= resumedAtStep),
        epochs: state.epochs.filter(({ step }) => step <= resumedAtStep),
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
        phase: state.phase === 'paused' ? 'paused' : 'training',
        losses: thinOut([...state.losses, { step, loss }]),
        progress: { ...known, share, step, totalSteps, epoch, tokensPerSecond, remainingMs },
      };
    }
    case 'epoch':
      return {
        ...state,
        epochs: [...state.epochs.filter((one) => one.epoch !== event.epoch), toPoint(event)],
      };
    case 'paused':
      return { ...state, phase: 'paused' };
    case 'resumed':
      return { ...state, phase: state.losses.length > 0 ? 'training' : 'preparing' };
    case 'checkpoint':
    // A window trains on labels; these are about adapting, which a command line starts.
    case 'adapting':
    case 'phase':
    case 'measured':
      return state;
    case 'done':
      return { ...state, phase: 'comparing', progress: undefined };
    case 'cancelled':
      return { ...state, phase: 'interrupted' };
    case 'failed':
      return { ...state, phase: 'failed', message: event.message };
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

function toPoint(event: TrainingEvent & { readonly kind: 'epoch' }): EpochPoint {
  const { epoch, step, trainingLoss, validation } = event;
  return {
    epoch,
    step,
    trainingLoss,
    loss: validation?.loss,
    macroF1: validation?.macroF1,
    accuracy: validation?.accuracy,
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
