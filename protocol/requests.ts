// Messages between client and server beyond the Language Server Protocol. docs/PROTOCOL.md describes each
// of them; a test holds that page to this file. Positions and ranges are those of the LSP:
// zero-based lines, UTF-16 columns. Everything is plain JSON.

export interface ProtocolPosition {
  readonly line: number;
  readonly character: number;
}

export interface ProtocolRange {
  readonly start: ProtocolPosition;
  readonly end: ProtocolPosition;
}

/**
 * Sent by our client in `initialize`; every field may be missing, as other editors send nothing.
 */
export interface InitializationOptions {
  /** The client can show the settings editor when the server asks with `marginalia/openSettings`. */
  readonly canOpenSettings?: boolean;
  /** The client has the command `marginalia.findSimilar`; without it there are no code lenses. */
  readonly canFindSimilar?: boolean;
  /** Folder for the indexes of this workspace; without it they lie where the command line keeps them. */
  readonly storageFolder?: string;
  /** Folder for models that are trained or imported; without it, and without `storageFolder`, nothing is trained. */
  readonly modelsFolder?: string;
  /** The client has the commands of docs/PROTOCOL.md for labelling: hovers and code actions may use them. */
  readonly canLabel?: boolean;
  /** Settings of the section `marginalia`, for clients that cannot answer `workspace/configuration`. */
  readonly settings?: unknown;
}

/** How the server is doing; `off` where the user has switched Marginalia off. */
export type ServerState = 'loading' | 'ready' | 'working' | 'error' | 'off';

/**
 * Server → client, when something changed, at most twice a second: what the status item shows.
 */
export interface StatusParams {
  readonly state: ServerState;
  readonly model:
    | { readonly name: string; readonly version: string; readonly parameters: number }
    | undefined;
  /** What runs the model and why this and nothing faster. */
  readonly device: { readonly name: string; readonly reason: string; readonly threads: number } | undefined;
  /** Passages that were handed to the model and have no labels yet. */
  readonly queue: { readonly documents: number; readonly passages: number };
  /** For `error`: what is wrong and what to do next. */
  readonly message: string | undefined;
}
export const statusNotification = 'marginalia/status';

/**
 * Client → server, when the visible editors change: these documents go before the others. The active editor
 * comes first. Until the first of these every open document counts as visible.
 */
export interface VisibleDocumentsParams {
  readonly uris: readonly string[];
}
export const visibleDocumentsNotification = 'marginalia/visibleDocuments';

/**
 * Server → client, after the user chose "Open Settings" in a message of the server: show the setting.
 */
export interface OpenSettingsParams {
  /** A key of protocol/settings.ts. */
  readonly key: string;
}
export const openSettingsNotification = 'marginalia/openSettings';

/**
 * Client → server, when the user asks for the labels of a file: every passage with its labels.
 */
export interface LabelFileParams {
  readonly textDocument: { readonly uri: string };
}
export const labelFileRequest = 'marginalia/labelFile';

export interface LabelFileResult {
  /** Version of the document that the ranges belong to. */
  readonly version: number;
  /** Name of the model that gave the labels; absent where passages have none, see `message`. */
  readonly model: string | undefined;
  readonly passages: readonly PassageSummary[];
  /** Why there are no passages or no labels; ready to be shown. */
  readonly message: string | undefined;
}

export interface PassageSummary {
  readonly range: ProtocolRange;
  /** Kind of passage in the user's language, such as `doc comment`. */
  readonly kind: string;
  /** Cleaned text on one line, cut to 200 characters. */
  readonly text: string;
  /** Name of the symbol that the passage documents. */
  readonly symbol: string | undefined;
  /** Predicted labels of every task, most probable first within a task. */
  readonly labels: readonly LabelSummary[];
}

export interface LabelSummary {
  readonly task: string;
  /** Stable name of the label, as in tasks.json. */
  readonly name: string;
  /** Title of the label in the user's language. */
  readonly title: string;
  /** Calibrated, 0 to 1; 1 where a person gave the label. */
  readonly probability: number;
  /** Who gave the label; absent where it was the model. Empty where the name is not known. */
  readonly labelledBy?: string;
}

/**
 * Client → server, when the user asks what a file is about: its most central sentences and its key phrases.
 */
export interface SummarizeFileParams {
  readonly textDocument: { readonly uri: string };
}
export const summarizeFileRequest = 'marginalia/summarizeFile';

export interface SummarizeFileResult {
  /** Version of the document that the ranges belong to. */
  readonly version: number;
  /** In the order of the document; at most seven. */
  readonly sentences: readonly SummarySentence[];
  /** Best first; at most ten. */
  readonly phrases: readonly SummaryPhrase[];
  /** Why there is nothing; ready to be shown. */
  readonly message: string | undefined;
}

export interface SummarySentence {
  /** Without comment markers. */
  readonly text: string;
  readonly range: ProtocolRange;
}

export interface SummaryPhrase {
  readonly text: string;
  /** Everywhere it stands, in the order of the document. */
  readonly ranges: readonly ProtocolRange[];
}
