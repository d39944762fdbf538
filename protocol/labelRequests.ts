// Messages with which people label: what can be chosen, what they say, what changed. docs/PROTOCOL.md describes each
// of them; a test holds that page to this file. Lines and columns are those of the LSP, from zero.

import type { PassageSummary, ProtocolPosition } from './requests.ts';

/**
 * Client → server, before a person chooses labels: what can be said about the passage at a position.
 */
export interface LabelChoicesParams {
  readonly textDocument: { readonly uri: string };
  readonly position: ProtocolPosition;
}
export const labelChoicesRequest = 'marginalia/labelChoices';

export interface LabelChoicesResult {
  /** Absent where no passage stands at the position. */
  readonly passage: PassageSummary | undefined;
  /** The tasks of the model first, then those that only the team has. */
  readonly tasks: readonly TaskChoice[];
  /** Why nothing can be chosen; ready to be shown. */
  readonly message: string | undefined;
}

export interface TaskChoice {
  readonly task: string;
  /** Several labels may hold at once. */
  readonly several: boolean;
  /** What the task asks, in the user's language. */
  readonly question: string;
  readonly choices: readonly LabelChoice[];
  readonly chosenBy?: string;
}

export interface LabelChoice {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The model's; absent for labels that it does not have. */
  readonly probability: number | undefined;
  /** A person gave it; where nobody did, the model predicts it. */
  readonly chosen: boolean;
}

/**
 * Client → server: what a person says about the passage at a position. Kept in `.marginalia/labels.jsonl`.
 */
export interface SetLabelsParams {
  readonly textDocument: { readonly uri: string };
  readonly position: ProtocolPosition;
  /** `right` without labels confirms what is shown; see docs/LABELLING.md for all four. */
  readonly verdict: 'right' | 'wrong' | 'dismissed' | 'accurate';
  /** By task; tasks that are not named stay as they are. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Codes of findings to silence for this text. */
  readonly dismissed: readonly string[];
  /** `right` confirms this task alone. */
  readonly task?: string;
}
export const setLabelsRequest = 'marginalia/setLabels';

export interface SetLabelsResult {
  readonly saved: boolean;
  /** Why it was not saved; ready to be shown. */
  readonly message: string | undefined;
}

/**
 * Client → server: takes back the last label of this session.
 */
export interface UndoLabelsParams {
  /** Absent: whatever was labelled last. */
  readonly textDocument?: { readonly uri: string };
}
export const undoLabelsRequest = 'marginalia/undoLabels';

export interface UndoLabelsResult {
  /** Where the passage stood; absent where there was nothing to take back. */
  readonly place: { readonly uri: string; readonly position: ProtocolPosition } | undefined;
  readonly message: string | undefined;
}

/**
 * Server → client, when labels of people changed, by this client or in the file: lists of labels are out of date.
 */
export interface LabelsChangedParams {
  /** Folders whose labels changed, as URIs. */
  readonly folders: readonly string[];
}
export const labelsChangedNotification = 'marginalia/labelsChanged';
