// Messages with which people label: what can be chosen, what they say, what changed. docs/PROTOCOL.md describes each
// of them; a test holds that page to this file. Lines and columns are those of the LSP, from zero.

import type { PassageSummary, ProtocolPosition, ProtocolRange } from './requests.ts';

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
  /** Tag or word of the passage that speaks for the label by a simple rule; a hint, never a label by itself. */
  readonly suggestedBy: string | undefined;
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

/**
 * Client → server: passages of files with their labels, for a list. The files need not be open. Ask for a few at a time.
 */
export interface LabelledFilesParams {
  readonly uris: readonly string[];
}
export const labelledFilesRequest = 'marginalia/labelledFiles';

export interface LabelledFilesResult {
  readonly files: readonly LabelledFileSummary[];
}

export interface LabelledFileSummary {
  readonly uri: string;
  readonly passages: readonly PassageSummary[];
  /** Why there are none; ready to be shown. */
  readonly message: string | undefined;
}

/**
 * Client → server: the files of all workspace folders on disk that can have passages. Has no parameters.
 */
export interface WorkspaceFilesResult {
  readonly uris: readonly string[];
  /** Files beyond the first 5,000. */
  readonly left: number;
}
export const workspaceFilesRequest = 'marginalia/workspaceFiles';

/**
 * Client → server: the tasks that can be labelled. Has no parameters.
 */
export interface LabelTasksResult {
  readonly tasks: readonly TaskSummary[];
}
export const labelTasksRequest = 'marginalia/labelTasks';

export interface TaskSummary {
  readonly task: string;
  /** Several labels may hold at once. */
  readonly several: boolean;
  /** What the task asks, in the user's language. */
  readonly question: string;
  /** Texts that people have labelled. */
  readonly labelled: number;
}

/**
 * Client → server: which passages to ask a person about next, so that few answers teach much.
 */
export interface LabelQueueParams {
  readonly uris: readonly string[];
  readonly task: string;
  /** Passages at most. */
  readonly count: number;
  /** Equal seeds ask in equal order. */
  readonly seed: number;
}
export const labelQueueRequest = 'marginalia/labelQueue';

export interface LabelQueueResult {
  readonly passages: readonly QueuedPassage[];
  /** Of the different texts in these files, those that people have labelled for the task, and all. */
  readonly labelled: number;
  readonly total: number;
  readonly message: string | undefined;
}

export interface QueuedPassage extends PassageSummary {
  readonly uri: string;
  /** Why it comes now, in the user's language. */
  readonly reason: string;
}

/**
 * Client → server: labels that rules or the past of the folder suggest, for a person to confirm or correct. Nothing is
 * kept by asking. Comments that a commit took away because debt was paid are among them, and comments whose code changed
 * again and again.
 */
export interface LabelSuggestionsParams {
  /** Files whose passages are looked at; the past is that of all workspace folders. */
  readonly uris: readonly string[];
  readonly count: number;
}
export const labelSuggestionsRequest = 'marginalia/labelSuggestions';

export interface LabelSuggestionsResult {
  readonly suggestions: readonly SuggestedLabel[];
  /** Why there are none; ready to be shown. */
  readonly message: string | undefined;
}

export interface SuggestedLabel {
  /** The workspace folder whose labels are meant. */
  readonly folder: string;
  readonly text: string;
  /** The code that the comment is about, where the label is about both. */
  readonly context: string | undefined;
  /** Absent for a comment that is no longer there. */
  readonly place: { readonly uri: string; readonly range: ProtocolRange } | undefined;
  /** Relative to the folder. */
  readonly file: string | undefined;
  readonly symbol: string | undefined;
  /** What can be said; `chosen` marks the suggested label. */
  readonly choice: TaskChoice;
  /** What the model says; empty where it does not know the task. */
  readonly predicted: readonly string[];
  /** Why it is suggested, in the user's language. */
  readonly reason: string;
}

/**
 * Client → server: what a person says about a text that need not stand in any file, such as a comment of the past. The
 * answer is that of `marginalia/setLabels`.
 */
export interface LabelTextParams {
  readonly folder: string;
  readonly text: string;
  readonly context?: string;
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly verdict: 'right' | 'wrong';
  readonly file?: string;
  readonly symbol?: string;
}
export const labelTextRequest = 'marginalia/labelText';

/**
 * Client → server: texts that people labelled differently. Has no parameters.
 */
export interface LabelConflictsResult {
  readonly conflicts: readonly LabelConflict[];
}
export const labelConflictsRequest = 'marginalia/labelConflicts';

export interface LabelConflict {
  readonly folder: string;
  readonly id: string;
  readonly text: string;
  /** The latest first. */
  readonly candidates: readonly ConflictCandidate[];
}

export interface ConflictCandidate {
  /** May be empty. */
  readonly who: string;
  readonly when: string | undefined;
  /** Ready to be shown: `debt: design`. */
  readonly labels: string;
}

/**
 * Client → server: one of the rows holds. The answer is that of `marginalia/setLabels`.
 */
export interface DecideConflictParams {
  readonly folder: string;
  readonly id: string;
  /** Index of the row among the candidates. */
  readonly candidate: number;
}
export const decideConflictRequest = 'marginalia/decideConflict';

/**
 * Client → server: labels that are probably wrong, and why. Has no parameters.
 */
export interface CheckLabelsResult {
  readonly problems: readonly DoubtfulLabel[];
  /** What could not be checked. */
  readonly notes: readonly string[];
}
export const checkLabelsRequest = 'marginalia/checkLabels';

export interface DoubtfulLabel {
  /** What is doubtful, in the user's language. */
  readonly title: string;
  /** The labels and texts in question. */
  readonly lines: readonly string[];
  readonly labelFile: string;
  /** Rows in the file of labels. */
  readonly ids: readonly string[];
  /** Of a line that is no row. */
  readonly line: number | undefined;
  /** Where the text stood when it was labelled. */
  readonly sourceFile: string | undefined;
}
