// Everything the command line needs from the world around it, so that commands stay free of files and processes.
// server/src/cli.ts hands in the real ones, tests hand in their own.

import type { Cancellation } from '../engine/cancellation.ts';
import type { Engine } from '../engine/engine.ts';
import type { FindingCode } from '../engine/findings/finding.ts';
import type { IndexModel } from '../engine/index/indexModel.ts';
import type { WorkspaceIndex } from '../engine/index/workspaceIndex.ts';
import type { LabelStore } from '../engine/labelling/labelStore.ts';
import type { Removal } from '../engine/labelling/removal.ts';
import type { Logger } from '../engine/log.ts';
import type { ModelFiles } from '../engine/model/modelFolder.ts';
import type { TrainingService } from '../engine/trainingRun.ts';

export interface TextOutput {
  /** Resolves when more may be written; keeps a slow reader from filling memory. */
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
  readonly columns: number;
}

export type WalkedEntry =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: string; readonly detail: string };

export type SourceContent =
  | { readonly text: string; readonly encoding: string }
  | { readonly skipped: string; readonly detail: string };

export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export type ChangedLines = 'all' | readonly LineRange[];

export interface EngineSettings {
  readonly files: ModelFiles;
  /** `auto`, `cpu`, … */
  readonly device: string;
  /** Absent: chosen for this machine. */
  readonly threads: number | undefined;
  readonly logger: Logger;
}

export interface IndexSettings {
  /** What is indexed, absolute. */
  readonly root: string;
  /** Absent: chosen for this user and root. */
  readonly indexFolder: string | undefined;
  /** Absent: words alone. */
  readonly model: IndexModel | undefined;
  readonly logger: Logger;
}

export interface CliPorts {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readStdin(): AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Set by Ctrl+C, and when the reader of stdout went away. */
  readonly cancellation: Cancellation;
  /** Once all of stdout is written: what kept it from being complete, a reader who left (`| head`) or an error. */
  outputEnd(): Promise<'reader left' | Error | undefined>;
  readonly version: string;
  /** Where the documentation stands on the web, if anywhere. */
  readonly homepage: string | undefined;
  readonly shippedModelFolder: string;
  /** Milliseconds since some fixed point. */
  now(): number;
  walk(roots: readonly string[], cancellation: Cancellation): AsyncIterable<WalkedEntry>;
  readSource(file: string): Promise<SourceContent>;
  pathExists(file: string): Promise<boolean>;
  readTextFile(file: string): Promise<string | undefined>;
  writeTextFile(file: string, text: string): Promise<void>;
  gitChanges(
    folder: string,
    ref: string,
  ): Promise<{ readonly files: ReadonlyMap<string, ChangedLines> } | { readonly problem: string }>;
  /** Files from which commits took comments that admitted debt; none outside of git. */
  gitRemovals(folder: string): Promise<readonly Removal[]>;
  /** Codes that .marginaliaignore files of its folder and those above silence. */
  silencedCodes(file: string): Promise<readonly FindingCode[]>;
  /** The labels of a folder or of one above it; undefined where nobody labelled anything. */
  findLabels(folder: string): Promise<LabelStore | undefined>;
  /** The labels of exactly this folder; their file is made with the first one. */
  openLabels(folder: string): LabelStore;
  /** Wall clock, for the dates of labels. */
  today(): Date;
  modelFiles(folder: string): ModelFiles;
  openEngine(settings: EngineSettings): Engine;
  openIndex(settings: IndexSettings): WorkspaceIndex;
  isFolder(path: string): Promise<boolean>;
  /** Against the working folder. */
  absolutePath(file: string): string;
  /** @throws EngineError where there is no such file or it cannot be read */
  readBytes(file: string): AsyncIterable<Uint8Array>;
  /** Complete or not at all. @throws EngineError where it exists or cannot be written */
  writeNewFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  readonly training: TrainingService;
}
