// Answers `marginalia/search`: passages of the whole workspace by words and by meaning. Each folder's index is
// asked at the same time; one that fails is logged and left out, as the others still have something to say.

import type { CancellationToken } from 'vscode-languageserver';
import type { SearchParams, SearchResponse } from '../../../../protocol/searchRequests.ts';
import { type Cancellation, CancelledError } from '../../engine/cancellation.ts';
import type { SearchHit, SearchResult } from '../../engine/index/workspaceIndex.ts';
import { fromToken } from '../fromProto.ts';
import { describeError } from '../guard.ts';
import { mergeByRank, toFoundPassage } from '../toFoundPassage.ts';
import type { OpenIndex } from '../workspaceIndexes.ts';
import type { HandlerContext } from './context.ts';

export function createSearchHandler(context: HandlerContext) {
  return async ({ query, count }: SearchParams, token: CancellationToken): Promise<SearchResponse> => {
    const wanted = toCount(count);
    return await askEveryIndex(context, wanted, fromToken(token), async ({ index }, cancellation) => {
      const result = await index.search({ text: String(query), count: wanted }, cancellation);
      return { ...result, hits: result.hits.filter(isWorthShowing) };
    });
  };
}

/** Everything resembles a query somehow: of what none of its words is in, only so much is worth a look. */
export const hitsByMeaningAlone = 20;

function isWorthShowing({ lexicalRank, vectorRank }: SearchHit): boolean {
  return lexicalRank !== undefined || vectorRank === undefined || vectorRank <= hitsByMeaningAlone;
}

/** More than anybody looks at, and few enough to draw at once. */
const largestCount = 500;

export function toCount(count: unknown): number {
  const number = Number(count);
  return Number.isFinite(number) ? Math.min(largestCount, Math.max(1, Math.floor(number))) : 50;
}

export async function askEveryIndex(
  context: HandlerContext,
  count: number,
  cancellation: Cancellation,
  ask: (open: OpenIndex, cancellation: Cancellation) => Promise<SearchResult | undefined>,
): Promise<SearchResponse> {
  const { open } = context.indexes;
  const results = await Promise.all(
    open.map(async (one) => {
      try {
        return await ask(one, cancellation);
      } catch (error) {
        if (error instanceof CancelledError || cancellation.isCancelled || open.length === 1) throw error;
        context.services.logger.log(
          'error',
          `Search in ${one.folder.name} failed; the other folders answer`,
          describeError(error),
        );
        return undefined;
      }
    }),
  );
  const hits = results.map((result, index) => {
    const found = foundContext(context, open[index]!);
    return (result?.hits ?? []).map((hit) => toFoundPassage(hit, found));
  });
  return {
    hits: mergeByRank(hits, count),
    tiers: [...new Set(results.flatMap((result) => result?.tiers ?? []))],
    problems: [...new Set(results.flatMap((result) => result?.problems ?? []))],
  };
}

export function foundContext(context: HandlerContext, { folder }: OpenIndex) {
  const { state } = context.holder;
  return {
    folder,
    withFolderName: context.indexes.status.folders.length > 1,
    tasks: state.kind === 'ready' ? state.info.tasks : undefined,
    texts: context.texts,
  };
}
