// Answers `marginalia/similar`: what else in the workspace says something like this passage. The passage comes
// from an earlier result, from a place in an open document, or as text; itself it is never among the hits.

import type { CancellationToken } from 'vscode-languageserver';
import type { FoundPassage, SimilarParams, SimilarResponse } from '../../../../protocol/searchRequests.ts';
import type { Passage } from '../../engine/passages/passage.ts';
import { toLineColumn } from '../../engine/text/lineIndex.ts';
import { findPassageAt } from '../documentAnalysis.ts';
import type { OpenDocument } from '../documents.ts';
import { fromPosition, fromToken } from '../fromProto.ts';
import type { HandlerContext } from './context.ts';
import { askEveryIndex, toCount } from './search.ts';

export function createSimilarHandler(context: HandlerContext) {
  return async (params: SimilarParams, token: CancellationToken): Promise<SimilarResponse> => {
    const count = toCount(params.count);
    const { passage, place, text } = params;
    if (passage) {
      const response = await askEveryIndex(context, count, fromToken(token), async (open, cancellation) =>
        // Other folders do not know the passage by its id; its own folder is asked alone.
        open.folder.uri === passage.root
          ? await open.index.similar({ id: passage.id }, count, cancellation)
          : undefined,
      );
      return { ...response, of: text && beginningOf(text) };
    }
    const found = place ? await findPlace(context, place) : undefined;
    const wanted = found?.passage.text.value ?? text;
    if (wanted === undefined) return { hits: [], tiers: [], problems: [], of: undefined };
    const response = await askEveryIndex(context, count, fromToken(token), ({ index }, cancellation) =>
      // One more, as the passage itself resembles itself most.
      index.similar({ text: wanted }, count + 1, cancellation),
    );
    const hits = response.hits.filter((hit) => !(found && isItself(hit, found))).slice(0, count);
    return { ...response, hits, of: beginningOf(wanted) };
  };
}

function beginningOf(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

interface FoundPlace {
  readonly document: OpenDocument;
  readonly passage: Passage;
}

async function findPlace(
  context: HandlerContext,
  { uri, position }: NonNullable<SimilarParams['place']>,
): Promise<FoundPlace | undefined> {
  const document = context.documents.get(uri);
  if (!document) return undefined;
  await context.ensureEngine();
  const extraction = await context.analysis.extract(document);
  const passages = extraction?.passages ?? [];
  const passage =
    findPassageAt(passages, fromPosition(document, position)) ??
    findOnLine(document, passages, position.line);
  return passage && { document, passage };
}

/** The caret often stands before the comment of its line, or on the declaration that a comment documents. */
function findOnLine(
  { lines }: OpenDocument,
  passages: readonly Passage[],
  line: number,
): Passage | undefined {
  const lineOf = (offset: number) => toLineColumn(lines, offset).line;
  return passages.find(
    ({ span, symbol }) =>
      (lineOf(span.start) <= line && line <= lineOf(span.end)) ||
      (symbol !== undefined && lineOf(symbol.span.start) === line),
  );
}

function isItself(hit: FoundPassage, { document, passage }: FoundPlace): boolean {
  return hit.uri === document.uri && hit.text === passage.text.value;
}
