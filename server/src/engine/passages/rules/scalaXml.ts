// XML literals of Scala: `val page = <p class="x">It's // no comment { code }</p>`. In: `<` where the language's
// lexer goes over to XML, as its specification says (chapter 10). Out: frames for tags and for what is between
// them; code in braces is read as code, and `<!-- … -->` is a comment.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { findAhead, popFrame, pushFrame, scanCode } from '../scanComments.ts';

/** White space, a parenthesis or a brace stands before a literal; an element may follow another directly. */
export function scalaXml(): RuleEntry {
  return {
    first: '<',
    rule(scan, at) {
      const { text } = scan;
      if (at > 0 && !' \t\r\n({>'.includes(text[at - 1]!)) return NOT_MINE;
      if (text.startsWith('<!--', at)) return readXmlComment(scan, at);
      // A frame without its end sends the scan back; when that happened too often, angles are operators.
      if (scan.rewindsLeft <= 0 || !isNameStart(text, at + 1)) return NOT_MINE;
      return openTag(scan, at);
    },
  };
}

/** Without a colon, unlike names of XML: `A <: B` is a bound. */
function isNameStart(text: string, at: number): boolean {
  return /[A-Za-z_\u00c0-\u02ff\u0370-\u1fff\u3001-\ud7ff]/.test(text.charAt(at));
}

function openTag(scan: Scan, at: number): number {
  pushFrame(scan, { start: at, step: scanTag, recovery: { problem: undefined, resumeAt: 'nextCharacter' } });
  return at + 1;
}

function openCode(scan: Scan, at: number): number {
  pushFrame(scan, { start: at, step: scanCode, brackets: '{}' });
  return at + 1;
}

/** Inside `<name …`: attributes with their strings and code, until `>` or `/>`. */
function scanTag(scan: Scan, from: number): number {
  const { text } = scan;
  for (let at = from; at < text.length; at++) {
    const unit = text[at]!;
    if (unit === '"' || unit === "'") {
      at = text.indexOf(unit, at + 1);
      if (at < 0) return text.length;
    } else if (unit === '{') {
      return openCode(scan, at);
    } else if (unit === '>') {
      if (text[at - 1] === '/') popFrame(scan);
      else scan.frames[scan.frames.length - 1]!.step = scanContent;
      return at + 1;
    }
  }
  return text.length;
}

/** Between the tags: a doubled brace is a brace, a single one opens code. */
function scanContent(scan: Scan, from: number): number {
  const { text } = scan;
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === 123) {
      if (text[at + 1] !== '{') return openCode(scan, at);
      at += 2;
    } else if (unit !== 60) {
      at++;
    } else if (text.startsWith('<!--', at)) {
      at = readXmlComment(scan, at);
    } else if (text.startsWith('<![CDATA[', at)) {
      at = skipBehind(text, ']]>', at);
    } else if (text[at + 1] === '/') {
      popFrame(scan);
      return skipBehind(text, '>', at);
    } else {
      return openTag(scan, at);
    }
  }
  return at;
}

function skipBehind(text: string, end: string, at: number): number {
  const found = text.indexOf(end, at);
  return found < 0 ? text.length : found + end.length;
}

function readXmlComment(scan: Scan, at: number): number {
  const close = findAhead(scan, '-->', at + 4);
  if (close < 0) return at + 1;
  const span = { start: at, end: close + 3 };
  const syntax = { open: '<!--', close: '-->' };
  scan.comments.push({ kind: 'block', doc: false, syntax, span, ownerStart: undefined });
  return span.end;
}
