// Station 1: a text to read, with its language. In: what an editor buffer or a file holds, already decoded.
// Out: `SourceFile`, plain data that every later station can share.

/** A VS Code language identifier such as `typescript`, `python` or `markdown`. */
export type LanguageId = string;

export interface SourceFile {
  /** Opaque to the engine: a URI or a path; equal ids mean the same document. */
  readonly id: string;
  readonly language: LanguageId;
  /** Grows with each edit of the same document. */
  readonly version: number;
  /** UTF-16, without a byte order mark removed by the reader; line endings as they stand. */
  readonly text: string;
}

export function createSourceFile(source: SourceFile): SourceFile {
  return { id: source.id, language: source.language, version: source.version, text: source.text };
}
