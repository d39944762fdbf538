// Does a deprecation say what to use instead? The light syntactic half of `deprecated-without-alternative`.
// In: a passage and its source. Out: yes where a link, a reference or a named replacement stands in the statement.

import type { Passage } from '../passages/passage.ts';

/**
 * The part of the source that speaks about the deprecation, markup included, since a link is an answer:
 * from the tag to the next tag, plus all `see` tags; without a tag, the whole passage.
 */
export function deprecationStatement(passage: Passage, source: string): string {
  const start = passage.tags.findIndex((tag) => tag.name === 'deprecated');
  if (start < 0) return source.slice(passage.span.start, passage.span.end);
  return passage.tags
    .flatMap((tag, index) => {
      if (index !== start && !referenceTags.has(tag.name)) return [];
      return [source.slice(tag.span.start, passage.tags[index + 1]?.span.start ?? passage.span.end)];
    })
    .join('\n');
}

/** `namesAlternative('@deprecated use {@link open} instead')` is true, `namesAlternative('@deprecated since 2.0')` is not. */
export function namesAlternative(statement: string): boolean {
  const text = statement
    .slice(0, maxStatementLength)
    .replace(/^[ \t]*(?:\/\/[/!]?|#+|\*|--|;)/gm, ' ')
    .replace(/\s+/g, ' ');
  return alternativePatterns.some((pattern) => pattern.test(text));
}

/** Nobody hides the alternative behind two pages of text, and no pattern meets a text long enough to be slow on. */
const maxStatementLength = 4000;

const referenceTags: ReadonlySet<string> = new Set(['see', 'seealso', 'link', 'alternative', 'replacement']);

/** Each row is one way in which people name a replacement. */
const alternativePatterns: readonly RegExp[] = [
  // {@link Foo}, @see Foo, [[Foo]], [Foo], [text](target), :func:`foo`, <see cref="Foo"/>
  /\{@(?:link|linkplain|linkcode|see)\s+[^}]+\}/i,
  /[@\\](?:see|link|sa)\s+\S/i,
  /\[[^\]\s][^\]]*\]/,
  /:\w+:`[^`]+`/,
  /\bcref\s*=/i,
  /https?:\/\/\S/i,
  // use Foo instead, please use the new API, prefer foo(), replaced by Foo, in favour of Foo, moved to foo.bar
  /(?<!\b(?:not|never|longer|to|don't|cannot|can't|should|won't|avoid) )\b(?:use|using|call|try|prefer|choose|switch to|migrate to|upgrade to|move to)\s+(?!(?:of|at|it|this|that|these|those|them|with|in|on|is|will)\b)[\w`'"#:<]/i,
  /\b(?:replaced (?:by|with)|superseded by|replacement is|replacement:|in fav(?:ou?r) of|moved to|renamed to|now called|equivalent to|alternative(?:ly)?(?: is|:)?|instead of this|instead,?)\s+\S/i,
  /\binstead\b/i,
  /\bsee(?: also)?:?\s+[`#"'<]?[\w.]+/i,
  // A symbol in code font or with a call's parentheses
  /`[\w$.:#<>()-]+`/,
  /\b[\w$.:]*\w\(\)/,
  /(?:^|\s)#\w+/,
];
