// The seven kinds of HTML blocks that CommonMark knows: how each begins and where it ends.
// In: the source and the offset of a `<`. Out: the end condition of the block, or nothing.

const blockTags =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|' +
  'fieldset|figcaption|figure|footer|form|frame|frameset|h1|h2|h3|h4|h5|h6|head|header|hr|html|iframe|legend|li|link|' +
  'main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|picture|search|section|summary|table|tbody|td|tfoot|th|' +
  'thead|title|tr|track|ul';
const rawTag = /<(script|pre|style|textarea)(?=[\s>]|$)/imy;
const blockTag = new RegExp(`</?(?:${blockTags})(?=[\\s>]|/>|$)`, 'imy');
const aloneTag = /<\/?[a-z][a-z0-9-]*(?:[ \t][^<>\r\n]*)?>[ \t]*$/imy;

export interface HtmlBlockStart {
  /** `raw` ends with `endMark`; `blank` ends before a blank line and holds text to read; a comment ends with `-->`. */
  readonly kind: 'raw' | 'comment' | 'blank';
  readonly endMark: string;
  /** A tag alone on its line cannot interrupt a paragraph. */
  readonly interrupts: boolean;
}

export function matchHtmlBlock(source: string, at: number): HtmlBlockStart | undefined {
  if (source.charCodeAt(at) !== 60) return undefined;
  if (source.startsWith('<!--', at)) return { kind: 'comment', endMark: '-->', interrupts: true };
  if (source.startsWith('<?', at)) return { kind: 'raw', endMark: '?>', interrupts: true };
  if (source.startsWith('<![CDATA[', at)) return { kind: 'raw', endMark: ']]>', interrupts: true };
  if (/[a-z]/i.test(source.charAt(at + 2)) && source.charCodeAt(at + 1) === 33) {
    return { kind: 'raw', endMark: '>', interrupts: true };
  }
  rawTag.lastIndex = at;
  const raw = rawTag.exec(source);
  if (raw) return { kind: 'raw', endMark: `</${raw[1]!.toLowerCase()}>`, interrupts: true };
  blockTag.lastIndex = at;
  if (blockTag.test(source)) return { kind: 'blank', endMark: '', interrupts: true };
  aloneTag.lastIndex = at;
  return aloneTag.test(source) ? { kind: 'blank', endMark: '', interrupts: false } : undefined;
}
