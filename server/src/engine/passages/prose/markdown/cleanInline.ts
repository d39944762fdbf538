// Takes the inline markup out of Markdown text: emphasis, code marks, links, images, footnote marks, escapes,
// entities, HTML tags. In: the joined lines of one block, white space collapsed. Out: edits of that text.
// One pass with a stack of open brackets, then one over the emphasis marks; linear on any input.

import type { TextEdit } from '../editText.ts';
import { findEntities } from '../entities.ts';
import { InlineEdits } from '../inlineEdits.ts';
import { CodeSpanFinder } from './codeSpans.ts';
import { type EmphasisRun, findEmphasis } from './emphasis.ts';
import { normalizeLabel } from './readMarkdown.ts';

const destination =
  /\( ?(?:<[^<>]*>|[^\s()<][^\s()]*(?:\([^\s()]*\)[^\s()]*)*)?(?: (?:"[^"]*"|'[^']*'|\([^()]*\)))? ?\)(?:\{[^{}]*\})?/y;
const reference = /\[([^[\]]{0,999})\]/y;
const footnote = /\[\^[^\s[\]]{1,99}\]:?/y;
const autolink = /<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]{1,64}@[^\s<>@]{1,255})>/y;
const tag = /<\/?([a-zA-Z][a-zA-Z0-9-]*)(?:[\s/][^<>]*)?>/y;
const checkbox = /^\[[ xX]\] /;
const headingAttributes = /(?: |^)\{[#.:][^{}]*\}$/;
const escapable = /[!-/:-@[-`{-~]/;
const htmlNames = new Set(
  (
    'a abbr address article aside audio b base bdi bdo big blockquote body br button canvas caption center cite code ' +
    'col colgroup data dd del details dfn div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head ' +
    'header hr html i iframe img input ins kbd label legend li link main map mark menu meta nav noscript object ol ' +
    'optgroup option p param picture pre q rp rt ruby s samp section select small source span strike strong style sub ' +
    'summary sup svg table tbody td template textarea tfoot th thead title tr tt u ul var video wbr path g'
  ).split(' '),
);
const glueNames = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);

export function createInlineCleaner(linkLabels: ReadonlySet<string>): (value: string) => readonly TextEdit[] {
  return (value) => (/[\\`*_[\]<&~{]/.test(value) ? new InlineScanner(value, linkLabels).scan() : []);
}

class InlineScanner {
  readonly #value: string;
  readonly #linkLabels: ReadonlySet<string>;
  readonly #codeSpans: CodeSpanFinder;
  readonly #edits: InlineEdits;
  readonly #brackets: { at: number; isImage: boolean }[] = [];
  readonly #runs: EmphasisRun[] = [];
  readonly #lastCommentEnd: number;

  constructor(value: string, linkLabels: ReadonlySet<string>) {
    this.#value = value;
    this.#edits = new InlineEdits(value);
    this.#linkLabels = linkLabels;
    this.#codeSpans = new CodeSpanFinder(value);
    this.#lastCommentEnd = value.lastIndexOf('-->');
  }

  scan(): readonly TextEdit[] {
    const box = checkbox.exec(this.#value);
    const attributes = headingAttributes.exec(this.#value);
    const end = attributes ? attributes.index : this.#value.length;
    if (attributes) this.#edits.cut(attributes.index, this.#value.length);
    let at = 0;
    if (box) {
      this.#edits.cut(0, box[0].length);
      at = box[0].length;
    }
    while (at < end) at = this.#step(at);
    for (const edit of findEmphasis(this.#runs)) this.#edits.list.push(edit);
    for (const edit of findEntities(this.#value)) this.#edits.list.push(edit);
    return this.#edits.list;
  }

  /** Reads what stands at `at`; answers where to go on. */
  #step(at: number): number {
    switch (this.#value.charCodeAt(at)) {
      case 92:
        return this.#readEscape(at);
      case 96:
        return this.#readCode(at);
      case 42:
      case 95:
      case 126:
        return this.#readRun(at);
      case 33:
        if (this.#value.charCodeAt(at + 1) !== 91) return at + 1;
        this.#brackets.push({ at, isImage: true });
        return at + 2;
      case 91:
        return this.#openBracket(at);
      case 93:
        return this.#closeBracket(at);
      case 60:
        return this.#readTag(at);
      default:
        return at + 1;
    }
  }

  #readEscape(at: number): number {
    if (!escapable.test(this.#value.charAt(at + 1))) return at + 1;
    this.#edits.cut(at, at + 1);
    return at + 2;
  }

  #readCode(at: number): number {
    const span = this.#codeSpans.findFrom(at);
    if (!span.closeStart) return span.openEnd;
    let { openEnd, closeStart } = span;
    const isPadded = this.#value.charCodeAt(openEnd) === 32 && this.#value.charCodeAt(closeStart - 1) === 32;
    if (isPadded && closeStart - openEnd > 2) {
      openEnd++;
      closeStart--;
    }
    this.#keepVerbatim(at, openEnd, closeStart, span.closeStart + (span.openEnd - at));
    return span.closeStart + (span.openEnd - at);
  }

  /** Keeps `[from, to)` of `[start, end)`, and protects it from the entity decoder. */
  #keepVerbatim(start: number, from: number, to: number, end: number): void {
    this.#edits.cut(start, from);
    for (const edit of findEntities(this.#value.slice(from, to))) {
      const text = this.#value.slice(from + edit.start, from + edit.end);
      this.#edits.list.push({ start: from + edit.start, end: from + edit.end, text });
    }
    this.#edits.cut(to, end);
  }

  #readRun(at: number): number {
    const unit = this.#value.charCodeAt(at);
    let end = at + 1;
    while (this.#value.charCodeAt(end) === unit) end++;
    this.#runs.push({
      start: at,
      end,
      unit,
      before: this.#value.charAt(at - 1),
      after: this.#value.charAt(end),
    });
    return end;
  }

  #openBracket(at: number): number {
    if (this.#value.charCodeAt(at + 1) === 94) {
      footnote.lastIndex = at;
      const match = footnote.exec(this.#value);
      const isDefinition = match?.[0].endsWith(':');
      if (match && (!isDefinition || at === 0)) {
        this.#edits.cut(at, at + match[0].length);
        return at + match[0].length;
      }
    }
    this.#brackets.push({ at, isImage: false });
    return at + 1;
  }

  #closeBracket(at: number): number {
    const open = this.#brackets.pop();
    if (!open) return at + 1;
    const end = this.#matchTarget(open.at + (open.isImage ? 2 : 1), at);
    if (end === undefined) return at + 1;
    this.#edits.cut(open.at, open.at + (open.isImage ? 2 : 1));
    this.#edits.cut(at, end);
    return end;
  }

  /** Where a link ends whose text is `[textStart, textEnd)`, or `undefined` when the brackets are just text. */
  #matchTarget(textStart: number, textEnd: number): number | undefined {
    destination.lastIndex = textEnd + 1;
    const inline = destination.exec(this.#value);
    if (inline) return destination.lastIndex;
    reference.lastIndex = textEnd + 1;
    const full = reference.exec(this.#value);
    if (full && full[1] !== '' && this.#linkLabels.has(normalizeLabel(full[1]!))) return reference.lastIndex;
    if (textEnd - textStart > 999) return undefined;
    const text = this.#value.slice(textStart, textEnd);
    const isCode = text.length > 2 && text.startsWith('`') && text.endsWith('`');
    if (!isCode && !this.#linkLabels.has(normalizeLabel(text))) return undefined;
    return full ? reference.lastIndex : textEnd + 1;
  }

  #readTag(at: number): number {
    if (this.#value.startsWith('<!--', at)) {
      if (at > this.#lastCommentEnd) return at + 1;
      const end = this.#value.indexOf('-->', at + 2) + 3;
      this.#edits.cut(at, end);
      return end;
    }
    autolink.lastIndex = at;
    const link = autolink.exec(this.#value);
    if (link) {
      const end = at + link[0].length;
      this.#keepVerbatim(at, at + 1, end - 1, end);
      return end;
    }
    tag.lastIndex = at;
    const match = tag.exec(this.#value);
    const name = match?.[1]?.toLowerCase();
    if (!match || !name || !(htmlNames.has(name) || name.includes('-'))) return at + 1;
    const end = at + match[0].length;
    this.#edits.list.push({ start: at, end, text: glueNames.has(name) ? '' : ' ' });
    return end;
  }
}
