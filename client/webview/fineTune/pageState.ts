// Everything that the page shows: what the server says, and what the user has chosen on the page.

import type {
  EstimateAdaptationResponse,
  EstimateTrainingResponse,
  FineTuneOptions,
  ModelVersionsResponse,
  PreviewModelResponse,
  PreviewProgressParams,
  TrainableTask,
  TrainingDataResponse,
  TrainingResultResponse,
  TrainingStateParams,
} from '../../../protocol/fineTuneRequests.ts';
import type { Cell } from './resultRows.ts';

export interface PageState {
  readonly data: TrainingDataResponse | undefined;
  readonly training: TrainingStateParams | undefined;
  readonly versions: ModelVersionsResponse | undefined;
  /** Undefined: the first one that has labels. */
  readonly task: string | undefined;
  /** Undefined: what the server advises. */
  readonly options: FineTuneOptions | undefined;
  /** The choices that few need are shown. */
  readonly isAdvancedOpen: boolean;
  readonly estimate:
    | { readonly kind: 'asked'; readonly id: number }
    | { readonly kind: 'known'; readonly estimate: EstimateTrainingResponse }
    | { readonly kind: 'failed'; readonly message: string }
    | undefined;
  readonly adaptEstimate:
    | { readonly kind: 'asked' }
    | { readonly kind: 'known'; readonly estimate: EstimateAdaptationResponse }
    | { readonly kind: 'failed'; readonly message: string }
    | undefined;
  /** Whose result is shown; undefined: of the model that waits for a decision. */
  readonly shownModel: string | undefined;
  /** By name of model; null: asked. */
  readonly results: Readonly<Record<string, TrainingResultResponse | null>>;
  readonly cell: Cell | undefined;
  readonly preview: PreviewView | undefined;
  readonly notice: string;
}

export type PreviewView =
  | { readonly kind: 'running'; readonly model: string; readonly progress: PreviewProgressParams | undefined }
  | { readonly kind: 'ready'; readonly model: string; readonly preview: PreviewModelResponse }
  | { readonly kind: 'failed'; readonly model: string; readonly message: string };

export const firstState: PageState = {
  data: undefined,
  training: undefined,
  versions: undefined,
  task: undefined,
  options: undefined,
  isAdvancedOpen: false,
  estimate: undefined,
  adaptEstimate: undefined,
  shownModel: undefined,
  results: {},
  cell: undefined,
  preview: undefined,
  notice: '',
};

export function chosenTask({ data, task }: Pick<PageState, 'data' | 'task'>): TrainableTask | undefined {
  const tasks = data?.tasks ?? [];
  const labelled = (one: TrainableTask) => one.trainingRows + one.testRows;
  const mostLabelled = tasks.reduce<TrainableTask | undefined>(
    (best, one) => (!best || labelled(one) > labelled(best) ? one : best),
    undefined,
  );
  return tasks.find((one) => one.task === task) ?? mostLabelled;
}

/** What was chosen, or what is advised for this task. */
export function chosenOptions({ options }: Pick<PageState, 'options'>, task: TrainableTask): FineTuneOptions {
  return options ?? task.advised;
}

/** The model whose result and preview are shown. */
export function shownModel({ shownModel: chosen, training, versions }: PageState): string | undefined {
  const names = versions?.versions.map(({ name }) => name) ?? [];
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  const { phase, model } = training ?? {};
  if ((phase === 'done' || phase === 'measuringCurve') && model) return model;
  return versions?.versions.find(({ status, origin }) => status === 'candidate' && origin !== 'imported')
    ?.name;
}

/** Something is going on that a second training would disturb. */
export function isBusy({ training }: Pick<PageState, 'training'>): boolean {
  const phase = training?.phase;
  return (
    phase === 'preparing' ||
    phase === 'training' ||
    phase === 'paused' ||
    phase === 'comparing' ||
    phase === 'measuringCurve'
  );
}
