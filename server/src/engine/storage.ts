// What the engine asks of whoever stores things for it. The engine knows no paths and no file system:
// io/ implements these over folders and databases, tests in memory.

import type { Cancellation } from './cancellation.ts';
import type { Span } from './text/span.ts';

/** The files of one model folder. `read` answers `undefined` for a file that is not there. */
export interface ModelFiles {
  /** For messages only: how a person would name this folder. */
  readonly displayName: string;
  /** Every call of `read` answers bytes of its own, which the caller may give away. */
  readonly readsAnew?: boolean;
  read(fileName: string): Promise<Uint8Array | undefined>;
}

/** The folder an index is about. Paths are relative to it, with `/`, and nothing outside of it can be named. */
export interface WorkspaceFolder {
  walk(cancellation: Cancellation): AsyncIterable<FolderEntry>;
  /** One file as the walk would give it; `undefined` where nothing is there or the walk would not enter. */
  inspect(file: string): Promise<FolderEntry | { readonly kind: 'folder' } | undefined>;
  read(file: string): Promise<FileContent>;
}

/** Who wrote the lines of a folder, as far as version control knows. */
export interface FolderHistory {
  /** Files that may hold such lines, uncommitted ones among them; `undefined`: nothing is known here. */
  changedFiles(filter: HistoryFilter): Promise<readonly string[] | undefined>;
  /** One for each line, as the file lies there now; `undefined`: it is in no commit. */
  lines(file: string): Promise<readonly LineChange[] | undefined>;
}

export interface HistoryFilter {
  /** Parts of names or addresses in small letters, any of them; none: anybody. */
  readonly authors: readonly string[];
  readonly sinceMs: number | undefined;
}

export interface LineChange {
  /** Name and address. */
  readonly author: string;
  readonly timeMs: number;
}

export type FolderEntry = FoundFile | LeftOutFile;

export interface FoundFile {
  readonly kind: 'file';
  readonly file: string;
  /** Changes whenever the content may have changed: made of size and times. */
  readonly stamp: string;
  readonly modifiedMs: number;
}

export interface LeftOutFile {
  readonly kind: 'skipped';
  readonly file: string;
  readonly reason: string;
  readonly detail: string;
}

export type FileContent =
  | { readonly text: string; readonly hash: string }
  | { readonly skipped: string; readonly detail: string };

/** A file whose passages the index holds. */
export interface IndexedFile {
  readonly file: string;
  readonly stamp: string;
  /** Of its bytes. */
  readonly hash: string;
}

/** Where a text stands. */
export interface Place {
  readonly file: string;
  /** Of the comment in the file. */
  readonly span: Span;
  /** First and last line, from one. */
  readonly line: number;
  readonly endLine: number;
  readonly kind: string;
  readonly language: string;
  readonly symbol: string | undefined;
}

export interface NewPassage {
  /** Of the text alone: the same words anywhere are stored, embedded and labelled once. */
  readonly textHash: string;
  readonly text: string;
  /** What lexical search knows of the text and of the names it documents: tokens with spaces between. */
  readonly words: string;
  readonly names: string;
  /** Those of its first sentence, which says what it is about. */
  readonly lead: string;
  readonly place: Omit<Place, 'file'>;
}

/**
 * `passages` replaces all of the file; absent: they stand as they were, only the stamp is new.
 * `removed` means a file that is known, or else everything below a folder.
 */
export type FileChange =
  | (IndexedFile & { readonly passages: readonly NewPassage[] | undefined })
  | { readonly file: string; readonly removed: true };

export interface StoredText {
  readonly id: number;
  readonly textHash: string;
  readonly text: string;
  /** As in `NewPassage`, of all its places. */
  readonly names: string;
  readonly labels: readonly StoredLabel[];
  /** In the order of files and lines. Empty: the text stands nowhere any more and may be forgotten. */
  readonly places: readonly Place[];
}

export interface StoredLabel {
  readonly task: string;
  readonly name: string;
  readonly probability: number;
}

export interface LexicalQuery {
  /** Any of them; each is a token as `NewPassage.words` has them, or its beginning with a `*` behind. */
  readonly tokens: readonly string[];
  readonly count: number;
  readonly filter: PlaceFilter | undefined;
}

export interface TextScore {
  readonly id: number;
  readonly score: number;
}

export interface TokenCounts {
  readonly texts: number;
  /** In the order of the tokens. */
  readonly counts: readonly number[];
}

