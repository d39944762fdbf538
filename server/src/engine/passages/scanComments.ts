// Finds the comments of one source text. In: the text and the lexis of its language.
// Out: comment tokens in ascending order, and problems. Everything that can hide a comment marker (strings,
// templates, regular expressions, here-documents) is known by the rules of the lexis, so no parser is needed.
// One pass, an explicit stack of frames, no recursion: linear on any text, and broken text never swallows the file.

import type { Span } from '../text/span.ts';
import type { CommentToken, Frame, FrameRecovery, FrameStep, Lexis, Rule, Scan } from './lexis.ts';
import type { ExtractionProblem } from './passage.ts';

export interface ScannedComments {
  readonly comments: readonly CommentToken[];
  readonly problems: readonly ExtractionProblem[];
}

/** Total: every text in every language gives a result. */
export function scanComments(text: string, lexis: Lexis): ScannedComments {
  const scan = createScan(text, lexis);
  let at = skipShebang(text);
  for (;;) {
    while (at < text.length) at = scan.frames[scan.frames.length - 1]!.step(scan, at);
    const broken = scan.frames.findIndex((frame) => frame.recovery !== undefined);
    if (broken < 0) break;
    at = rewind(scan, broken);
  }
  return { comments: scan.comments, problems: scan.problems };
}

/** Reads code until a rule opens or closes a frame, or the text ends. */
export function scanCode(scan: Scan, from: number): number {
  const { text, ruleTable, frames } = scan;
  const frameCount = frames.length;
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const rules = unit < 128 ? ruleTable[unit] : undefined;
    if (rules === undefined) {
      at++;
      continue;
    }
    at = applyRules(scan, rules, at);
    if (frames.length !== frameCount) return at;
  }
  return at;
}

export interface FrameOptions {
  readonly start: number;
  readonly step: FrameStep;
  readonly brackets?: string;
  readonly recovery?: FrameRecovery;
  readonly body?: unknown;
}

export function pushFrame(scan: Scan, options: FrameOptions): void {
  scan.frames.push({
    step: options.step,
    start: options.start,
    depth: 0,
    brackets: options.brackets ?? '',
    recovery: scan.rewindsLeft > 0 ? options.recovery : undefined,
    body: options.body,
    commentCount: scan.comments.length,
    problemCount: scan.problems.length,
    bracketCount: scan.brackets.length,
  });
}

/** Closes the top frame. The outermost frame stays. */
export function popFrame(scan: Scan): void {
  if (scan.frames.length < 2) return;
  const frame = scan.frames.pop()!;
  scan.brackets.length = Math.min(scan.brackets.length, frame.bracketCount);
}

/** Offset of the line break that ends the line of `at` (or the end of the text); a CR counts as a break. */
export function findLineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    if (unit === 10 || unit === 13) break;
    end++;
  }
  return end;
}

/** Looks no further than `end`, so that short literals on a long line stay cheap. */
export function hasLineBreak(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) return true;
  }
  return false;
}

/** `indexOf` that pays for failing; -1 also when no more failures are allowed. */
export function findAhead(scan: Scan, needle: string, from: number): number {
  if (scan.lookaheadLeft <= 0) return -1;
  const found = scan.text.indexOf(needle, from);
  if (found < 0) payLookahead(scan, scan.text.length - from);
  return found;
}

export function payLookahead(scan: Scan, length: number): void {
  scan.lookaheadLeft -= length + 1;
}

export function addProblem(scan: Scan, code: ExtractionProblem['code'], span: Span): void {
  scan.problems.push({ code, span });
}

function createScan(text: string, lexis: Lexis): Scan {
  const scan: Scan = {
    text,
    comments: [],
    problems: [],
    frames: [],
    ruleTable: ruleTableOf(lexis),
    heredocs: [],
    brackets: [],
    lastClosed: 0,
    logicalStart: -1,
    previousLogicalStart: -1,
    lookaheadLeft: 8 * text.length + 4096,
    rewindsLeft: 16,
  };
  pushFrame(scan, { start: 0, step: lexis.outermost ?? scanCode });
  return scan;
}

const ruleTables = new WeakMap<Lexis, readonly (readonly Rule[] | undefined)[]>();

/** The rules by first character: built once for each row of the language table. */
function ruleTableOf(lexis: Lexis): readonly (readonly Rule[] | undefined)[] {
  const known = ruleTables.get(lexis);
  if (known) return known;
  const table: (Rule[] | undefined)[] = new Array(128).fill(undefined);
  for (const entry of lexis.rules) {
    for (const character of entry.first) {
      const unit = character.charCodeAt(0);
      const rules = table[unit];
      if (rules) rules.push(entry.rule);
      else table[unit] = [entry.rule];
    }
  }
  ruleTables.set(lexis, table);
  return table;
}

function applyRules(scan: Scan, rules: readonly Rule[], at: number): number {
  for (const rule of rules) {
    const next = rule(scan, at);
    if (next > at) return next;
  }
  return at + 1;
}

/** `#!` opens a shebang line, except `#![`, which is a Rust attribute. A byte order mark may stand before it. */
function skipShebang(text: string): number {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (!text.startsWith('#!', start) || text[start + 2] === '[') return start;
  return findLineEnd(text, start);
}

/** Gives up an unterminated construct: forgets what was read inside it and reads on where its recovery says. */
function rewind(scan: Scan, index: number): number {
  const frame: Frame = scan.frames[index]!;
  const recovery = frame.recovery!;
  scan.frames.length = index;
  scan.comments.length = frame.commentCount;
  scan.problems.length = frame.problemCount;
  scan.brackets.length = Math.min(scan.brackets.length, frame.bracketCount);
  scan.heredocs.length = 0;
  const next = frame.start + 1;
  const resume = recovery.resumeAt === 'lineEnd' ? Math.max(next, findLineEnd(scan.text, frame.start)) : next;
  if (recovery.problem) addProblem(scan, recovery.problem, { start: frame.start, end: resume });
  scan.rewindsLeft--;
  return resume;
}
