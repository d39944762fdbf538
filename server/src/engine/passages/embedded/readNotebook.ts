// Finds the cells of a Jupyter notebook file (format 3 and 4). In: the JSON text, broken or not.
// Out: each cell's type, its own language where it states one, and its text with the way back to the JSON;
// the language of the kernel; where the JSON broke.

import { decodeString, type JsonEvent, readJson } from './jsonReader.ts';
import type { RegionPiece, RegionText } from './regionText.ts';

export interface NotebookCell {
  /** `code`, `markdown`, `raw`, or `heading` in format 3; empty when the file does not say. */
  readonly type: string;
  /** The language that the cell states itself, where it does. */
  readonly language: string | undefined;
  readonly source: RegionText;
}

export interface Notebook {
  readonly cells: readonly NotebookCell[];
  readonly kernelLanguage: string | undefined;
  /** Offset of the first error in the JSON. */
  readonly brokenAt: number | undefined;
}

interface OpenCell {
  type: string;
  language: string | undefined;
  readonly texts: { text: string; pieces: RegionPiece[] }[];
}

export function readNotebook(source: string): Notebook {
  const reader = new NotebookReader(source);
  const brokenAt = readJson(source, (event) => reader.read(event));
  return { ...reader.finish(), brokenAt };
}

/** Follows the path of keys; only what stands on the few known paths is decoded, outputs are stepped over. */
class NotebookReader {
  readonly #source: string;
  readonly #cells: NotebookCell[] = [];
  /** The key under which each open container stands; an empty key inside arrays. */
  readonly #path: string[] = [];
  readonly #languages = new Map<string, string>();
  #key = '';
  #cell: OpenCell | undefined;
  #cellDepth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  finish(): { cells: readonly NotebookCell[]; kernelLanguage: string | undefined } {
    this.#endCell();
    const names = ['metadata/kernelspec/language', 'metadata/language_info/name', 'metadata/language'];
    const kernelLanguage = names.map((name) => this.#languages.get(name)).find((name) => name !== undefined);
    return { cells: this.#cells, kernelLanguage };
  }

  read(event: JsonEvent): void {
    switch (event.kind) {
      case 'key':
        this.#key =
          event.end - event.start < 100 ? decodeString(this.#source, event.start, event.end).text : '';
        return;
      case 'string':
        this.#readString(event.start, event.end);
        return;
      case 'beginObject':
      case 'beginArray':
        this.#path.push(this.#key);
        this.#key = '';
        if (event.kind === 'beginObject' && this.#path.at(-2) === 'cells') this.#beginCell();
        return;
      case 'end':
        if (this.#cell && this.#path.length === this.#cellDepth) this.#endCell();
        this.#path.pop();
        this.#key = '';
    }
  }

  #beginCell(): void {
    // Format 4 has its cells on top, format 3 in worksheets; deeper ones belong to somebody's output.
    const isCell = this.#path.length === 3 || (this.#path.length === 5 && this.#path[1] === 'worksheets');
    if (!isCell) return;
    this.#endCell();
    this.#cell = { type: '', language: undefined, texts: [] };
    this.#cellDepth = this.#path.length;
  }

  #endCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    if (cell && cell.texts.length > 0) {
      this.#cells.push({ type: cell.type, language: cell.language, source: joinTexts(cell.texts) });
    }
  }

  #readString(start: number, end: number): void {
    const depth = this.#path.length;
    if (!this.#cell) {
      const isKernel = depth >= 2 && depth <= 3 && this.#path[1] === 'metadata';
      if (!isKernel || end - start > 100) return;
      this.#languages.set([...this.#path.slice(1), this.#key].join('/'), this.#source.slice(start, end));
      return;
    }
    const isOwn = depth === this.#cellDepth;
    const isLine = depth === this.#cellDepth + 1 && this.#key === '' && isSourceKey(this.#path.at(-1)!);
    if (isLine || (isOwn && isSourceKey(this.#key))) {
      this.#cell.texts.push(decodeString(this.#source, start, end));
    } else if (isOwn && this.#key === 'cell_type') this.#cell.type = this.#source.slice(start, end);
    else if (this.#key === 'languageId' || (isOwn && this.#key === 'language')) {
      this.#cell.language = this.#source.slice(start, end);
    }
  }
}

function isSourceKey(key: string): boolean {
  return key === 'source' || key === 'input';
}

/** The lines of a cell as one text; each line brings its own line feed. */
function joinTexts(texts: readonly { text: string; pieces: RegionPiece[] }[]): RegionText {
  const pieces: RegionPiece[] = [];
  const parts: string[] = [];
  let length = 0;
  for (const { text, pieces: own } of texts) {
    for (const piece of own) pieces.push({ ...piece, start: piece.start + length });
    parts.push(text);
    length += text.length;
  }
  return { text: parts.join(''), pieces };
}
