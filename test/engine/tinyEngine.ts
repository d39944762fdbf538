// The engine over the tiny model, in this thread. In: what a test wants to watch. Out: an engine to dispose of.

import { fileURLToPath } from 'node:url';
import { createEngine, type LabellingEngine } from '../../server/src/engine/engine.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { ModelFiles } from '../../server/src/engine/model/modelFolder.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';

export const tinyModelFolder = fileURLToPath(new URL('../fixtures/models/tiny', import.meta.url));

export const tinyModelFiles: ModelFiles = createNodeModelFiles(tinyModelFolder);

/** `now` is asked twice for each run of the encoder, so a counting clock counts runs. */
export async function createTinyEngine(
  options: { readonly files?: ModelFiles; readonly now?: () => number; readonly device?: string } = {},
): Promise<LabellingEngine> {
  return await createEngine({
    files: options.files ?? tinyModelFiles,
    device: options.device ?? 'auto',
    threads: 1,
    logger: silentLogger,
    now: options.now ?? (() => performance.now()),
  });
}

/** The tiny model with some of its files replaced; `undefined` removes one. */
export function tinyModelWith(changes: Readonly<Record<string, Uint8Array | undefined>>): ModelFiles {
  return {
    displayName: 'changed',
    read: async (name) => (name in changes ? changes[name] : await tinyModelFiles.read(name)),
  };
}
