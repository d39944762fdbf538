// Where trainings and the models that came of them are kept, as the language server asks for it: io/ keeps them in
// folders, tests in memory. A window has one training; all windows of a person share the models.

/** What is known of a model beside its files: plain data that is written as JSON, whatever else it tells. */
export interface NamedVersion {
  /** Name of its folder, and of the model. */
  readonly name: string;
}

export interface StoredVersion<Version extends NamedVersion> {
  readonly record: Version;
  readonly sizeBytes: number;
}

/**
 * `training`: what is trained in this window. `active`: which model it uses. `speed`: how fast it trains here.
 * `adaptationTime`: how long adapting would take.
 */
export type WindowRecord = 'training' | 'active' | 'speed' | 'adaptationTime';

export interface FineTuneStore<Version extends NamedVersion> {
  /** Folders for runs of this window; a run makes and removes what is in them. */
  runFolder(purpose: 'training' | 'curve' | 'speed'): string;
  /** Where a model that is only made to be measured may appear. Nothing is there. */
  scratchModelFolder(): Promise<string>;
  removeScratch(): Promise<void>;
  readRecord(name: WindowRecord): Promise<unknown>;
  /** Whoever reads meets the old record or the new one; `undefined` removes it. */
  writeRecord(name: WindowRecord, value: unknown): Promise<void>;
  /** A file of JSON lines of this window, replaced as a whole. Answers its path. */
  writeLines(name: string, values: readonly unknown[]): Promise<string>;
  readLines(name: string): Promise<readonly unknown[]>;

  /** Path of a model's folder, whether it exists or not. */
  modelFolder(name: string): string;
  /** Those that are complete, in no order. */
  versions(): Promise<readonly StoredVersion<Version>[]>;
  saveVersion(record: Version): Promise<void>;
  readResult(name: string): Promise<unknown>;
  saveResult(name: string, result: unknown): Promise<void>;
  removeVersion(name: string): Promise<void>;
  /** @throws EngineError where the target exists or cannot be written */
  exportVersion(name: string, target: string): Promise<void>;
  /**
   * Copies a folder's files; the copy appears complete or not at all.
   * @throws EngineError where it is no model folder, or its files are not those that its manifest names
   */
  importVersion(source: string, record: Version): Promise<void>;
}
