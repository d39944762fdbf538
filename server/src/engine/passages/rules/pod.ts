// Plain Old Documentation, as perlpodspec has it: a line that begins with `=name` opens it, `=cut` or the end of
// the text closes it. Each paragraph and each command's text documents on its own; indented paragraphs are code,
// and what is meant for another formatter is none of ours.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { findLineEnd } from '../scanComments.ts';
import { isFirstOnLine } from './comments.ts';

/** Commands that carry no text for a reader. */
const silent = new Set(['pod', 'over', 'back', 'encoding', 'for', 'begin', 'end']);

export function podParagraphs(): RuleEntry {
  return {
    first: '=',
    rule(scan, at) {
      const { text } = scan;
      const opens = isFirstOnLine(text, at) && /^=[a-zA-Z]/.test(text.slice(at, at + 2));
      return opens ? readPod(scan, at) : NOT_MINE;
    },
  };
}

function readPod(scan: Scan, from: number): number {
  const { text } = scan;
  let isForeign = false;
  for (let at = skipEmptyLines(text, from); at < text.length; ) {
    const end = findParagraphEnd(text, at);
    const command = /^=([a-zA-Z]\w*)/.exec(text.slice(at, Math.min(end, at + 40)));
    const name = command?.[1];
    if (name === 'cut') return findLineEnd(text, at);
    // A colon, as in `=begin :note`, says that the region is Pod after all.
    if (name === 'begin') isForeign = !/^=begin\s+:/.test(text.slice(at, Math.min(end, at + 40)));
    else if (name === 'end') isForeign = false;
    const isVerbatim = text[at] === ' ' || text[at] === '\t';
    if (!isForeign && !isVerbatim && !(name && silent.has(name))) {
      const syntax = { open: command?.[0] ?? '', close: '' };
      scan.comments.push({
        kind: 'block',
        doc: true,
        syntax,
        span: { start: at, end },
        ownerStart: undefined,
      });
    }
    at = skipEmptyLines(text, end);
  }
  return text.length;
}

/** Where the last line ends before an empty line, or before `=cut`, which needs no empty line. */
function findParagraphEnd(text: string, at: number): number {
  let end = findLineEnd(text, at);
  for (;;) {
    const start = skipLineBreak(text, end);
    const next = findLineEnd(text, start);
    if (text.startsWith('=cut', start) || text.slice(start, next).trim() === '') return end;
    end = next;
  }
}

/** The start of the first line that holds anything; white space at its start belongs to it. */
function skipEmptyLines(text: string, from: number): number {
  let start = from;
  while (start < text.length) {
    const end = findLineEnd(text, start);
    if (text.slice(start, end).trim() !== '') return start;
    start = skipLineBreak(text, end);
  }
  return text.length;
}

function skipLineBreak(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : Math.min(at + 1, text.length);
}
