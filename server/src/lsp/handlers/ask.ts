// Answers `marginalia/ask`: one sentence of the workspace that answers a question, or nothing. Scores of answers
// are calibrated, so the best of all folders can be chosen.

import type { CancellationToken } from 'vscode-languageserver';
import type { AskParams, AskResponse, FoundAnswer } from '../../../../protocol/searchRequests.ts';
import { fromToken } from '../fromProto.ts';
import { mergeByRank, toFoundPassage } from '../toFoundPassage.ts';
import type { HandlerContext } from './context.ts';
import { foundContext } from './search.ts';

/** As many passages as a person would look through for themselves. */
const readCount = 20;

export function createAskHandler(context: HandlerContext) {
  return async ({ question }: AskParams, token: CancellationToken): Promise<AskResponse> => {
    const { open } = context.indexes;
    const results = await Promise.all(open.map(({ index }) => index.ask(String(question), fromToken(token))));
    const answers = results.flatMap(({ answer }, index): FoundAnswer[] => {
      if (!answer) return [];
      const { hit, span, sentence, score } = answer;
      return [{ passage: toFoundPassage(hit, foundContext(context, open[index]!)), span, sentence, score }];
    });
    const read = results.map((result, index) => {
      const found = foundContext(context, open[index]!);
      return result.read.map((hit) => toFoundPassage(hit, found));
    });
    return {
      answer: answers.reduce<FoundAnswer | undefined>(
        (best, one) => (best && best.score >= one.score ? best : one),
        undefined,
      ),
      read: mergeByRank(read, readCount),
      problem: answers.length > 0 ? undefined : results.find((one) => one.problem !== undefined)?.problem,
    };
  };
}
