// Everything the language server needs from outside, handed in by main.ts and by tests.
// The server keeps no state in modules and knows no process, file or worker.

import type { Cancellation } from '../engine/cancellation.ts';
import type { Engine } from '../engine/engine.ts';
import type { Finding, FindingCode } from '../engine/findings/finding.ts';
import type { FindingsRequest } from '../engine/findings/toFindings.ts';
import type { WorkspaceIndex } from '../engine/index/workspaceIndex.ts';
import type { LabelStore } from '../engine/labelling/labelStore.ts';
import type { Removal } from '../engine/labelling/removal.ts';
import type { Logger } from '../engine/log.ts';
import type { LineChange } from '../engine/storage.ts';
import type { LanguageId } from '../engine/text/sourceFile.ts';
import type { FineTuneServices } from './fineTune/fineTuneServices.ts';

/** What a change of settings can change about the engine as a whole. */
export interface EngineChoice {
  /** A model folder; undefined: the shipped one. */
  readonly modelPath: string | undefined;
  /** What computes: `auto`, or a device by name. */
  readonly device: string;
  /** Threads of one inference; undefined: chosen by the engine. */
  readonly threads: number | undefined;
}

/** Where the clock comes from: tests hand in one that does not wait. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after `delayMs`, unless the returned function is called before. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The index of one workspace folder on disk. */
export interface IndexRequest {
  /** Path of the folder. */
  readonly root: string;
  /** Where the client wants things kept; undefined: where the command line keeps them. */
  readonly storageFolder: string | undefined;
  /** True: what is stored is thrown away. */
  readonly fresh: boolean;
  /** The model waits with reading until the machine is plugged in. */
  readonly pauseOnBattery: boolean;
  /** Makes vectors; resolves when a model is ready, rejects when it did not load. */
  readonly engine: () => Promise<Engine>;
}

export type ChangedLines = 'all' | readonly { readonly first: number; readonly last: number }[];

/** Files that the client did not open. */
export interface WorkspaceFiles {
  languageOf(file: string): LanguageId | undefined;
  read(
    file: string,
  ): Promise<{ readonly text: string } | { readonly skipped: string; readonly detail: string }>;
  /** Lines that changed since a git revision, by path; counted from one. */
  changedLines(
    folder: string,
    revision: string,
  ): Promise<{ readonly files: ReadonlyMap<string, ChangedLines> } | { readonly problem: string }>;
}

/** What git knows of a folder's past. */
export interface FolderPast {
  /** Files from which commits took comments that admitted debt. */
  removals(folder: string): Promise<readonly Removal[]>;
  /** Who changed each line of a file last, by its path in the folder; undefined where that is not known. */
  linesOf(
    folder: string,
  ): Promise<((file: string) => Promise<readonly LineChange[] | undefined>) | undefined>;
}

export interface ServerServices {
  /** Makes a new engine; it loads its model in the background and answers `modelInfo` when that is done. */
  readonly engineFactory: (choice: EngineChoice) => Engine | Promise<Engine>;
  /**
   * The engine's language for what a client calls it: other editors have names of their own (`sh`, `cs`), then
   * the name of the file decides.
   */
  readonly languageOf: (languageId: string, fileName: string) => LanguageId;
  /** The labels of a workspace folder; undefined where a folder is not on a disk. */
  readonly openLabels: (folderUri: string) => LabelStore | undefined;
  /** Wall clock, for the dates of labels. */
  readonly today: () => Date;
  readonly toFindings: (request: FindingsRequest) => readonly Finding[];
  /** Address of the page that explains a finding. */
  readonly documentationUri: (code: FindingCode) => string;
  /** Absent where this machine cannot keep an index. */
  readonly openIndex: ((request: IndexRequest) => Promise<WorkspaceIndex>) | undefined;
  readonly files: WorkspaceFiles | undefined;
  /** What .marginaliaignore files of a workspace folder say about a document in it. */
  readonly readIgnore: (
    folderUri: string,
    documentUri: string,
  ) => Promise<{ readonly isIgnored: boolean; readonly silenced: readonly FindingCode[] }>;
  /** Paths of all files below a folder that nobody ignores; absent where this server cannot read folders. */
  readonly listFiles:
    | ((folder: string, cancellation: Cancellation) => Promise<readonly string[]>)
    | undefined;
  /** Absent where this server cannot read the past. */
  readonly past: FolderPast | undefined;
  /** Absent where nothing can be trained. */
  readonly fineTune: FineTuneServices | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly version: string;
}
