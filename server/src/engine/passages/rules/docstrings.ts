// Rules for strings that document in languages other than Python: Elixir's `@doc """…"""` and Julia's string
// directly before a definition. Both document the declaration on the next line.

import { NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { addProblem, findAhead, findLineEnd, hasLineBreak } from '../scanComments.ts';
import { isLineStart } from './comments.ts';
import { endOfFirstLine } from './strings.ts';

/** `@doc "…"`, `@moduledoc """…"""`, `@doc ~S"""…"""`; the sigil belongs to the opening marker. */
export function elixirDocumentation(): RuleEntry {
  return {
    first: '"~',
    rule(scan, at) {
      const { text } = scan;
      const attribute = /@(?:module|type)?doc[ \t]+$/.exec(text.slice(Math.max(0, at - 24), at));
      if (!attribute) return NOT_MINE;
      const open = /^(?:~[sS])?("""|")/.exec(text.slice(at, at + 5));
      return open ? readDocumentation(scan, at, { open: open[0], close: open[1]! }) : NOT_MINE;
    },
  };
}

/** Elixir's heredocs with a sigil: `~S"""…"""`, `~r'''…'''`. */
export function sigilHeredoc(): RuleEntry {
  return {
    first: '~',
    rule(scan, at) {
      const open = /^~[a-zA-Z][A-Z]*("""|''')/.exec(scan.text.slice(at, at + 12));
      if (!open) return NOT_MINE;
      const found = findAhead(scan, open[1]!, at + open[0].length);
      return found < 0 ? endOfFirstLine(scan.text, at) : found + 3;
    },
  };
}

/** A string on a line of its own, with a definition on the next line. */
export function juliaDocumentation(): RuleEntry {
  const definition =
    /^\r?\n[ \t]*(?:@\w+[ \t]+)*(?:(?:mutable[ \t]+)?(?:function|struct|macro|module|baremodule|const|abstract|primitive)\b|[\w.!]+(?:\{[^}]*\})?\()/;
  return {
    first: '"',
    rule(scan, at) {
      const { text } = scan;
      if (!isLineStart(text, at)) return NOT_MINE;
      const quotes = text.startsWith('"""', at) ? '"""' : '"';
      const close = text.indexOf(quotes, at + quotes.length);
      if (close < 0 || (quotes === '"' && hasLineBreak(text, at, close))) return NOT_MINE;
      const after = close + quotes.length;
      if (!definition.test(text.slice(after, after + 200))) return NOT_MINE;
      return readDocumentation(scan, at, { open: quotes, close: quotes });
    },
  };
}

function readDocumentation(
  scan: Scan,
  at: number,
  syntax: { readonly open: string; readonly close: string },
): number {
  const { text } = scan;
  let found = findAhead(scan, syntax.close, at + syntax.open.length);
  if (syntax.close === '"') {
    while (found > 0 && text[found - 1] === '\\') found = findAhead(scan, syntax.close, found + 1);
  }
  const end =
    found < 0 ? Math.max(findLineEnd(text, at), at + syntax.open.length) : found + syntax.close.length;
  if (found < 0) addProblem(scan, 'unterminatedDocstring', { start: at, end });
  scan.comments.push({ kind: 'docstring', doc: true, syntax, span: { start: at, end }, ownerStart: 'next' });
  return end;
}