/** What a place must be; every list that is there has to be met by one of its values. */
export interface PlaceFilter {
  readonly languages?: readonly string[];
  readonly kinds?: readonly string[];
  /** Parts of paths; `*` and `?` stand for anything and for one character. */
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
  /** Whole paths, exactly. */
  readonly files?: readonly string[];
  /** Each has to be met. A `task` or a `name` that is absent is any. */
  readonly labels?: readonly LabelFilter[];
}

export interface LabelFilter {
  readonly task: string | undefined;
  readonly name: string | undefined;
  /** What the ordinary passage has, which does not count. */
  readonly notName: string | undefined;
}

/** Which vectors: those of one model, all of one length. */
export interface VectorSpace {
  readonly fingerprint: string;
  readonly dimensions: number;
}

export interface EncodedPassage {
  readonly id: number;
  readonly vector: Float32Array;
  readonly labels: readonly StoredLabel[];
}

/** The vectors of one space, ready to be asked for the nearest of one. */
export interface VectorTier {
  readonly space: VectorSpace;
  readonly count: number;
  /** Of the memory it holds in this process. */
  readonly sizeBytes: number;
  /** Takes in what was written since. */
  update(): Promise<void>;
  /** Ids have changed: nothing it holds is good any more. */
  forget(): void;
  /** Texts with the largest dot products, largest first, among those that stand where the filter says. */
  nearest(
    query: Float32Array,
    options: { readonly count: number; readonly filter: PlaceFilter | undefined },
  ): Promise<readonly TextScore[]>;
}

export interface IndexCounts {
  readonly files: number;
  /** Places: a text that stands three times counts three times. */
  readonly passages: number;
  readonly texts: number;
  readonly encodedPassages: number;
  readonly encodedTexts: number;
  readonly sizeBytes: number;
}

/**
 * What is kept of one folder between runs. What `write…` has answered is there after a crash; a write is there
 * as a whole or not at all. Several processes may open the same index: one of them writes.
 */
export interface IndexStorage {
  /** False: another process writes; asking again tries to take over. */
  becomeWriter(): Promise<boolean>;
  files(): Promise<readonly IndexedFile[]>;
  /** How many of the texts were new. */
  writeFiles(changes: readonly FileChange[]): Promise<number>;
  skipped(): Promise<readonly LeftOutFile[]>;
  writeSkipped(files: readonly LeftOutFile[]): Promise<void>;
  /** Of everything, or of what stands in a file or below a folder; `sizeBytes` is always that of the index. */
  counts(space: VectorSpace | undefined, path: string | undefined): Promise<IndexCounts>;

  searchWords(query: LexicalQuery): Promise<readonly TextScore[]>;
  /** In how many of the texts each token stands; tokens as in `LexicalQuery`. */
  countTokens(tokens: readonly string[]): Promise<TokenCounts>;
  /** The first `count` texts that stand at some place of this kind, in the order of their ids. */
  textsWhere(filter: PlaceFilter, count: number): Promise<Int32Array>;
  /** In the order of `ids`; unknown ones are left out. */
  texts(ids: readonly number[]): Promise<readonly StoredText[]>;
  findText(textHash: string): Promise<number | undefined>;

  /** Models with vectors, the latest first. */
  vectorSpaces(): Promise<readonly VectorSpace[]>;
  /** Texts that stand somewhere and have no vector in this space, from `afterId` on. */
  pendingTexts(
    space: VectorSpace,
    options: {
      readonly afterId: number;
      readonly count: number;
      readonly files: readonly string[] | undefined;
    },
  ): Promise<readonly { readonly id: number; readonly text: string }[]>;
  writeVectors(space: VectorSpace, passages: readonly EncodedPassage[]): Promise<void>;
  vectorTier(space: VectorSpace): VectorTier;
  /** Of full precision; ids without a vector are left out. */
  vectors(space: VectorSpace, ids: readonly number[]): Promise<ReadonlyMap<number, Float32Array>>;
  /** Forgets all other spaces, unless others may still work with them. */
  keepOnly(space: VectorSpace): Promise<void>;

  /** Changes with every write of any process. */
  revision(): Promise<number>;
  /** Gives back what removed texts take, where that is worth it. True: ids that were given out may be gone. */
  compact(): Promise<boolean>;
  close(): Promise<void>;
}
