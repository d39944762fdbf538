// From names of files to their passages, as the index keeps them: the part of indexing that can be done in several
// places at once. In: files and the hashes that are known of them. Out: what is to be stored, or why there is nothing.

import type { Extraction, Passage } from '../passages/passage.ts';
import type { FileChange, FoundFile, IndexedFile, LeftOutFile, WorkspaceFolder } from '../storage.ts';
import { createLineIndex, toLineColumn } from '../text/lineIndex.ts';
import { toSourceSpan } from '../text/mappedText.ts';
import { createSourceFile, type SourceFile } from '../text/sourceFile.ts';
import type { Span } from '../text/span.ts';
import {
  createPassagePacker,
  type PackedPassages,
  type PassagePacker,
  unpackPassages,
} from './packedPassages.ts';
import type { SourcePlace } from './workspaceIndex.ts';

export interface WantedFile extends FoundFile {
  /** Of the content that is stored; the same again is not extracted. */
  readonly knownHash: string | undefined;
}

/** `passages` absent: they stand as they were. */
export interface ReadFile extends IndexedFile {
  readonly passages: PackedPassages | undefined;
}

export type ReadOutcome = LeftOutFile | { readonly kind: 'read'; readonly file: ReadFile };

/** As a store takes it. */
export function toFileChange({ file, stamp, hash, passages }: ReadFile): FileChange {
  return { file, stamp, hash, passages: passages && unpackPassages(passages) };
}

/** Groups of files that may be under way at once, so that several threads always have some. */
export const readingsAtOnce = 8;

export interface FileReading {
  /** Many files will be asked for soon. */
  prepare(): void;
  /** In the order of `files`. */
  read(files: readonly WantedFile[]): Promise<readonly ReadOutcome[]>;
  /** Where a part of a passage's text stands in its file now; `undefined` where it does not stand there any more. */
  locate(passage: LocatedPassage, part: Span): Promise<SourcePlace | undefined>;
  dispose(): void;
}

export interface LocatedPassage {
  readonly file: string;
  readonly text: string;
  /** Where the comment was when the file was read. */
  readonly span: Span;
}

export interface FileReadingOptions {
  readonly folder: Pick<WorkspaceFolder, 'read'>;
  extract(file: SourceFile): Extraction;
  languageOf(file: string): string | undefined;
}

/** Reads where it is called. */
export function createFileReading(options: FileReadingOptions): FileReading {
  let packer = createPassagePacker();
  return {
    prepare() {},
    read(files) {
      // Names made by machines would let its dictionary grow for ever.
      if (packer.tokens.length > mostTokens) packer = createPassagePacker();
      const own = packer;
      return Promise.all(files.map((file) => readFile(file, own, options)));
    },
    locate: (passage, part) => locate(passage, part, options),
    dispose() {},
  };
}

const mostTokens = 200_000;

/** The same text may stand in a file twice: the one nearest to where it stood is meant. */
async function locate(
  { file, text: wanted, span }: LocatedPassage,
  part: Span,
  { folder, extract, languageOf }: FileReadingOptions,
): Promise<SourcePlace | undefined> {
  const content = await folder.read(file);
  const language = languageOf(file);
  if ('skipped' in content || language === undefined) return undefined;
  const { passages } = extract(createSourceFile({ id: file, language, version: 0, text: content.text }));
  const distance = (one: Passage) => Math.abs(one.span.start - span.start);
  const [nearest] = passages
    .filter(({ text }) => text.value === wanted)
    .sort((one, other) => distance(one) - distance(other));
  const source = nearest && toSourceSpan(nearest.text, part);
  if (!source) return undefined;
  const lines = createLineIndex(content.text);
  const start = toLineColumn(lines, source.start);
  const end = toLineColumn(lines, source.end);
  return {
    span: source,
    line: start.line + 1,
    column: start.column + 1,
    endLine: end.line + 1,
    endColumn: end.column + 1,
  };
}

async function readFile(
  { file, stamp, knownHash }: WantedFile,
  packer: PassagePacker,
  { folder, extract, languageOf }: FileReadingOptions,
): Promise<ReadOutcome> {
  const content = await folder.read(file);
  if ('skipped' in content) return { kind: 'skipped', file, reason: content.skipped, detail: content.detail };
  const { text, hash } = content;
  if (knownHash === hash) return { kind: 'read', file: { file, stamp, hash, passages: undefined } };
  const language = languageOf(file)!;
  const { passages } = extract(createSourceFile({ id: file, language, version: 0, text }));
  return { kind: 'read', file: { file, stamp, hash, passages: packer.pack(text, passages) } };
}
