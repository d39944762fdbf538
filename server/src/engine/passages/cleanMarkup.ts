// Removes the inline markup of documentation comments and finds their block tags, one table row per dialect.
// In: one line of a comment. Out: the spans to keep, in order, and the tag it begins with, if any.

import type { Span } from '../text/span.ts';
import type { MarkupDialect } from './lexis.ts';
import type { DocTag } from './passage.ts';

export interface CleanedLine {
  /** Non-empty, ascending, disjoint. */
  readonly pieces: readonly Span[];
  readonly tag: DocTag | undefined;
  /** The line ends inside `{@link …`, whose brace closes on a line below. */
  readonly opensBrace: boolean;
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
  pod: {
    inline:
      /[BCFIS]<<+\s(.*?)\s>>+|L<([^|<>]+)\|[^<>]*>|[XZ]<[^<>]*>|(?:L<\/|[BCFILS]<)((?:[^<>\n]|->|[BCFILSE]<[^<>]*>)*)>/dg,
    tag: undefined,
  },
};

/** Headings of Google-style sections, alone on their line. */
const sectionHeading =
  /^(Args|Arguments|Attributes|Returns|Return|Yields|Raises|Throws|Parameters|Params|Note|Notes|Warning|Warnings|Example|Examples|References|See Also|Todo|Deprecated|Errors|Panics|Safety|Other Parameters|Warns):$/;

const mayHoldMarkup = /[{<@\\[`:]/;

/** `{@link Foo}` keeps `Foo`; `@param x the value` stays as it is, with the tag `param`. */
export function cleanMarkup(text: string, line: Span, dialect: MarkupDialect, inBrace: boolean): CleanedLine {
  const content = text.slice(line.start, line.end);
  const whole = line.end > line.start ? [line] : [];
  const row = rows[dialect];
  if (row.inline === undefined || content.length > 4000 || !(inBrace || mayHoldMarkup.test(content))) {
    return { pieces: whole, tag: findTag(content, line, row), opensBrace: inBrace };
  }
  const closing = inBrace ? content.search(/[{}]/) : -1;
  const closes = closing >= 0 && content[closing] === '}';
  const pieces = keepCaptured(content, line, row.inline);
  return {
    pieces: closes ? withoutCharacter(pieces, line.start + closing) : pieces,
    tag: findTag(content, line, row),
    opensBrace: (inBrace && !closes) || /\{@\w+[^{}]*$/.test(content),
  };
}

/** The brace that ends an inline tag of an earlier line. */
function withoutCharacter(pieces: readonly Span[], at: number): readonly Span[] {
  return pieces.flatMap((piece) => {
    if (at < piece.start || at >= piece.end) return [piece];
    const halves = [
      { start: piece.start, end: at },
      { start: at + 1, end: piece.end },
    ];
    return halves.filter((half) => half.end > half.start);
  });
}

/** A heading of a NumPy-style section: the word alone above a ruler. */
export function sectionTag(text: string, line: Span): DocTag | undefined {
  const name = text.slice(line.start, Math.min(line.end, line.start + 20));
  return sectionHeading.test(`${name}:`)
    ? { name: name.toLowerCase(), span: { start: line.start, end: line.end } }
    : undefined;
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
