// A trained model as a complete model folder (docs/MODEL.md). In: the folder it came from, trained weights, what was
// measured. Out: the bytes of each file, the manifest last. Nothing is written here.

import type { ClassificationTask, Task, TaskSet } from '../labels/task.ts';
import type { ModelFiles, ModelManifest } from '../model/modelFolder.ts';
import { createManifest } from '../model/modelManifest.ts';
import { readSafetensors, type TensorToStore, writeSafetensors } from '../model/safetensors.ts';
import type { DecidedSettings } from './fineTuneSettings.ts';
import { copyModelFiles, inMemory, toJson } from './folderFiles.ts';
import type { MeasuredTask } from './measureTask.ts';
import { describeMetrics } from './metricsByLabel.ts';
import { type ReplayText, replayFileName, writeReplay } from './replayTexts.ts';
import { writeTrainedCard } from './trainedCard.ts';
import { mergeTrainedTensors } from './trainedTensors.ts';
import type { TrainingResult } from './trainer.ts';
import { withWeightType } from './weightType.ts';

export interface TrainedFolderInput {
  readonly base: {
    readonly files: ModelFiles;
    readonly tasks: TaskSet;
    readonly manifest: ModelManifest | undefined;
    readonly fingerprint: string;
  };
  readonly result: Pick<TrainingResult, 'layout' | 'weights' | 'bestEpoch' | 'history'>;
  readonly measured: MeasuredTask;
  readonly task: ClassificationTask;
  readonly isNewHead: boolean;
  /** Heads of other tasks that were fitted to the trained encoder. */
  readonly mended?: readonly TensorToStore[];
  /** Texts that a later training holds this model on. */
  readonly replay: readonly ReplayText[];
  readonly about: TrainedAbout;
}

export interface TrainedAbout {
  readonly name: string;
  readonly dataSource: string;
  readonly settings: DecidedSettings;
  readonly trainingCount: number;
  readonly validationCount: number;
  readonly replayCount: number;
}

export async function buildTrainedFolder(
  input: TrainedFolderInput,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { base, result, measured, about } = input;
  const files = await copyModelFiles(base.files);
  const old = readSafetensors((await base.files.read('model.safetensors'))!, 'model.safetensors');
  const tensors = mergeTrainedTensors(
    old,
    result,
    input.isNewHead ? input.task.name : undefined,
    input.mended,
  );
  files.set('model.safetensors', writeSafetensors(tensors, 'F16', { format: 'pt' }));
  files.set('config.json', withWeightType(files.get('config.json')!, 'F16'));
  const task = calibrated(input.task, measured);
  files.set('tasks.json', toJson({ ...base.tasks, tasks: replaceTask(base.tasks.tasks, task) }));
  if (input.replay.length > 0) files.set(replayFileName, writeReplay(input.replay));
  const metrics =
    measured.metrics &&
    describeMetrics(
      task.labels.map(({ name }) => name),
      measured.metrics,
    );
  files.set('README.md', new TextEncoder().encode(writeTrainedCard({ ...input, task, metrics })));
  const manifest = await createManifest(inMemory(files), [...files.keys()], {
    name: about.name,
    version: '1.0.0',
    parent: base.fingerprint,
    licence: base.manifest?.licence ?? 'not stated',
    dataSources: [
      ...(base.manifest?.dataSources ?? []),
      { name: about.dataSource, licence: 'not stated', use: `fine-tuning of the task ${task.name}` },
    ],
    metrics: {
      ...base.manifest?.metrics,
      [task.name]: { validation: metrics ?? null, texts: about.validationCount },
    },
  });
  files.set('manifest.json', toJson(manifest));
  return files;
}

function calibrated(task: ClassificationTask, measured: MeasuredTask): ClassificationTask {
  return {
    ...task,
    temperatures: measured.temperatures,
    labels: task.labels.map((label, index) => ({ ...label, threshold: measured.thresholds[index]! })),
  };
}

function replaceTask(tasks: readonly Task[], task: ClassificationTask): readonly Task[] {
  const index = tasks.findIndex(({ name }) => name === task.name);
  return index < 0 ? [...tasks, task] : tasks.with(index, task);
}
