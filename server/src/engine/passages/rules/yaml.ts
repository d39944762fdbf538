// Rules that only YAML needs: block scalars (`run: |` in build files holds shell code, whose `#` is text) and
// quotes, which open a string only where a value may begin.

import { NOT_MINE, type RuleEntry } from '../lexis.ts';
import { findLineEnd } from '../scanComments.ts';
import { readString, type StringSyntax } from './strings.ts';

const single: StringSyntax = {
  open: "'",
  close: "'",
  escape: '',
  doubled: true,
  multiline: true,
  suspectsLetterAfter: true,
};
const double: StringSyntax = {
  open: '"',
  close: '"',
  escape: '\\',
  multiline: true,
  suspectsLetterAfter: true,
};

/** `it's` and `say "x"` inside a plain scalar open nothing. */
export function yamlString(): RuleEntry {
  return {
    first: '"\'',
    rule(scan, at) {
      const { text } = scan;
      let before = at - 1;
      while (text[before] === ' ' || text[before] === '\t') before--;
      const opensValue =
        before < 0 ||
        '\n\r[{,=!&('.includes(text[before]!) ||
        (':-?'.includes(text[before]!) && before < at - 1) ||
        isTagged(text, before);
      if (!opensValue) return at + 1;
      return readString(scan, at, text[at] === '"' ? double : single);
    },
  };
}

/** `|` or `>` at the end of a line: the more indented lines below are text. */
export function yamlBlockScalar(): RuleEntry {
  return {
    first: '|>',
    rule(scan, at) {
      const { text } = scan;
      if (!/[ \t]/.test(text.charAt(at - 1))) return NOT_MINE;
      if (!/^[|>][+\-\d]{0,3}[ \t]*(?:[#\r\n]|$)/.test(text.slice(at, at + 60))) return NOT_MINE;
      const end = findLineEnd(text, at);
      const body = findBlockBody(text, at, end);
      // A comment may stand on the header's own line; the rule for comments reads it before the body is skipped.
      const comment = text.slice(at, end).indexOf('#');
      if (comment >= 0) {
        const start = at + comment;
        scan.comments.push({
          kind: 'line',
          doc: false,
          syntax: { open: '#', close: '' },
          span: { start, end },
          ownerStart: undefined,
        });
      }
      return Math.max(body, end);
    },
  };
}

/** End of the lines that belong to the scalar: indented at least like its first line, and more than its key. */
function findBlockBody(text: string, at: number, headerEnd: number): number {
  const parent = columnOfKey(text, at);
  let indent = -1;
  let bodyEnd = headerEnd;
  let end = headerEnd;
  while (end < text.length) {
    const start = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    let first = start;
    while (text[first] === ' ') first++;
    end = findLineEnd(text, first);
    if (first === end) continue;
    const column = first - start;
    if (indent < 0) indent = column > parent ? column : Number.MAX_SAFE_INTEGER;
    if (column < indent) break;
    bodyEnd = end;
  }
  return bodyEnd;
}

/** Column of the key on the line of `at`; of the last dash when the scalar is a list item itself. */
function columnOfKey(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 2000 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  const line = text.slice(start, at);
  const lead = /^[ \t]*(?:-[ \t]+)*/.exec(line)![0];
  if (lead.length < line.length) return lead.length;
  return Math.max(lead.lastIndexOf('-'), -1);
}

/** `!tag` or `&anchor` before the value. */
function isTagged(text: string, end: number): boolean {
  return /(?:^|[\s:,[{-])[!&][\w!/.-]*$/.test(text.slice(Math.max(0, end - 40), end + 1));
}
