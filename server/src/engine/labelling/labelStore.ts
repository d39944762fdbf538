// The interface of whatever keeps a folder's labels. io/labelFileStore.ts keeps them in a file; tests in memory.

import type { LabelBook } from './labelBook.ts';
import type { LabelRow } from './labelRow.ts';
import type { LabelTask } from './labelTasks.ts';

export interface LabelStore {
  /** What is known now; changes by other programs are noticed. */
  read(): Promise<LabelBook>;
  /** Keeps rows for good before it resolves. A row replaces what was known about its text. */
  save(rows: readonly LabelRow[]): Promise<void>;
  /** Adds rows without replacing any: what contradicts what is known becomes a conflict for people to decide. */
  add(rows: readonly LabelRow[]): Promise<void>;
  /** Forgets what was said about a text. */
  remove(id: string): Promise<void>;
  /** Tasks and labels that the team defined beside those of the model. */
  tasks(): Promise<{ readonly tasks: readonly LabelTask[]; readonly problem: string | undefined }>;
  /** Name of the person who labels here. */
  author(): Promise<string>;
  /** Where the labels are, for messages to people. */
  readonly location: string;
  /** Brings the file into its order; whoever made the store calls it at the end. */
  dispose(): Promise<void>;
}

export type LabelStoreErrorCode = 'unreadable' | 'unwritable' | 'busy';

/** The labels cannot be read or written; nothing of what was kept before is lost. */
export class LabelStoreError extends Error {
  override readonly name = 'LabelStoreError';
  readonly code: LabelStoreErrorCode;
  readonly location: string;
  /** What the system said, such as EACCES. */
  readonly detail: string;

  constructor(code: LabelStoreErrorCode, location: string, detail: string) {
    super(`${sentences[code](location)} (${detail})`);
    this.code = code;
    this.location = location;
    this.detail = detail;
  }
}

const sentences: Readonly<Record<LabelStoreErrorCode, (location: string) => string>> = {
  unreadable: (location) => `The labels in ${location} cannot be read. Check the file and its permissions.`,
  unwritable: (location) =>
    `The label was not saved: ${location} cannot be written. Check permissions and free space, then try again.`,
  busy: (location) =>
    `The label was not saved: another program is writing ${location}. Try again in a moment.`,
};
