// What goes wrong in SQLite, said in one sentence with what to do next. In: a storage. Out: the same, whose errors
// are `EngineError`s; a torn file is reported, so that it is set aside when the index is opened the next time.

import { EngineError } from '../../engine/errors.ts';
import type { IndexStorage } from '../../engine/storage.ts';

export function guardStorage(storage: IndexStorage, onCorruption: () => void): IndexStorage {
  const guard =
    <Values extends unknown[], Result>(method: (...values: Values) => Promise<Result>) =>
    async (...values: Values): Promise<Result> => {
      try {
        return await method(...values);
      } catch (error) {
        if (isCorruption(error)) onCorruption();
        throw explainSqlError(error);
      }
    };
  return {
    becomeWriter: guard(storage.becomeWriter),
    files: guard(storage.files),
    writeFiles: guard(storage.writeFiles),
    skipped: guard(storage.skipped),
    writeSkipped: guard(storage.writeSkipped),
    counts: guard(storage.counts),
    searchWords: guard(storage.searchWords),
    countTokens: guard(storage.countTokens),
    textsWhere: guard(storage.textsWhere),
    texts: guard(storage.texts),
    findText: guard(storage.findText),
    vectorSpaces: guard(storage.vectorSpaces),
    pendingTexts: guard(storage.pendingTexts),
    writeVectors: guard(storage.writeVectors),
    vectorTier(space) {
      const tier = storage.vectorTier(space);
      return {
        space,
        get count() {
          return tier.count;
        },
        get sizeBytes() {
          return tier.sizeBytes;
        },
        update: guard(tier.update),
        forget: tier.forget,
        nearest: guard(tier.nearest),
      };
    },
    vectors: guard(storage.vectors),
    keepOnly: guard(storage.keepOnly),
    revision: guard(storage.revision),
    compact: guard(storage.compact),
    close: guard(storage.close),
  };
}

/** Codes of SQLite for a file that holds something else, or holds it torn. */
export function isCorruption(error: unknown): boolean {
  return /SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database/.test(describeSqlError(error));
}

export function isBusy(error: unknown): boolean {
  return /SQLITE_BUSY|database is locked/.test(describeSqlError(error));
}

const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /SQLITE_FULL|disk is full/,
    'The disk with the index is full. Free some space; what was indexed before is kept.',
  ],
  [
    /SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database/,
    'The index file is damaged. It is set aside and built anew when the index is opened the next time.',
  ],
  [/SQLITE_BUSY|database is locked/, 'Another program holds the index. Close it, or wait until it is done.'],
  [
    /SQLITE_READONLY|readonly database/,
    'The index cannot be written. Make its folder writable, or choose another.',
  ],
  [
    /SQLITE_IOERR|disk I\/O error/,
    'The disk with the index does not answer as it should. Check it, or choose another folder.',
  ],
];

function explainSqlError(error: unknown): unknown {
  const found = explanations.find(([pattern]) => pattern.test(describeSqlError(error)));
  return found ? new EngineError('storageUnavailable', found[1], { cause: error }) : error;
}

/** better-sqlite3 gives a code, Node's own module a sentence. */
function describeSqlError(error: unknown): string {
  return error instanceof Error
    ? `${(error as { code?: string }).code ?? ''} ${error.message}`
    : String(error);
}
