// A file of any size, piece by piece.

import { createReadStream } from 'node:fs';
import { EngineError } from '../engine/errors.ts';

/** @throws EngineError `invalidArgument` where there is no such file or it cannot be read */
export async function* readBytes(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 1 << 20 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = { ENOENT: 'does not exist', EISDIR: 'is a folder' };
    const reason = reasons[code ?? ''] ?? `cannot be read (${code ?? String(error)})`;
    throw new EngineError('invalidArgument', `${file} ${reason}. Give a file of JSON lines.`, {
      cause: error,
    });
  }
}
