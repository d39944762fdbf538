// A wrong flag, a missing file, a broken line of input: one clear sentence and exit code 2.

export class UsageError extends Error {
  override readonly name = 'UsageError';
}
