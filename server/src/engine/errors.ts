// What the engine throws when its surroundings are broken. Bad user text is data, never an exception.

export type EngineErrorCode =
  | 'modelMissing'
  | 'modelCorrupt'
  | 'modelUnsupported'
  | 'taskUnknown'
  | 'runtimeUnavailable'
  | 'storageUnavailable'
  | 'invalidArgument';

/** The message says what is wrong and what to do next, in one sentence each. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
