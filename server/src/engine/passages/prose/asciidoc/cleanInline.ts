// Takes the inline markup out of AsciiDoc text: bold, italic, monospace, links, cross references, macros, index
// terms, entities. In: the joined lines of one block, white space collapsed. Out: edits of that text.
// A mark pairs with the next mark of its kind or with none, which keeps hostile text linear.

import type { TextEdit } from '../editText.ts';
import { findEntities } from '../entities.ts';
import { InlineEdits } from '../inlineEdits.ts';

/** `link:url[text]`, `xref:id[text]`, `https://url[text]`, `image:path[alt]`, `kbd:[X]`. */
const macro = /(?:([a-z][a-z0-9_-]{1,30}):(?!:)([^\s[\]<>]{0,2000}))\[([^[\]]{0,4000})\]/y;
const crossReference = /<<([^<>,]{1,500})(?:, ?([^<>]{1,500}))?>>/y;
const indexTerm = /\(\(\([^()]{0,500}\)\)\) ?/y;
const anchor = /\[\[[^[\]]{1,200}\]\]/y;
const role = /\[[.#%][^[\]]{1,100}\](?=[#*_`])/y;
const wordBefore = /[\p{L}\p{N}_]/u;
/** Macros whose brackets hold no text for the reader. */
const silentMacros = new Set([
  'footnote',
  'footnoteref',
  'indexterm',
  'anchor',
  'stem',
  'latexmath',
  'icon',
  'include',
]);

export function cleanAsciidocInline(value: string): readonly TextEdit[] {
  return /[\\`*_#+[(<&^~]/.test(value) ? new AsciidocInlineScanner(value).scan() : [];
}

class AsciidocInlineScanner {
  readonly #value: string;
  readonly #edits: InlineEdits;
  /** Closing marks that wait for their turn, by offset. */
  readonly #closers = new Map<number, string>();

  constructor(value: string) {
    this.#value = value;
    this.#edits = new InlineEdits(value);
  }

  scan(): readonly TextEdit[] {
    let at = 0;
    while (at < this.#value.length) at = this.#step(at);
    for (const edit of findEntities(this.#value)) this.#edits.list.push(edit);
    return this.#edits.list;
  }

  #step(at: number): number {
    const character = this.#value.charAt(at);
    const closer = this.#closers.get(at);
    if (closer !== undefined) {
      this.#edits.cut(at, at + closer.length);
      return at + closer.length;
    }
    if (character === '\\' && /[*_`#+<[{:]/.test(this.#value.charAt(at + 1))) {
      this.#edits.cut(at, at + 1);
      return at + 2;
    }
    if ('*_`#+'.includes(character)) return this.#openMark(at, character);
    if (character === '<') return this.#readReference(at);
    if (character === '(') return this.#cutMatch(indexTerm, at);
    if (character === '[') return this.#cutMatch(this.#value.charAt(at + 1) === '[' ? anchor : role, at);
    const startsWord = /[a-z]/.test(character) && !wordBefore.test(this.#value.charAt(at - 1));
    return startsWord ? this.#readMacro(at) : at + 1;
  }

  /** A double mark pairs anywhere, a single one only around whole words. */
  #openMark(at: number, mark: string): number {
    const isDouble = this.#value.charAt(at + 1) === mark && this.#value.charAt(at + 2) !== mark;
    const marks = isDouble ? mark + mark : mark;
    const from = at + marks.length;
    if (!isDouble && (wordBefore.test(this.#value.charAt(at - 1)) || !/\S/.test(this.#value.charAt(from))))
      return from;
    const close = this.#edits.find(marks, from + 1);
    if (close < 0 || this.#closers.has(close)) return from;
    const behind = this.#value.charAt(close + marks.length);
    const closes =
      isDouble || (/\S/.test(this.#value.charAt(close - 1)) && !wordBefore.test(behind) && behind !== mark);
    if (!closes) return from;
    this.#edits.cut(at, from);
    if (mark !== '`') {
      this.#closers.set(close, marks);
      return from;
    }
    this.#cutLiteral(from, close);
    this.#edits.cut(close, close + marks.length);
    return close + marks.length;
  }

  /** Inside backticks all stands as it is, except plus signs around the whole. */
  #cutLiteral(start: number, end: number): void {
    const isPlus =
      end - start > 2 && this.#value.charAt(start) === '+' && this.#value.charAt(end - 1) === '+';
    if (!isPlus) return;
    this.#edits.cut(start, start + 1);
    this.#edits.cut(end - 1, end);
  }

  #readMacro(at: number): number {
    let end = at + 1;
    while (/[a-zA-Z0-9-]/.test(this.#value.charAt(end))) end++;
    if (this.#value.charAt(end) !== ':') return end;
    macro.lastIndex = at;
    const match = macro.exec(this.#value);
    if (!match) return end;
    const [whole, name, target, label] = [match[0], match[1]!, match[2]!, match[3]!];
    const labelStart = at + whole.length - 1 - label.length;
    if (silentMacros.has(name)) this.#edits.cut(at, at + whole.length);
    else if (label !== '') {
      const text = /^"([^"]*)"|^([^,=]*)(?:,|$)/.exec(label);
      const shown = label.includes('=') ? (text?.[1] ?? text?.[2] ?? label) : label.replace(/\^$/, '');
      const quote = shown !== '' && label.startsWith('"') && label.includes('=') ? 1 : 0;
      this.#edits.cut(at, labelStart + quote);
      this.#edits.cut(labelStart + quote + shown.length, at + whole.length);
    } else {
      const isUrl = target.startsWith('//');
      this.#edits.cut(at, isUrl ? at : at + name.length + 1);
      this.#edits.cut(labelStart - 1, at + whole.length);
    }
    return at + whole.length;
  }

  #readReference(at: number): number {
    crossReference.lastIndex = at;
    const match = crossReference.exec(this.#value);
    if (!match) return at + 1;
    const end = at + match[0].length;
    const shown = match[2] ?? match[1]!.replace(/^#/, '');
    const shownEnd = end - 2;
    this.#edits.cut(at, match[2] === undefined ? at + 2 : shownEnd - shown.length);
    this.#edits.cut(shownEnd, end);
    return end;
  }

  #cutMatch(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    const match = pattern.exec(this.#value);
    if (!match) return at + 1;
    this.#edits.cut(at, at + match[0].length);
    return at + match[0].length;
  }
}
