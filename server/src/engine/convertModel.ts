// Any ALBERT folder → a complete folder of ours, which Hugging Face transformers loads too. In: its files. Out: files in
// memory: weights in the chosen precision, the tasks written out, sums and fingerprint. Nothing is believed unread.

import { loadTasks } from './labels/loadTasks.ts';
import { isClassification } from './labels/task.ts';
import { loadModel } from './model/loadModel.ts';
import type { ModelFiles } from './model/modelFolder.ts';
import { computeFingerprint, createManifest, loadManifest } from './model/modelManifest.ts';
import {
  readSafetensors,
  type TensorToStore,
  toFloat32Array,
  writeSafetensors,
} from './model/safetensors.ts';
import { loadTokenizer } from './tokens/loadTokenizer.ts';
import { copiedModelFiles } from './training/folderFiles.ts';
import { withWeightType } from './training/weightType.ts';

export interface ConvertOptions {
  /** Name of the new folder, for its manifest. */
  readonly name: string;
  /** What the source is called, for its manifest and card. */
  readonly source: string;
  readonly precision: 'float16' | 'float32';
}

export interface ConvertedModel {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Sentences for a person. */
  readonly notes: readonly string[];
}

/** @throws EngineError where the folder is not a whole ALBERT */
export async function convertModel(source: ModelFiles, options: ConvertOptions): Promise<ConvertedModel> {
  const model = await loadModel(source, { threads: 1, maxSessions: 1 });
  try {
    const tasks = await loadTasks(source, model);
    await loadTokenizer(source);
    const files = new Map<string, Uint8Array>();
    for (const name of copiedModelFiles) {
      const bytes = await source.read(name);
      if (bytes) files.set(name, bytes);
    }
    const notes: string[] = [];
    const weights = readSafetensors((await source.read('model.safetensors'))!, 'model.safetensors');
    const tensors = [...weights.tensors.values()]
      .filter(({ type }) => type === 'F32' || type === 'F16' || type === 'BF16')
      .map(
        (tensor): TensorToStore => ({ name: tensor.name, shape: tensor.shape, data: toFloat32Array(tensor) }),
      );
    const left = [...weights.tensors.values()].filter(
      ({ name }) => !tensors.some((one) => one.name === name),
    );
    if (left.length > 0)
      notes.push(`Left out, because they are no weights: ${left.map(({ name }) => name).join(', ')}.`);
    const tooLarge = options.precision === 'float16' ? tensors.find(exceedsFloat16) : undefined;
    if (tooLarge) notes.push(`${tooLarge.name} holds numbers too large for 16 bits; the weights stay in 32.`);
    const type = options.precision === 'float32' || tooLarge ? 'F32' : 'F16';
    files.set('model.safetensors', writeSafetensors(tensors, type, { format: 'pt' }));
    files.set('config.json', withWeightType(files.get('config.json')!, type));
    files.set('tasks.json', toJson(tasks));
    const manifest = await loadManifest(source);
    const fingerprint = await computeFingerprint(source);
    const labels = tasks.tasks.filter(isClassification).map(({ name }) => name);
    files.set(
      'README.md',
      (await source.read('README.md')) ??
        new TextEncoder().encode(
          `# ${options.name}\n\nImported by Marginalia from ${options.source}. Tasks: ${labels.join(', ') || 'none, vectors only'}.\n`,
        ),
    );
    const made = await createManifest(
      { displayName: options.name, read: async (name) => files.get(name) },
      [...files.keys()],
      {
        name: options.name,
        version: manifest?.version ?? '1.0.0',
        parent: fingerprint,
        licence: manifest?.licence ?? 'not stated',
        dataSources: manifest?.dataSources ?? [],
        metrics: manifest?.metrics ?? {},
      },
    );
    files.set('manifest.json', toJson(made));
    return { files, notes };
  } finally {
    await model.dispose();
  }
}

const largestFloat16 = 65_504;

function exceedsFloat16({ data }: TensorToStore): boolean {
  for (let index = 0; index < data.length; index++) if (Math.abs(data[index]!) > largestFloat16) return true;
  return false;
}

function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
}
