// Turns the tokens of one comment block into the text a reader sees, with a map back to the source.
// In: source text, tokens, the markup dialect. Out: mapped text and block tags; nothing for an empty comment.

import { type MappedText, MappedTextBuilder } from '../text/mappedText.ts';
import { cleanMarkup, sectionTag } from './cleanMarkup.ts';
import { readBareContent, readCommentLines } from './commentLines.ts';
import type { CommentToken, MarkupDialect } from './lexis.ts';
import type { DocTag } from './passage.ts';

export interface CleanedComment {
  readonly text: MappedText;
  readonly tags: readonly DocTag[];
}

const listItem = /^(?:[-*+\u2022]|\d{1,3}[.)]|\([a-z0-9]\))\s/;

/** Lines of a paragraph are joined by a space; empty lines, tags and list items begin a new paragraph. */
export function cleanComment(
  text: string,
  tokens: readonly CommentToken[],
  dialect: MarkupDialect,
): CleanedComment | undefined {
  const builder = new MappedTextBuilder(text);
  const tags: DocTag[] = [];
  const inUse = tokens.some((token) => token.doc) ? dialect : 'plain';
  let startsParagraph = true;
  let inBrace = false;
  const lines = readCommentLines(text, tokens);
  for (const [index, line] of lines.entries()) {
    const cleaned = cleanMarkup(text, line, inUse, inBrace);
    inBrace = cleaned.opensBrace && line.end > line.start;
    const ruled = inUse !== 'plain' && lines[index + 1]?.isDecoration;
    const tag = cleaned.tag ?? (ruled ? sectionTag(text, line) : undefined);
    if (tag) tags.push(tag);
    if (cleaned.pieces.length === 0) {
      startsParagraph = true;
      continue;
    }
    const isItem =
      tag !== undefined || listItem.test(text.slice(line.start, Math.min(line.end, line.start + 8)));
    if (builder.length > 0) builder.appendJoin(startsParagraph || isItem ? '\n' : ' ');
    appendPieces(builder, text, cleaned.pieces);
    startsParagraph = false;
  }
  const cleaned = builder.build();
  if (cleaned.value.trim() !== '') return { text: cleaned, tags };
  return keepDecoration(text, tokens);
}

/** Where markup went away between two words, one space takes its place; where it left two spaces, one stays. */
function appendPieces(builder: MappedTextBuilder, text: string, pieces: CleanedPieces): void {
  let previousEnd = -1;
  for (const [index, piece] of pieces.entries()) {
    let { start, end } = piece;
    const follows = previousEnd >= 0;
    if (!follows || isSpace(text, previousEnd - 1)) while (start < end && isSpace(text, start)) start++;
    if (index === pieces.length - 1) while (end > start && isSpace(text, end - 1)) end--;
    if (end <= start) continue;
    if (follows && previousEnd < start && isWord(text, previousEnd - 1) && isWord(text, start))
      builder.appendJoin(' ');
    builder.appendSource({ start, end });
    previousEnd = end;
  }
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at));
}

type CleanedPieces = ReturnType<typeof cleanMarkup>['pieces'];

function isWord(text: string, at: number): boolean {
  return /\w/.test(text.charAt(at));
}

function keepDecoration(text: string, tokens: readonly CommentToken[]): CleanedComment | undefined {
  for (const token of tokens) {
    const bare = readBareContent(text, token);
    if (bare.end <= bare.start) continue;
    const builder = new MappedTextBuilder(text);
    builder.appendSource(bare);
    return { text: builder.build(), tags: [] };
  }
  return undefined;
}
