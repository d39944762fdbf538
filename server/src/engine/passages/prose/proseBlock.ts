// What the block readers of all prose formats hand over, and how it becomes passages.
// In: blocks (kind, place, lines of content). Out: passages with inline markup cleaned and sections set.

import type { MappedText } from '../../text/mappedText.ts';
import type { SourceFile } from '../../text/sourceFile.ts';
import type { Span } from '../../text/span.ts';
import type {
  DocTag,
  DocumentedSymbol,
  Extraction,
  ExtractionProblem,
  Passage,
  PassageKind,
} from '../passage.ts';
import { collapseWhiteSpace, editText, joinLines, type TextEdit } from './editText.ts';
import { standsAlone } from './lines.ts';
import { Sections } from './sections.ts';

export interface ProseBlock {
  readonly kind: PassageKind;
  /** Markers included. */
  readonly span: Span;
  /** The lines of content in the source, markers left out; ignored when `text` is there. */
  readonly lines: readonly Span[];
  /** A text that is finished already, without inline markup: comments. */
  readonly text?: MappedText;
  /** Cells to be joined by ` | ` instead of lines by a space: table rows. Each cell is a list of spans. */
  readonly cells?: readonly (readonly Span[])[];
  /** Level of a heading, 1 is the outermost. */
  readonly level?: number;
  /** Single comment tokens where there are several; else the block is one part. */
  readonly parts?: readonly Span[];
  readonly tags?: readonly DocTag[];
  readonly symbol?: DocumentedSymbol;
}

export interface ProseBlocks {
  readonly blocks: readonly ProseBlock[];
  readonly problems: readonly ExtractionProblem[];
}

/** Says which parts of a paragraph's text are inline markup and what stands in their place. */
export type InlineCleaner = (value: string) => readonly TextEdit[];

export function toExtraction(file: SourceFile, read: ProseBlocks, cleanInline: InlineCleaner): Extraction {
  const sections = new Sections();
  const passages: Passage[] = [];
  for (const block of read.blocks) {
    const text = toText(file.text, block, cleanInline);
    if (text.value === '') continue;
    const isSection = block.kind === 'heading' && block.level !== undefined;
    passages.push({
      kind: block.kind,
      language: file.language,
      span: block.span,
      parts: block.parts ?? [block.span],
      text,
      tags: block.tags ?? [],
      symbol: block.symbol,
      section: isSection ? sections.enter(block.level, text.value) : sections.path,
      ownLine: standsAlone(file.text, block.span.start),
    });
  }
  return { passages, problems: read.problems };
}

function toText(source: string, block: ProseBlock, cleanInline: InlineCleaner): MappedText {
  if (block.text) return block.text;
  if (!block.cells) return cleanText(source, joinLines(source, block.lines), cleanInline);
  const cells = block.cells.map((lines) => cleanText(source, joinLines(source, lines), cleanInline));
  return joinCells(cells.filter((cell) => cell.value !== ''));
}

function cleanText(source: string, joined: MappedText, cleanInline: InlineCleaner): MappedText {
  const edits = cleanInline(joined.value);
  return edits.length === 0 ? joined : collapseWhiteSpace(source, editText(source, joined, edits));
}

/** Cells of one row become one text; empty cells are left out, the bar between two cells has no source. */
export function joinCells(cells: readonly MappedText[]): MappedText {
  let value = '';
  const segments = [];
  for (const cell of cells) {
    if (value !== '') value += ' | ';
    for (const segment of cell.segments) segments.push({ ...segment, start: segment.start + value.length });
    value += cell.value;
  }
  return { value, segments };
}
