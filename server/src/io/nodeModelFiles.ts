// A model folder on disk as the engine wants it: named files, read on demand.
// In: a folder. Out: `ModelFiles`; a missing file is `undefined`, a folder that cannot be read is an EngineError.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../engine/errors.ts';
import type { ModelFiles } from '../engine/model/modelFolder.ts';

export function createNodeModelFiles(folder: string): ModelFiles {
  return {
    displayName: folder,
    readsAnew: true,
    async read(fileName) {
      // Only plain names: a manifest may come from anywhere and must not reach outside its own folder.
      if (fileName !== path.basename(fileName) || fileName === '..' || fileName === '') return undefined;
      try {
        return await readFile(path.join(folder, fileName));
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw new EngineError(
          'modelMissing',
          `The model file ${fileName} in ${folder} cannot be read (${code ?? String(error)}). Check its permissions or choose another model folder.`,
          { cause: error },
        );
      }
    },
  };
}
