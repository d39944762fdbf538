// How a model is fine-tuned where the user says nothing; one place, so that command line, editor and tests train alike.
// The values follow what is usual for small encoders and the time two cores take; they are not tuned on data yet.

import { defaultOptimizer, type OptimizerSettings } from './optimizer.ts';
import type { AdapterSettings } from './parameterLayout.ts';
import type { Recompute } from './trainer.ts';
import type { DropoutRates } from './trainingGraph.ts';

/** `encoder`: only the heads learn. `embeddings`: the word table stays, the layers and heads learn. */
export type Frozen = 'none' | 'embeddings' | 'encoder';

export interface FineTuneSettings {
  /** Absent: by the number of texts, see `chooseEpochs`. */
  readonly epochs: number | undefined;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmup: number;
  readonly decay: 'linear' | 'cosine' | 'constant';
  readonly seed: number;
  readonly freeze: Frozen;
  /** Share of the texts that are held back where no validation file is given. */
  readonly validationShare: number;
  readonly dropout: DropoutRates;
  readonly optimizer: OptimizerSettings;
  /** Learning rate of a new head beside that of the encoder. */
  readonly headRateFactor: number;
  /** How strongly rare labels are lifted: 0 not at all, 1 to the weight of the most frequent one. */
  readonly balance: number;
  /** What holding on to the earlier tasks and to the vectors counts beside the new labels; 0 lets them go. */
  readonly keepTasks: number;
  readonly keepVectors: number;
  /** Texts on which earlier knowledge is held that an epoch sees for each text to learn from. */
  readonly replayShare: number;
  /** But at least so many: what is drawn once in a whole training is forgotten. */
  readonly replayMinimum: number;
  /** What the loss of the labels counts at the depths before the last; there it counts 1. */
  readonly shallowWeight: number;
  /** The same for what is held, and for a new head that learned at full depth alone when it is fitted again. */
  readonly keptShallowWeight: number;
  readonly patience: number | undefined;
  readonly keep: 'best' | 'last';
  readonly maxTokensPerRun: number;
  readonly recompute: Recompute;
  /** Low-rank adapters instead of whole matrices; absent: everything that is not frozen learns. */
  readonly adapters: AdapterSettings | undefined;
}

export const defaultFineTuneSettings: FineTuneSettings = {
  epochs: undefined,
  batchSize: 16,
  learningRate: 2e-4,
  warmup: 0.1,
  decay: 'linear',
  seed: 1,
  freeze: 'none',
  validationShare: 0.15,
  dropout: { hidden: 0, attention: 0, head: 0.1 },
  optimizer: defaultOptimizer,
  headRateFactor: 2,
  balance: 0.5,
  keepTasks: 2,
  keepVectors: 2,
  replayShare: 1,
  replayMinimum: 256,
  shallowWeight: 0.25,
  keptShallowWeight: 0.25,
  patience: undefined,
  keep: 'last',
  maxTokensPerRun: 1024,
  recompute: 'auto',
  adapters: undefined,
};

/** Few texts have to be seen often until they are learned; of many, each needs to be seen less often. */
const textsSeen = 8_000;

/**
 * `chooseEpochs(1000, 'none', false)` is 8, with 100 texts it is 20, with 50,000 it is 3.
 * @param learnsOn the task's own head goes on learning; a new one is fitted before, and alone needs only a last touch
 */
export function chooseEpochs(textCount: number, freeze: Frozen, learnsOn: boolean): number {
  if (freeze === 'encoder' && !learnsOn) return 2;
  return Math.min(20, Math.max(3, Math.round(textsSeen / Math.max(1, textCount))));
}

/** Settings with nothing left open. */
export interface DecidedSettings extends FineTuneSettings {
  readonly epochs: number;
}

export function decideSettings(
  settings: FineTuneSettings,
  textCount: number,
  learnsOn: boolean,
): DecidedSettings {
  return {
    ...settings,
    epochs: settings.epochs ?? chooseEpochs(textCount, settings.freeze, learnsOn),
  };
}
