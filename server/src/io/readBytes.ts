// A file of any size, piece by piece.

import { createReadStream } from 'node:fs';
import { trainingError } from '../engine/trainingMessages.ts';

/** @throws EngineError `invalidArgument` where there is no such file or it cannot be read */
export async function* readBytes(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 1 << 20 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const known = { ENOENT: 'fileMissing', EISDIR: 'fileIsFolder' } as const;
    const found = known[code as keyof typeof known];
    throw found
      ? trainingError(found, { file }, { cause: error })
      : trainingError('fileUnreadable', { file, reason: code ?? String(error) }, { cause: error });
  }
}
