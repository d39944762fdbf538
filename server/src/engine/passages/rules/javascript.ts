// Rules that only JavaScript and TypeScript need: regular expressions against division, bracket kinds,
// template literals, and JSX elements (where `//` in element text is no comment).

import { type Frame, NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { findLineEnd, payLookahead, popFrame, pushFrame, scanCode } from '../scanComments.ts';
import { findPreviousCode, isWordUnit, wordEndingAt } from './previousCode.ts';
import type { StringSyntax } from './strings.ts';

/** Kinds of brackets on the stack of a scan. */
const PLAIN = 1;
/** The parenthesis of `if (…)`, after which a slash begins a regular expression. */
const CONDITION = 2;
const BLOCK = 3;
const EXPRESSION = 4;

const wordsBeforeExpression = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'else',
  'do',
  'instanceof',
  'await',
  'yield',
  'default',
]);
const wordsBeforeCondition = new Set(['if', 'while', 'for', 'with']);

export const templateLiteral: StringSyntax = {
  open: '`',
  close: '`',
  escape: '\\',
  multiline: true,
  interpolations: [{ open: '${', brackets: '{}' }],
  suspectsLetterAfter: true,
};

/** Keeps the kinds of open brackets and ends interpolations; `floor` of a lookback is the frame's start. */
export function scriptBrackets(): RuleEntry {
  return {
    first: '(){}[]',
    rule(scan, at) {
      const { text, brackets } = scan;
      const opened = text[at]!;
      if (opened === '(') brackets.push(isCondition(scan, at) ? CONDITION : PLAIN);
      else if (opened === '{')
        brackets.push(isExpressionPosition(scan, at, { ofBrace: true }) ? EXPRESSION : BLOCK);
      else if (opened === ')') closeParenthesis(scan);
      else if (opened === '}') closeBrace(scan);
      return at + 1;
    },
  };
}

/** A slash that is not a comment: a regular expression where an expression may begin, else a division. */
export function regularExpression(): RuleEntry {
  return {
    first: '/',
    rule(scan, at) {
      if (!isExpressionPosition(scan, at)) return at + 1;
      if (scan.lookaheadLeft <= 0) return at + 1;
      const end = findRegularExpressionEnd(scan.text, at + 1);
      if (end > 0) return end;
      payLookahead(scan, -end - at);
      return at + 1;
    },
  };
}

export interface JsxOptions {
  /** In TypeScript `<T,>` and `<T extends …>` open the type parameters of an arrow function. */
  readonly typeParameters: boolean;
}

export function jsxElement(options: JsxOptions): RuleEntry {
  return {
    first: '<',
    rule(scan, at) {
      const { text } = scan;
      const next = text.charCodeAt(at + 1);
      // White space, a comment or `>` after the angle: a fragment, however it is spaced.
      const isName = isWordUnit(next) && !(next >= 48 && next <= 57);
      if (!isName && !'> \t\r\n/'.includes(text.charAt(at + 1) || '<')) return NOT_MINE;
      if (scan.rewindsLeft <= 0 || !isExpressionPosition(scan, at)) return NOT_MINE;
      if (options.typeParameters && /^<[\w$]+\s*(?:,|extends\s|=[^>])/.test(text.slice(at, at + 80)))
        return NOT_MINE;
      openTag(scan, at);
      return at + 1;
    },
  };
}

/** Whether an operand may begin at `at`: then `/` is a regular expression, `<` an element, `{` an object. */
function isExpressionPosition(scan: Scan, at: number, options: { readonly ofBrace?: boolean } = {}): boolean {
  const { text } = scan;
  const frame = scan.frames[scan.frames.length - 1]!;
  const previous = findPreviousCode(scan, at, frame.start);
  if (previous < 0) return !options.ofBrace;
  const unit = text[previous]!;
  if (unit === ')') return !options.ofBrace && scan.lastClosed === CONDITION;
  if (unit === '}') return !options.ofBrace && scan.lastClosed !== EXPRESSION;
  if (unit === ']' || unit === '"' || unit === "'" || unit === '`') return false;
  if (isWordUnit(text.charCodeAt(previous))) return isKeywordBefore(text, previous, options.ofBrace ?? false);
  if (options.ofBrace) return !(unit === ';' || unit === '{' || (unit === '>' && text[previous - 1] === '='));
  if ((unit === '+' || unit === '-') && text[previous - 1] === unit) return false;
  if (unit === '!')
    return !/[\w$)\]]/.test(text.charAt(previous - 1)) || isKeywordBefore(text, previous - 1, false);
  return true;
}

