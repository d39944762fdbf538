// The training cases that PyTorch computed (test/oracles/training/makeTrainingExpected.py), as our engine wants them.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlbertConfig } from '../../../server/src/engine/model/albertConfig.ts';
import { parseAlbertConfig } from '../../../server/src/engine/model/albertConfig.ts';
import type { AlbertWeights } from '../../../server/src/engine/model/albertWeights.ts';
import { readAlbertWeights } from '../../../server/src/engine/model/albertWeights.ts';
import type { SafetensorsFile, StoredTensor } from '../../../server/src/engine/model/safetensors.ts';
import { readSafetensors, toFloat32Array } from '../../../server/src/engine/model/safetensors.ts';
import type { FloatType } from '../../../server/src/engine/onnx/graphBuilder.ts';
import { packBatch } from '../../../server/src/engine/tokens/packBatch.ts';
import type { BatchFeeds } from '../../../server/src/engine/training/gradientSession.ts';
import type { Objective } from '../../../server/src/engine/training/objective.ts';
import type { OptimizerSettings } from '../../../server/src/engine/training/optimizer.ts';
import type { Schedule } from '../../../server/src/engine/training/schedule.ts';
import type { TrainingExample } from '../../../server/src/engine/training/targets.ts';
import { buildTargets, countTargets } from '../../../server/src/engine/training/targets.ts';

const folder = fileURLToPath(new URL('../../fixtures/training/', import.meta.url));

export const trainingCases = readdirSync(folder).sort();

export interface TrainingCase {
  readonly config: AlbertConfig;
  readonly weights: AlbertWeights;
  readonly settings: Pick<OptimizerSettings, 'rateFactors' | 'weightDecay' | 'maxGradientNorm'> & {
    readonly objectives: readonly Objective[];
    readonly schedule: Schedule;
  };
  readonly batches: readonly (readonly TrainingExample[])[];
  /** `loss.…`, `gradient.…`, `final.…`, `losses`, `norms` */
  readonly expected: ReadonlyMap<string, Float32Array>;
}

/** The model of a case as a file has it. */
export function readTrainingModel(name: string): {
  readonly config: AlbertConfig;
  readonly file: SafetensorsFile;
} {
  const read = (file: string) => readFileSync(path.join(folder, name, file));
  return {
    config: parseAlbertConfig(read('config.json')),
    file: readSafetensors(read('model.safetensors'), 'model.safetensors'),
  };
}

export function readTrainingCase(name: string): TrainingCase {
  const read = (file: string) => readFileSync(path.join(folder, name, file));
  const { config, file } = readTrainingModel(name);
  const weights = readAlbertWeights(file, config);
  const settings = JSON.parse(read('settings.json').toString()) as TrainingCase['settings'];
  const { tensors } = readSafetensors(read('expected.safetensors'), 'expected.safetensors');
  const count = [...tensors.keys()].filter((key) => key.endsWith('.input_ids')).length;
  return {
    config,
    weights,
    settings,
    batches: Array.from({ length: count }, (_, index) =>
      readBatch(tensors, `batch.${index}.`, settings.objectives),
    ),
    expected: new Map(
      [...tensors]
        .filter(([key]) => !key.startsWith('batch.'))
        .map(([key, tensor]) => [key, toFloat32Array(tensor)]),
    ),
  };
}

export function feedsOf(
  one: TrainingCase,
  batch: readonly TrainingExample[],
  floatType: FloatType,
): BatchFeeds {
  const tokens = packBatch(
    batch.map((example) => example.text),
    { padId: 0, multipleOf: 1 },
  );
  const shape = [tokens.batchSize, tokens.tokensPerRow];
  const targets = one.settings.objectives.map((objective) =>
    buildTargets(objective, batch, {
      count: countTargets(objective, batch),
      hiddenSize: one.config.hiddenSize,
      tokensPerRow: tokens.tokensPerRow,
      floatType,
    }),
  );
  return Object.assign(
    {
      input_ids: { data: tokens.inputIds, shape },
      attention_mask: { data: tokens.attentionMask, shape },
      token_type_ids: { data: tokens.tokenTypeIds, shape },
    },
    ...targets,
  ) as BatchFeeds;
}

function readBatch(
  tensors: ReadonlyMap<string, StoredTensor>,
  prefix: string,
  objectives: readonly Objective[],
): TrainingExample[] {
  const ids = tensors.get(`${prefix}input_ids`)!;
  const [rowCount, width] = ids.shape as [number, number];
  const [idList, mask, types] = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
    toIntegers(tensors.get(`${prefix}${name}`)!),
  ) as [number[], number[], number[]];
  return Array.from({ length: rowCount }, (_, row) => {
    const length = mask.slice(row * width, (row + 1) * width).reduce((sum, one) => sum + one, 0);
    const part = (list: number[]) => list.slice(row * width, row * width + length);
    const targets = objectives.flatMap((objective) => {
      const target = readTarget(tensors.get(`${prefix}target.${objective.name}`)!, row, objective, length);
      return target ? [[objective.name, target]] : [];
    });
    return {
      text: {
        ids: Int32Array.from(part(idList)),
        typeIds: Uint8Array.from(part(types)),
        starts: new Int32Array(length),
        ends: new Int32Array(length),
      },
      targets: Object.fromEntries(targets),
      weight: 1,
    };
  });
}

/** PyTorch's -100 and -1 mean that nothing is known. */
function readTarget(
  tensor: StoredTensor,
  row: number,
  objective: Objective,
  length: number,
): number[] | undefined {
  switch (objective.kind) {
    case 'singleLabel': {
      const label = toIntegers(tensor)[row]!;
      if (label < 0) return undefined;
      return Array.from({ length: objective.labelCount }, (_, index) => (index === label ? 1 : 0));
    }
    case 'multiLabel': {
      const count = objective.labelCount;
      return toIntegers(tensor)
        .slice(row * count, (row + 1) * count)
        .map((one) => (one < 0 ? Number.NaN : one));
    }
    case 'embedding': {
      const size = tensor.shape[1]!;
      return [...toFloat32Array(tensor).subarray(row * size, (row + 1) * size)];
    }
    case 'words': {
      const width = tensor.shape[1]!;
      return toIntegers(tensor)
        .slice(row * width, row * width + length)
        .map((id) => Math.max(-1, id));
    }
    case 'order': {
      const order = toIntegers(tensor)[row]!;
      return order < 0 ? undefined : [1 - order, order];
    }
    case 'contrast':
      // Partners name each other; the smaller index names the pair.
      return [Math.min(row, toIntegers(tensor)[row]!)];
  }
}

function toIntegers(tensor: StoredTensor): number[] {
  return Array.from(new BigInt64Array(Uint8Array.from(tensor.bytes).buffer), Number);
}
