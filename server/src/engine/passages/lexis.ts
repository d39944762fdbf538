// What a language's row says about its comments, and the state that the rules of a row work on.
// A lexis is a list of rules, each keyed by the characters it can start with; scanComments.ts runs them.

import type { Span } from '../text/span.ts';
import type { ExtractionProblem } from './passage.ts';

/** The markers around one comment; what cleanComment.ts removes. */
export interface CommentSyntax {
  readonly open: string;
  /** Empty for comments that end with their line. */
  readonly close: string;
  /** The plain marker that goes on below a documentation marker: `--` below `-- |` in Haskell. */
  readonly continuedBy?: string;
}

export interface CommentToken {
  readonly kind: 'line' | 'block' | 'docstring';
  readonly doc: boolean;
  readonly syntax: CommentSyntax;
  readonly span: Span;
  /**
   * Where the declaration that holds a docstring begins (its `def`, its assignment); `next`: the docstring
   * stands before its declaration; absent for a whole file and for comments.
   */
  readonly ownerStart: number | 'next' | undefined;
}

/**
 * Reads one lexical element that starts at `at`. Returns the offset to go on from, greater than `at`,
 * or {@link NOT_MINE} when the text there is something else.
 */
export type Rule = (scan: Scan, at: number) => number;

export const NOT_MINE = -1;

export interface RuleEntry {
  /** The characters the rule can start with; ASCII. */
  readonly first: string;
  readonly rule: Rule;
}

/** Which inline markup the comments of a language use; cleanMarkup.ts holds one table row for each. */
export type MarkupDialect = 'plain' | 'javadoc' | 'doxygen' | 'xmldoc' | 'rustdoc' | 'sphinx' | 'pod';

/** Which declarations may stand after a comment; symbolPatterns.ts holds one table row for each. */
export type SymbolFamily =
  | 'none'
  | 'javascript'
  | 'python'
  | 'java'
  | 'c'
  | 'csharp'
  | 'go'
  | 'rust'
  | 'ruby'
  | 'php'
  | 'swift'
  | 'kotlin'
  | 'scala'
  | 'shell'
  | 'lua'
  | 'sql'
  | 'haskell'
  | 'elixir'
  | 'r'
  | 'julia'
  | 'dart'
  | 'zig'
  | 'powershell'
  | 'perl'
  | 'css'
  | 'keyValue'
  | 'make';

export interface Lexis {
  readonly rules: readonly RuleEntry[];
  readonly markup: MarkupDialect;
  readonly symbols: SymbolFamily;
  /** How the outermost frame reads, where a file does not begin in code (PHP begins in HTML). */
  readonly outermost?: FrameStep;
}

/** Reads on from `at` in the mode of the top frame and returns a greater offset, or changes the frames. */
export type FrameStep = (scan: Scan, at: number) => number;

/** What to do when the text ends inside a frame: where to read on, and what to report. */
export interface FrameRecovery {
  readonly problem: ExtractionProblem['code'] | undefined;
  /** Found only when it is needed: looking for the line end of each frame would make the scan quadratic. */
  readonly resumeAt: 'lineEnd' | 'nextCharacter';
}

/** An open construct that can hold code or other constructs: a template, an interpolation, a JSX element. */
export interface Frame {
  step: FrameStep;
  readonly start: number;
  /** Brackets open inside this frame. */
  depth: number;
  /** Characters that open and close a nested bracket; the closing one ends an interpolation at depth 0. */
  readonly brackets: string;
  readonly recovery: FrameRecovery | undefined;
  /** The string syntax the frame reads, for the step that reads string bodies. */
  readonly body: unknown;
  readonly commentCount: number;
  readonly problemCount: number;
  readonly bracketCount: number;
}

/** A here-document whose body starts on the next line. */
export interface PendingHeredoc {
  readonly start: number;
  readonly label: string;
  readonly indented: boolean;
}

export interface Scan {
  readonly text: string;
  readonly comments: CommentToken[];
  readonly problems: ExtractionProblem[];
  readonly frames: Frame[];
  readonly ruleTable: readonly (readonly Rule[] | undefined)[];
  readonly heredocs: PendingHeredoc[];
  /** Kinds of the open brackets, for languages whose rules need them (rules/javascript.ts). */
  readonly brackets: number[];
  /** Kind of the bracket closed last. */
  lastClosed: number;
  /** Starts of the logical line being read and of the one before, for rules/python.ts; -1: none yet. */
  logicalStart: number;
  previousLogicalStart: number;
  /**
   * Characters that may still be looked at in vain. Invariant: a search that fails pays its length here, and
   * no search begins when nothing is left; so the whole scan stays linear on any text.
   */
  lookaheadLeft: number;
  /** How often an unterminated construct may still send the scan back to its start. */
  rewindsLeft: number;
}
