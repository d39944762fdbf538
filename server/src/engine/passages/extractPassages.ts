// Station 2: source file → passages. The table of languages decides how the text is read; nothing here knows a
// language by name. In: `SourceFile`. Out: passages in ascending order, and what could not be read.

import type { SourceFile } from '../text/sourceFile.ts';
import { cleanComment } from './cleanComment.ts';
import { documentedSymbol } from './documentedSymbol.ts';
import { extractEmbedded } from './embedded/extractEmbedded.ts';
import { type CommentGroup, joinComments } from './joinComments.ts';
import { languageRow } from './languages.ts';
import type { CommentToken, Lexis } from './lexis.ts';
import type { Extraction, Passage, PassageKind } from './passage.ts';
import { extractProse } from './prose/extractProse.ts';
import { scanComments } from './scanComments.ts';

/** Total: never throws on any text; a language that is not in the table gives nothing. */
export function extractPassages(file: SourceFile): Extraction {
  const row = languageRow(file.language);
  switch (row?.reads) {
    case undefined:
      return { passages: [], problems: [] };
    case 'code':
      return extractComments(file, row.lexis);
    case 'prose':
      return extractProse(file, row.format);
    case 'embedded':
      return extractEmbedded(file, row.format, extractPassages);
  }
}

function extractComments(file: SourceFile, lexis: Lexis): Extraction {
  const { comments, problems } = scanComments(file.text, lexis);
  const passages: Passage[] = [];
  for (const group of joinComments(file.text, comments)) {
    const passage = toPassage(file, lexis, group, comments);
    if (passage) passages.push(passage);
  }
  return { passages, problems };
}

function toPassage(
  file: SourceFile,
  lexis: Lexis,
  group: CommentGroup,
  comments: readonly CommentToken[],
): Passage | undefined {
  const cleaned = cleanComment(file.text, group.tokens, lexis.markup);
  if (!cleaned) return undefined;
  const { tokens, ownLine } = group;
  return {
    kind: kindOf(group),
    language: file.language,
    span: { start: tokens[0]!.span.start, end: tokens.at(-1)!.span.end },
    parts: tokens.map((token) => token.span),
    text: cleaned.text,
    tags: cleaned.tags,
    symbol: documentedSymbol({ text: file.text, comments }, group, lexis.symbols),
    section: [],
    ownLine,
  };
}

function kindOf(group: CommentGroup): PassageKind {
  const first = group.tokens[0]!;
  return first.kind !== 'docstring' && first.doc ? 'doc' : first.kind;
}
