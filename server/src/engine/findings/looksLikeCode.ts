// The syntactic half of `commented-out-code`: the model suspects, this agrees or not.
// In: a passage and its source. Out: true where most of its lines have the shape of code and none is a sentence.

import type { Passage } from '../passages/passage.ts';
import { codeShapesOf } from './codeShapes.ts';

/** A block counts when at least this share of its lines is code and its brackets nearly match. */
const smallestCodeShare = 0.6;

/** The beginning of a longer line tells as much, and no pattern meets a line long enough to be slow on. */
const maxLineLength = 300;

export function looksLikeCode(passage: Passage, source: string): boolean {
  const lines = linesOf(passage, source);
  // `@{` opens a group of documentation, `}` closes what somebody looked for: too little to be switched-off code.
  if (!lines.some((line) => /[\p{L}_]{2}/u.test(line))) return false;
  const shapes = codeShapesOf(passage.language);
  let codeLines = 0;
  let sentences = 0;
  for (const line of lines) {
    if (isSentence(line)) sentences++;
    else if (shapes.some((shape) => shape.test(line))) codeLines++;
  }
  // One explaining line above a block is usual; more of them make it an explanation with an example.
  if (sentences > Math.floor(lines.length / 4)) return false;
  return codeLines / lines.length >= smallestCodeShare && bracketsNearlyMatch(lines.join('\n'), lines.length);
}

/** Cleaned lines as they stood: the passage's text joins them, its segments still know. */
export function linesOf(passage: Passage, source: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let previousEnd = -1;
  for (const { start, sourceStart, length } of passage.text.segments) {
    if (previousEnd >= 0) {
      const between = source.slice(previousEnd, sourceStart);
      if (/[\r\n]/.test(between)) {
        lines.push(line);
        line = '';
      } else if (between !== '') line += ' ';
    }
    const [first = '', ...more] = passage.text.value.slice(start, start + length).split(/\r\n|\r|\n/);
    line += first;
    for (const next of more) {
      lines.push(line);
      line = next;
    }
    previousEnd = sourceStart + length;
  }
  lines.push(line);
  return lines.map((one) => one.trim().slice(0, maxLineLength)).filter((one) => one !== '');
}

/**
 * At least five words, most of them plain and without the marks of code: `Returns the size; callers may cache it` is
 * one, `if (size == other.size) return;` is not. A line such as `if x is not None:` could be either; the model tells.
 */
function isSentence(line: string): boolean {
  const words = line.split(/\s+/);
  if (
    words.length < 5 ||
    /^(?:if|elif|for\s.+\sin|while|with|except|return|from|import)\b.*[:{;]$/.test(line)
  )
    return false;
  const plain = words.filter((word) => /^["'(]?[A-Za-z][a-z'’-]*[.,:;!?)"']*$/.test(word)).length;
  return plain / words.length >= 0.75 && !/[{}=]|\w\(\)|\);?$|\(.*["'].*\)/.test(line);
}

/** A block cut out of the middle of a function may lack one closing bracket; prose with smileys lacks many. */
function bracketsNearlyMatch(text: string, lineCount: number): boolean {
  const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  const open: string[] = [];
  let unmatched = 0;
  // Brackets inside string literals say nothing.
  for (const unit of text.replace(/(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g, '')) {
    if ('([{'.includes(unit)) open.push(unit);
    else if (unit in closers) {
      if (open.at(-1) === closers[unit]) open.pop();
      else unmatched++;
    }
  }
  return open.length + unmatched <= Math.max(1, Math.ceil(lineCount / 4));
}
