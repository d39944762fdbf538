// What fine-tuning needs from outside, handed in by main.ts and by tests.

import type { TrainingService } from '../../engine/trainingRun.ts';
import type { ModelStore } from './modelStore.ts';

export interface FineTuneServices {
  readonly training: TrainingService;
  /**
   * @param windowFolder for what belongs to this window
   * @param sharedFolder for models, which all windows of a person share
   */
  openStore(windowFolder: string, sharedFolder: string): ModelStore;
  /** The folder of a model as settings name it; undefined: the shipped one. */
  toModelFolder(modelPath: string | undefined): string;
}
