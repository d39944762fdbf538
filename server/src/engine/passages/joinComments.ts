// Groups comment tokens into the blocks that people wrote: line comments with the same marker, in the same column,
// on consecutive lines are one block. In: text and tokens, ascending. Out: groups, ascending.

import type { CommentToken } from './lexis.ts';

export interface CommentGroup {
  /** At least one. */
  readonly tokens: readonly CommentToken[];
  /** Only white space stands before it on its first line. */
  readonly ownLine: boolean;
}

/**
 * `x = 1 // a` above `// b` stays apart, unless `// b` continues in the column of `// a`;
 * two comments that both stand behind code document their own lines and stay apart.
 */
export function joinComments(text: string, tokens: readonly CommentToken[]): readonly CommentGroup[] {
  const groups: CommentGroup[] = [];
  let open: { tokens: CommentToken[]; ownLine: boolean; column: number } | undefined;
  for (const token of tokens) {
    const ownLine = isOwnLine(text, token.span.start);
    if (token.kind !== 'line') {
      open = undefined;
      groups.push({ tokens: [token], ownLine });
      continue;
    }
    const column = columnOf(text, token.span.start);
    const last = open?.tokens.at(-1);
    if (
      open &&
      last &&
      ownLine &&
      column === open.column &&
      continues(open.tokens[0]!, last, token) &&
      isNextLine(text, last.span.end, token.span.start)
    ) {
      open.tokens.push(token);
      continue;
    }
    open = { tokens: [token], ownLine, column };
    groups.push(open);
  }
  return groups;
}

function continues(first: CommentToken, last: CommentToken, next: CommentToken): boolean {
  return next.syntax.open === last.syntax.open || next.syntax.open === first.syntax.continuedBy;
}

function isOwnLine(text: string, at: number): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const unit = text.charCodeAt(before);
    if (unit === 10 || unit === 13) return true;
    if (unit !== 32 && unit !== 9 && !/\s/.test(text[before]!)) return false;
  }
  return true;
}

/** Linear over a file: a line holds at most one line comment, so no line is walked twice. */
function columnOf(text: string, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  return at - start;
}

/** Exactly one line break and white space between the two offsets. */
function isNextLine(text: string, from: number, to: number): boolean {
  let breaks = 0;
  for (let at = from; at < to; at++) {
    const unit = text[at]!;
    if (unit === '\n' || (unit === '\r' && text[at + 1] !== '\n')) breaks++;
    else if (unit !== ' ' && unit !== '\t' && unit !== '\r') return false;
    if (breaks > 1) return false;
  }
  return breaks === 1;
}
