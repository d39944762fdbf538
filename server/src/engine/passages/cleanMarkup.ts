// Removes the inline markup of documentation comments and finds their block tags, one table row per dialect.
// In: one line of a comment. Out: the spans to keep, in order, and the tag it begins with, if any.

import type { Span } from '../text/span.ts';
import type { MarkupDialect } from './lexis.ts';
import type { DocTag } from './passage.ts';

export interface CleanedLine {
  /** Non-empty, ascending, disjoint. A space belongs between two when `spaced` says so. */
  readonly pieces: readonly Span[];
  readonly tag: DocTag | undefined;
}

interface DialectRow {
  /** Global, with indices: everything matched goes, except what its groups captured. */
  readonly inline: RegExp | undefined;
  /** At the start of a line; group 1 is the tag's name. */
  readonly tag: RegExp | undefined;
}

const htmlTag =
  '</?(?:p|br|hr|b|i|u|em|strong|code|pre|tt|kbd|samp|sub|sup|small|big|ul|ol|li|dl|dt|dd|a|h[1-6]|div|span|blockquote|table|thead|tbody|tr|td|th|caption|center|font|img|var|cite)(?:\\s[^<>]*)?/?>';
const atTag = /^@([A-Za-z][\w-]*)/;

const rows: Readonly<Record<MarkupDialect, DialectRow>> = {
  plain: { inline: undefined, tag: undefined },
  javadoc: {
    inline: new RegExp(`\\{@\\w+(?:\\s+([^{}]*?))?\\s*(?:\\}|$)|${htmlTag}`, 'dg'),
    tag: atTag,
  },
  doxygen: {
    inline: new RegExp(
      `[\\\\@](?:brief|short|details|b|c|p|e|a|em|ref|link|endlink|n|code|endcode|verbatim|endverbatim|f\\$)(?![\\w-])\\s?|\\{@\\w+(?:\\s+([^{}]*?))?\\s*(?:\\}|$)|${htmlTag}`,
      'dg',
    ),
    tag: /^[@\\](?!(?:brief|short|details|b|c|p|e|a|em|ref|link|endlink|n|code|endcode|verbatim|endverbatim)\b)([A-Za-z][\w-]*)/,
  },
  xmldoc: {
    inline:
      /<(?:see|seealso|paramref|typeparamref)\s+\w+\s*=\s*"(?:[A-Z]:)?([^"<>]*)"\s*\/?>|<(param|typeparam|exception|permission)\s+\w+\s*=\s*"(?:[A-Z]:)?([^"<>]*)"\s*\/?>|<(returns|value|example|remarks)>|<\/?(?:summary|remarks|returns|param|typeparam|value|exception|permission|example|c|code|para|list|listheader|item|term|description|see|seealso|inheritdoc|include|b|i|u|br|a|p|em|strong)(?:\s[^<>]*)?\/?>/dg,
    tag: /^<(param|typeparam|exception|permission|returns|value|example|remarks|seealso)\b/,
  },
  rustdoc: {
    inline: /(?<![\w\])])\[(?:`([^[\]`]+)`|(?!\s)([^[\]`]+))\](?:\([^()\s]*\)|\[[^[\]]*\])?(?!:)/dg,
    tag: undefined,
  },
  sphinx: {
    inline: /:(?:[a-z]+:)?[a-z]+:`[~!]?([^`<>]*?)(?:\s*<[^`<>]*>)?`|``([^`]+)``/dg,
    tag: /^:([a-z]+)(?:\s[^:\n]*)?:(?!`)/,
  },
};

/** Headings of Google-style sections, alone on their line. */
const sectionHeading =
  /^(Args|Arguments|Attributes|Returns|Return|Yields|Raises|Throws|Parameters|Params|Note|Notes|Warning|Warnings|Example|Examples|References|See Also|Todo|Deprecated|Errors|Panics|Safety):$/;

const mayHoldMarkup = /[{<@\\[`:]/;

/** `{@link Foo}` keeps `Foo`; `@param x the value` stays as it is, with the tag `param`. */
export function cleanMarkup(text: string, line: Span, dialect: MarkupDialect): CleanedLine {
  const content = text.slice(line.start, line.end);
  if (content.length > 4000 || !mayHoldMarkup.test(content))
    return { pieces: line.end > line.start ? [line] : [], tag: undefined };
  const row = rows[dialect];
  return {
    pieces: row.inline ? keepCaptured(content, line, row.inline) : [line],
    tag: findTag(content, line, row),
  };
}

function findTag(content: string, line: Span, row: DialectRow): DocTag | undefined {
  const found = row.tag?.exec(content) ?? (row.tag ? sectionHeading.exec(content) : null);
  if (!found) return undefined;
  const name = found[1]!;
  const end = found[0].indexOf(name) + name.length;
  return { name: name.toLowerCase(), span: { start: line.start, end: line.start + end } };
}

function keepCaptured(content: string, line: Span, inline: RegExp): readonly Span[] {
  const pieces: Span[] = [];
  const keep = (start: number, end: number) => {
    if (end > start) pieces.push({ start: line.start + start, end: line.start + end });
  };
  let from = 0;
  for (const match of content.matchAll(inline)) {
    keep(from, match.index);
    for (const captured of match.indices!.slice(1)) if (captured) keep(captured[0], captured[1]);
    from = match.index + match[0].length;
  }
  keep(from, content.length);
  return pieces;
}
