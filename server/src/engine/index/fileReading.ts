// From names of files to their passages, as the index keeps them: the part of indexing that can be done in several
// places at once. In: files and the hashes that are known of them. Out: a change for the storage, or why there is none.

import type { Extraction } from '../passages/passage.ts';
import type { FileChange, FoundFile, LeftOutFile, WorkspaceFolder } from '../storage.ts';
import { createSourceFile, type SourceFile } from '../text/sourceFile.ts';
import { toNewPassages } from './toNewPassages.ts';

export interface WantedFile extends FoundFile {
  /** Of the content that is stored; the same again is not extracted. */
  readonly knownHash: string | undefined;
}

export type ReadOutcome = LeftOutFile | { readonly kind: 'change'; readonly change: FileChange };

export interface FileReading {
  /** In the order of `files`. */
  read(files: readonly WantedFile[]): Promise<readonly ReadOutcome[]>;
  dispose(): void;
}

export interface FileReadingOptions {
  readonly folder: Pick<WorkspaceFolder, 'read'>;
  extract(file: SourceFile): Extraction;
  languageOf(file: string): string | undefined;
}

/** Reads where it is called. */
export function createFileReading(options: FileReadingOptions): FileReading {
  return {
    read: (files) => Promise.all(files.map((file) => readFile(file, options))),
    dispose() {},
  };
}

async function readFile(
  { file, stamp, knownHash }: WantedFile,
  { folder, extract, languageOf }: FileReadingOptions,
): Promise<ReadOutcome> {
  const content = await folder.read(file);
  if ('skipped' in content) return { kind: 'skipped', file, reason: content.skipped, detail: content.detail };
  const { text, hash } = content;
  if (knownHash === hash) return { kind: 'change', change: { file, stamp, hash, passages: undefined } };
  const language = languageOf(file)!;
  const { passages } = extract(createSourceFile({ id: file, language, version: 0, text }));
  return { kind: 'change', change: { file, stamp, hash, passages: toNewPassages(text, passages) } };
}
