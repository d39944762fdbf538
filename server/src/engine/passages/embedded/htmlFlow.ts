// Gathers the text of an HTML document into headings, paragraphs, list items and table rows.
// In: tags and text in order. Out: prose blocks whose text maps back to the source: inline tags are gone, an
// entity became the character it stands for (which has no source of its own), white space collapsed.

import { type MappedText, MappedTextBuilder } from '../../text/mappedText.ts';
import type { Span } from '../../text/span.ts';
import type { PassageKind } from '../passage.ts';
import { collapseWhiteSpace, editText, type TextEdit } from '../prose/editText.ts';
import { findEntities } from '../prose/entities.ts';
import { trimSpan } from '../prose/lines.ts';
import { joinCells, type ProseBlock } from '../prose/proseBlock.ts';
import {
  blockNames,
  codeNames,
  headingLevels,
  listItemNames,
  skippedNames,
  spacedNames,
} from './htmlNames.ts';

interface Cell {
  readonly text: MappedText;
  readonly span: Span;
}

export class HtmlFlow {
  readonly blocks: ProseBlock[] = [];
  readonly #source: string;
  readonly #open: { name: string; hasText: boolean }[] = [];
  readonly #openCounts = new Map<string, number>();
  #builder: MappedTextBuilder;
  #spans: Span[] = [];
  #hasProse = false;
  #codeDepth = 0;
  #skipDepth = 0;
  #skippedBy = '';
  #row: Cell[] | undefined;

  constructor(source: string) {
    this.#source = source;
    this.#builder = new MappedTextBuilder(source);
  }

  addText(span: Span): void {
    if (this.#skipDepth > 0) return;
    const inner = trimSpan(this.#source, span);
    if (inner.end > inner.start) {
      this.#spans.push(inner);
      if (this.#codeDepth === 0) this.#hasProse = true;
    }
    this.#builder.appendSource(span);
  }

  openTag(name: string, isSelfClosing: boolean): void {
    if (this.#skipDepth > 0) {
      if (name === this.#skippedBy && !isSelfClosing) this.#skipDepth++;
      return;
    }
    if (codeNames.has(name) && !isSelfClosing) this.#codeDepth++;
    if (spacedNames.has(name)) this.#builder.appendJoin(' ');
    if (skippedNames.has(name)) {
      this.#flush();
      if (isSelfClosing) return;
      this.#skipDepth = 1;
      this.#skippedBy = name;
    } else if (blockNames.has(name)) this.#openBlock(name);
  }

  closeTag(name: string): void {
    if (this.#skipDepth > 0) {
      if (name === this.#skippedBy) this.#skipDepth--;
      return;
    }
    if (codeNames.has(name)) this.#codeDepth = Math.max(0, this.#codeDepth - 1);
    if (spacedNames.has(name)) this.#builder.appendJoin(' ');
    if (!blockNames.has(name)) return;
    if (this.#row && isInlineInCell(name)) {
      this.#builder.appendJoin(' ');
      return;
    }
    this.#flush();
    if (name === 'tr' || name === 'table') this.#endRow();
    this.#pop(name);
  }

  finish(): readonly ProseBlock[] {
    this.#flush();
    this.#endRow();
    return this.blocks;
  }

  #openBlock(name: string): void {
    if (this.#row && isInlineInCell(name)) {
      this.#builder.appendJoin(' ');
      return;
    }
    this.#flush();
    // A heading, a list or a table inside a cell means that the table only arranges the page.
    if (this.#row && name !== 'td' && name !== 'th') this.#endRow();
    if (name === 'tr') this.#row = [];
    // These never stand in themselves, and authors leave out their end tags.
    const last = this.#open.at(-1)?.name;
    if (last === 'p' || (last === name && listItemNames.has(name))) this.#pop(last);
    this.#open.push({ name, hasText: false });
    this.#openCounts.set(name, (this.#openCounts.get(name) ?? 0) + 1);
  }

  #pop(name: string): void {
    if ((this.#openCounts.get(name) ?? 0) === 0) return;
    for (;;) {
      const element = this.#open.pop()!;
      this.#openCounts.set(element.name, this.#openCounts.get(element.name)! - 1);
      if (element.name === name) return;
    }
  }

  #flush(): void {
    const spans = this.#spans;
    const raw = this.#builder.build();
    const hasProse = this.#hasProse;
    this.#builder = new MappedTextBuilder(this.#source);
    this.#spans = [];
    this.#hasProse = false;
    this.#codeDepth = 0;
    const first = spans[0];
    const last = spans.at(-1);
    if (!first || !last) return;
    const edits = [...findEntities(raw.value), ...findTemplateTags(raw.value)];
    const text = collapseWhiteSpace(this.#source, editText(this.#source, raw, edits));
    const span = { start: first.start, end: last.end };
    if (this.#row) this.#row.push({ text, span });
    else if (hasProse && hasLetters(text.value)) this.#addBlock(text, span);
  }

  #addBlock(text: MappedText, span: Span): void {
    const element = this.#findOwner();
    const kind = element ? getKind(element) : 'paragraph';
    if (element) element.hasText = true;
    const level = kind === 'heading' ? headingLevels.get(element!.name) : undefined;
    this.blocks.push({ kind, span, lines: [], text, ...(level === undefined ? {} : { level }) });
  }

  /** The element that gives a text its kind: a paragraph or division at the start of an item belongs to the item. */
  #findOwner(): { name: string; hasText: boolean } | undefined {
    const last = this.#open.at(-1);
    const around = this.#open.at(-2);
    if (last && (last.name === 'p' || last.name === 'div') && !last.hasText && around) {
      if (listItemNames.has(around.name) && !around.hasText) return around;
    }
    return last;
  }

  #endRow(): void {
    const cells = this.#row;
    this.#row = undefined;
    const first = cells?.[0];
    const last = cells?.at(-1);
    if (!cells || !first || !last) return;
    const text = joinCells(cells.map((cell) => cell.text).filter((cell) => cell.value !== ''));
    const span = { start: first.span.start, end: last.span.end };
    if (hasLetters(text.value)) this.blocks.push({ kind: 'tableRow', span, lines: [], text });
  }
}

function getKind(element: { name: string; hasText: boolean }): PassageKind {
  if (headingLevels.has(element.name)) return 'heading';
  return listItemNames.has(element.name) && !element.hasText ? 'listItem' : 'paragraph';
}

/** Paragraphs inside a table cell are words of that cell. */
function isInlineInCell(name: string): boolean {
  return name === 'p' || name === 'div' || name === 'center';
}

/** Control tags of template languages (Jinja, Twig, Django, Liquid) are no words of the page. */
function findTemplateTags(value: string): TextEdit[] {
  if (!value.includes('{')) return [];
  const tags = value.matchAll(/\{%[^%]{0,2000}%\}|\{#[^#]{0,2000}#\}/g);
  return Array.from(tags, (match) => ({ start: match.index, end: match.index + match[0].length, text: ' ' }));
}

/** What is nothing but the place of a template's value has no words. */
function hasLetters(value: string): boolean {
  return /\p{L}/u.test(value.includes('{{') ? value.replace(/\{\{[^{}]*\}\}/g, '') : value);
}
