// Recognises what an AsciiDoc line is. In: a line without white space at its ends. Out: its form.

export type AsciidocForm =
  | { readonly kind: 'heading'; readonly level: number; readonly width: number }
  | { readonly kind: 'listItem'; readonly width: number }
  /** `term:: text`: the term ends at `termEnd`, the text starts at `width`. */
  | { readonly kind: 'definition'; readonly termEnd: number; readonly width: number }
  | { readonly kind: 'admonition'; readonly name: string }
  | { readonly kind: 'title' | 'comment' }
  /** Attributes, anchors, macros, conditions, rulers: nothing to read. `isCode` when the next paragraph is code. */
  | { readonly kind: 'skipped'; readonly isCode: boolean };

const heading = /^(={1,6}|#{1,6})[ \t]+(?=\S)/;
const listItem =
  /^(?:[*]{1,6}|-|\.{1,6}|\d{1,4}\.|[a-zA-Z]\.|<(?:\d{1,3}|\.)>)[ \t]+(?:\[[ xX*]\][ \t]+)?(?=\S)/;
const definition = /(?:::{1,3}|;;)(?:[ \t]+|$)/;
const admonition = /^(NOTE|TIP|IMPORTANT|WARNING|CAUTION|TODO):[ \t]+(?=\S)/;
const attribute = /^:!?[\w][\w-]*!?:(?:[ \t]|$)/;
const blockAttributes = /^\[.*\]$/;
const codeStyle =
  /^\[(?:source|listing|literal|stem|latexmath|asciimath|verse|ditaa|plantuml|graphviz|mermaid|%?,)\b|^\[,/;
const blockMacro = /^[a-z][a-z0-9_-]*::\S*\[.*\]$/;
const ruler = /^(?:'{3,}|<<<|\+|-{3}|\*{3}|\* \* \*)$/;

/** The delimiter lines of blocks whose content is left out, and of those whose content is prose. */
const codeDelimiter = /^(?:-{4,}|\.{4,}|\+{4,}|`{3,}.*)$/;
const proseDelimiter = /^(?:={4,}|\*{4,}|_{4,}|--|~{4,}|"{2,})$/;

export function matchForm(text: string): AsciidocForm | undefined {
  if (text.startsWith('//') && !text.startsWith('///')) return { kind: 'comment' };
  const title = heading.exec(text);
  if (title) return { kind: 'heading', level: title[1]!.length, width: title[0].length };
  if (attribute.test(text) || ruler.test(text) || blockMacro.test(text))
    return { kind: 'skipped', isCode: false };
  if (blockAttributes.test(text)) return { kind: 'skipped', isCode: codeStyle.test(text) };
  const item = listItem.exec(text);
  if (item) return { kind: 'listItem', width: item[0].length };
  if (/^\.[^\s.]/.test(text)) return { kind: 'title' };
  const note = admonition.exec(text);
  if (note) return { kind: 'admonition', name: note[1]! };
  const term = text.includes('::') || text.includes(';;') ? definition.exec(text) : null;
  if (!term || term.index === 0) return undefined;
  return { kind: 'definition', termEnd: term.index, width: term.index + term[0].length };
}

/** The delimiter line of a block whose content is code or raw text; the same line ends it. */
export function matchCodeDelimiter(text: string): string | undefined {
  if (!codeDelimiter.test(text)) return undefined;
  return text.startsWith('```') ? '```' : text;
}

export function isProseDelimiter(text: string): boolean {
  return proseDelimiter.test(text);
}

/** Level of a title with this underline below it, old style; 0 when the line is none. */
export function matchUnderline(title: string, line: string): number {
  const mark = /^([=\-~^+])\1+$/.exec(line)?.[1];
  if (mark === undefined || !/\w/.test(title) || Math.abs([...title].length - line.length) > 2) return 0;
  return '=-~^+'.indexOf(mark) + 1;
}