function isKeywordBefore(text: string, end: number, ofBrace: boolean): boolean {
  const word = wordEndingAt(text, end, 12);
  if (!wordsBeforeExpression.has(word) || text[end - word.length] === '.') return false;
  return !ofBrace || (word !== 'else' && word !== 'do');
}

function isCondition(scan: Scan, at: number): boolean {
  const previous = findPreviousCode(scan, at, 0);
  if (previous < 0) return false;
  const word = wordEndingAt(scan.text, previous, 8);
  if (word === 'await') return true;
  return wordsBeforeCondition.has(word) && scan.text[previous - word.length] !== '.';
}

function closeParenthesis(scan: Scan): void {
  const { brackets } = scan;
  const frame = scan.frames[scan.frames.length - 1]!;
  const kind = brackets[brackets.length - 1];
  if (brackets.length > frame.bracketCount && (kind === PLAIN || kind === CONDITION)) {
    scan.lastClosed = kind;
    brackets.pop();
  } else {
    scan.lastClosed = PLAIN;
  }
}

/** A brace also closes the parentheses that half-typed code left open inside it. */
function closeBrace(scan: Scan): void {
  const { brackets } = scan;
  const frame = scan.frames[scan.frames.length - 1]!;
  while (brackets.length > frame.bracketCount) {
    const kind = brackets.pop()!;
    if (kind === BLOCK || kind === EXPRESSION) {
      scan.lastClosed = kind;
      return;
    }
  }
  scan.lastClosed = EXPRESSION;
  if (frame.brackets === '{}') popFrame(scan);
}

/** Offset after the expression; negative: where its line ended without it. */
function findRegularExpressionEnd(text: string, from: number): number {
  let inClass = false;
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029) break;
    if (unit === 92) at++;
    else if (unit === 91) inClass = true;
    else if (unit === 93) inClass = false;
    else if (unit === 47 && !inClass) return at + 1;
    at++;
  }
  return -at;
}

function openTag(scan: Scan, at: number): void {
  pushFrame(scan, { start: at, step: scanTag, recovery: { problem: undefined, resumeAt: 'nextCharacter' } });
}

/** Inside `<name …`: attributes, their strings, expressions and comments, until `>` or `/>`. */
function scanTag(scan: Scan, from: number): number {
  const { text } = scan;
  const frame: Frame = scan.frames[scan.frames.length - 1]!;
  let at = from;
  while (at < text.length) {
    const unit = text[at]!;
    if (unit === '"' || unit === "'") {
      const close = text.indexOf(unit, at + 1);
      at = close < 0 ? text.length : close + 1;
    } else if (unit === '{') {
      pushFrame(scan, { start: at, step: scanCode, brackets: '{}' });
      return at + 1;
    } else if (unit === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      at = readTagComment(scan, at);
    } else if (unit === '/' && text[at + 1] === '>') {
      closeElement(scan);
      return at + 2;
    } else if (unit === '>' && frame.depth === 0) {
      frame.step = scanElementText;
      return at + 1;
    } else {
      if (unit === '<') frame.depth++;
      else if (unit === '>' && text[at - 1] !== '=') frame.depth--;
      at++;
    }
  }
  return at;
}

/** Between the tags: text, where only `{` and `<` mean something. */
function scanElementText(scan: Scan, from: number): number {
  const { text } = scan;
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === 123) {
      pushFrame(scan, { start: at, step: scanCode, brackets: '{}' });
      return at + 1;
    }
    if (unit === 60) {
      if (text[at + 1] !== '/') {
        openTag(scan, at);
        return at + 1;
      }
      const close = text.indexOf('>', at);
      closeElement(scan);
      return close < 0 ? text.length : close + 1;
    }
    at++;
  }
  return at;
}

/** After an element a slash divides, as after a closing brace of an expression. */
function closeElement(scan: Scan): void {
  popFrame(scan);
  scan.lastClosed = EXPRESSION;
}

function readTagComment(scan: Scan, at: number): number {
  const { text } = scan;
  const isLine = text[at + 1] === '/';
  const close = isLine ? findLineEnd(text, at) : text.indexOf('*/', at + 2);
  if (close < 0) return text.length;
  const end = isLine ? close : close + 2;
  const syntax = isLine ? { open: '//', close: '' } : { open: '/*', close: '*/' };
  scan.comments.push({
    kind: isLine ? 'line' : 'block',
    doc: false,
    syntax,
    span: { start: at, end },
    ownerStart: undefined,
  });
  return end;
}
