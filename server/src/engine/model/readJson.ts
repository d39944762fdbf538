// JSON files of a model folder: bytes in, one plain object out, or an error that names the file.

import { EngineError } from '../errors.ts';

/** Larger than any config, tasks or manifest file; checked before parsing. */
const maxJsonBytes = 4 * 1024 * 1024;

/** @throws EngineError `modelCorrupt` where the bytes are not UTF-8, not JSON, or not an object. */
export function readJsonObject(bytes: Uint8Array, fileName: string): Readonly<Record<string, unknown>> {
  if (bytes.byteLength > maxJsonBytes) {
    throw new EngineError(
      'modelCorrupt',
      `${fileName} has ${bytes.byteLength} bytes, far more than such a file needs. Download or copy the model again.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EngineError(
      'modelCorrupt',
      `${fileName} is not readable as JSON. Download or copy the model again.`,
      { cause },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EngineError(
      'modelCorrupt',
      `${fileName} is JSON, but not an object. Download or copy the model again.`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}
