// An adapted model as a complete model folder (docs/MODEL.md). In: the folder it came from, its new weights, what was
// measured. Out: the bytes of each file, the manifest last. Nothing is written here.

import type { OrderTask, TaskSet } from '../labels/task.ts';
import type { ModelFiles, ModelManifest } from '../model/modelFolder.ts';
import { createManifest } from '../model/modelManifest.ts';
import { copyModelFiles, inMemory, toJson } from './folderFiles.ts';

export interface AdaptedBase {
  readonly files: ModelFiles;
  readonly tasks: TaskSet;
  readonly manifest: ModelManifest | undefined;
  readonly fingerprint: string;
}

/** Everything that a model computes from: complete but for its card and its manifest. */
export async function collectAdaptedFiles(
  base: AdaptedBase,
  made: { readonly model: Uint8Array; readonly knowsOrder: boolean },
): Promise<Map<string, Uint8Array>> {
  const files = await copyModelFiles(base.files);
  files.set('model.safetensors', made.model);
  const { tasks } = base.tasks;
  const isNew = made.knowsOrder && !tasks.some(({ kind }) => kind === 'order');
  files.set('tasks.json', toJson({ ...base.tasks, tasks: isNew ? [...tasks, coherence] : tasks }));
  return files;
}

const coherence: OrderTask = {
  name: 'coherence',
  kind: 'order',
  description: { en: 'Whether two texts stand in the order in which they were written.' },
  temperatures: { default: 1 },
};

export interface AdaptedAbout {
  readonly name: string;
  readonly dataSource: string;
  /** Lines of the card that say how it was trained. */
  readonly training: readonly string[];
  /** What was measured before and after, in words and in numbers. */
  readonly measured: readonly string[];
  readonly metrics: unknown;
}

/** @param files what `collectAdaptedFiles` gave */
export async function completeAdaptedFolder(
  base: AdaptedBase,
  files: ReadonlyMap<string, Uint8Array>,
  about: AdaptedAbout,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const parent = base.manifest ? `${base.manifest.name} ${base.manifest.version}` : base.files.displayName;
  const card = [
    `# ${about.name}`,
    '',
    `Adapted by Marginalia from ${parent} (fingerprint \`${base.fingerprint.slice(0, 16)}\`) to the passages of one workspace:`,
    'trained on with hidden words and swapped parts, while its labels and vectors were held at what it said before.',
    '',
    '## Training',
    '',
    ...about.training.map((line) => `- ${line}`),
    '',
    '## Held-out passages',
    '',
    ...about.measured.map((line) => `- ${line}`),
    '',
    'These passages and labels also decided whether the model was kept, so expect a little less on others.',
    '',
  ].join('\n');
  const complete = new Map([...files, ['README.md', new TextEncoder().encode(card)]]);
  const manifest = await createManifest(inMemory(complete), [...complete.keys()], {
    name: about.name,
    version: '1.0.0',
    parent: base.fingerprint,
    licence: base.manifest?.licence ?? 'not stated',
    dataSources: [
      ...(base.manifest?.dataSources ?? []),
      {
        name: about.dataSource,
        licence: 'not stated',
        use: 'adaptation: hidden words and order of its passages',
      },
    ],
    metrics: { ...base.manifest?.metrics, adaptation: about.metrics },
  });
  complete.set('manifest.json', toJson(manifest));
  return complete;
}
