// Trainings and models as a window keeps them: what is written down of a model is what clients are told of it.

import type { ModelVersion } from '../../../../protocol/fineTuneRequests.ts';
import type { FineTuneStore } from '../../engine/fineTuneStore.ts';

/** Its size is measured, not remembered. */
export type VersionRecord = Omit<ModelVersion, 'sizeBytes'>;

export type ModelStore = FineTuneStore<VersionRecord>;
