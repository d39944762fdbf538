// Rules for here-documents of shells, Ruby, Perl and Dockerfiles (the body starts on the next line) and of PHP.
// Two rules work together: one notes the label, the other skips the bodies when the line ends.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { addProblem, findLineEnd, payLookahead } from '../scanComments.ts';
import { endOfFirstLine } from './strings.ts';

export interface HeredocOptions {
  /** Each matches at the `<<`: group `label`, and group `indent` when the closing line may be indented. */
  readonly openings: readonly RegExp[];
}

/** Notes a here-document. The rest of its line is still code. */
export function heredocOpening(options: HeredocOptions): RuleEntry {
  return {
    first: '<',
    rule(scan, at) {
      const { text } = scan;
      if (text[at + 1] !== '<') return NOT_MINE;
      if (text[at + 2] === '<') return at + 3;
      // Inside `((…))` two angles shift.
      if (/\(\([^()\r\n]*$/.test(text.slice(Math.max(0, at - 60), at))) return at + 2;
      const head = text.slice(at, at + 80);
      for (const pattern of options.openings) {
        const opening = pattern.exec(head);
        const label = opening?.groups?.label;
        if (!opening || !label) continue;
        scan.heredocs.push({ start: at, label, indented: Boolean(opening.groups?.indent) });
        return at + opening[0].length;
      }
      return at + 2;
    },
  };
}

/** At a line break: skips the bodies of the here-documents noted on the line. */
export function heredocBodies(): RuleEntry {
  return { first: '\n\r', rule: (scan, at) => (scan.heredocs.length > 0 ? skipBodies(scan, at) : NOT_MINE) };
}

/** PHP: `<<<LABEL`, `<<<'LABEL'`; the closing label may be indented and code may follow it. */
export function phpHeredoc(): RuleEntry {
  return {
    first: '<',
    rule(scan, at) {
      const { text } = scan;
      const opening = /^<<<[ \t]*(["']?)([A-Za-z_]\w{0,60})\1[ \t]*(?=[\r\n])/.exec(text.slice(at, at + 80));
      if (!opening) return NOT_MINE;
      const end = findLabelLine(scan, at, opening[2]!, (line, label) => {
        const trimmed = line.trimStart();
        return trimmed.startsWith(label) && !/\w/.test(trimmed.charAt(label.length))
          ? line.length - trimmed.length + label.length
          : -1;
      });
      if (end >= 0) return end;
      const lineEnd = endOfFirstLine(text, at);
      addProblem(scan, 'unterminatedString', { start: at, end: lineEnd });
      return lineEnd;
    },
  };
}

function skipBodies(scan: Scan, lineBreak: number): number {
  let at = lineBreak;
  for (const heredoc of scan.heredocs) {
    const end = findLabelLine(scan, at, heredoc.label, (line, label) => {
      const candidate = heredoc.indented ? line.trim() : line;
      return candidate === label ? line.length : -1;
    });
    if (end < 0)
      addProblem(scan, 'unterminatedString', {
        start: heredoc.start,
        end: findLineEnd(scan.text, heredoc.start),
      });
    else at = end;
  }
  scan.heredocs.length = 0;
  return at === lineBreak ? at + 1 : at;
}

/** Offset inside the closing line where code goes on, or -1. Reads whole lines after the line of `at`. */
function findLabelLine(
  scan: Scan,
  at: number,
  label: string,
  match: (line: string, label: string) => number,
): number {
  const { text } = scan;
  if (scan.lookaheadLeft <= 0) return -1;
  let end = findLineEnd(text, at);
  while (end < text.length) {
    const start = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    end = findLineEnd(text, start);
    if (end - start < label.length) continue;
    const length = match(text.slice(start, end), label);
    if (length >= 0) return start + length;
  }
  payLookahead(scan, text.length - at);
  return -1;
}
