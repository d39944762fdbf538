// The unit of everything: one comment block, docstring or documentation paragraph.
// It is what gets a label, a vector, a place in search results and a row in a training set.

import type { MappedText } from '../text/mappedText.ts';
import type { LanguageId, SourceFile } from '../text/sourceFile.ts';
import type { Span } from '../text/span.ts';

/**
 * `line`: one or more adjacent line comments; `block`: a block comment; `doc`: a comment in the language's
 * documentation syntax (JSDoc, Javadoc, `///`, `//!`, `##` …); `docstring`: a string literal that documents;
 * `heading`, `paragraph`, `listItem`, `tableRow`: prose.
 */
export type PassageKind =
  | 'line'
  | 'block'
  | 'doc'
  | 'docstring'
  | 'heading'
  | 'paragraph'
  | 'listItem'
  | 'tableRow';

/** What a passage documents: the declaration after it (or around a docstring, or before a trailing comment). */
export interface DocumentedSymbol {
  readonly name: string;
  /** `function`, `method`, `class`, `interface`, `type`, `enum`, `field`, `variable`, `module`, … */
  readonly kind: string;
  /** The declaration on one line, white space collapsed, without its body; at most 200 characters. */
  readonly signature: string;
  /** Where the name stands in the source. */
  readonly span: Span;
}

/** A block tag inside a doc comment, such as `@param name` or `:returns:`. */
export interface DocTag {
  /** Lower case without markers: `param`, `returns`, `deprecated`. */
  readonly name: string;
  /** The tag's marker and name in the source, `@param`. */
  readonly span: Span;
}

export interface Passage {
  readonly kind: PassageKind;
  /** Language of the text around it: the region's language inside HTML, Vue, Markdown front matter, notebooks. */
  readonly language: LanguageId;
  /** From the first marker to the end of the last line, markers included. */
  readonly span: Span;
  /** Each single comment token (several for joined line comments); ascending, inside `span`. */
  readonly parts: readonly Span[];
  /**
   * Markers, gutters (` * `), decoration and inline doc markup removed; lines of one paragraph joined by one space,
   * paragraphs by a line feed. Block tags stay readable (`@param x the value`). A comment that is nothing but
   * decoration keeps its decoration as text. Never empty.
   */
  readonly text: MappedText;
  readonly tags: readonly DocTag[];
  readonly symbol: DocumentedSymbol | undefined;
  /** Titles of the sections around a prose passage, outermost first; empty for code. */
  readonly section: readonly string[];
  /** True when only white space stands before it on its first line. */
  readonly ownLine: boolean;
}

/** A piece of text that could not be read as its language promises; extraction goes on after it. */
export interface ExtractionProblem {
  readonly code: 'unterminatedComment' | 'unterminatedString' | 'unterminatedDocstring' | 'brokenNotebook';
  readonly span: Span;
}

export interface Extraction {
  readonly passages: readonly Passage[];
  readonly problems: readonly ExtractionProblem[];
}

/** Signature of `extractPassages` (extractPassages.ts): total, never throws on any text; unknown languages give nothing. */
export type ExtractPassages = (file: SourceFile) => Extraction;
