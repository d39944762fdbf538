// A file that a commit changed, as the past of a folder tells it. Plain data.

export interface Commit {
  readonly id: string;
  readonly timeMs: number;
  /** The beginning of what its author wrote. */
  readonly message: string;
}

export interface Removal {
  readonly commit: Commit;
  /** Relative to the folder. */
  readonly file: string;
  readonly before: string;
  /** Empty where the file was deleted. */
  readonly after: string;
}
