// Answers `marginalia/ask`: one sentence of the workspace that answers a question, or nothing. Scores of answers
// are calibrated, so the best of all folders can be chosen.

import type { CancellationToken } from 'vscode-languageserver';
import type {
  AskParams,
  AskResponse,
  FoundAnswer,
  NoAnswerReason,
} from '../../../../protocol/searchRequests.ts';
import type { Answer, NoAnswer } from '../../engine/index/workspaceIndex.ts';
import { fromToken } from '../fromProto.ts';
import { type FoundContext, mergeByRank, toFoundPassage } from '../toFoundPassage.ts';
import type { HandlerContext } from './context.ts';
import { foundContext } from './search.ts';

/** As many passages as a person would look through for themselves. */
const readCount = 20;

export function createAskHandler(context: HandlerContext) {
  return async ({ question }: AskParams, token: CancellationToken): Promise<AskResponse> => {
    const { open } = context.indexes;
    const results = await Promise.all(open.map(({ index }) => index.ask(String(question), fromToken(token))));
    const answers = results.flatMap(({ answer }, index): FoundAnswer[] =>
      answer ? [toFoundAnswer(answer, foundContext(context, open[index]!))] : [],
    );
    const read = results.map((result, index) => {
      const found = foundContext(context, open[index]!);
      return result.read.map((hit) => toFoundPassage(hit, found));
    });
    const answer = answers.reduce<FoundAnswer | undefined>(
      (best, one) => (best && best.score >= one.score ? best : one),
      undefined,
    );
    return {
      answer,
      none: answer ? undefined : joinReasons(results.flatMap(({ none }) => none ?? [])),
      read: mergeByRank(read, readCount),
      problem: answer ? undefined : results.find((one) => one.problem !== undefined)?.problem,
    };
  };
}

function toFoundAnswer({ hit, span, sentence, source, score }: Answer, context: FoundContext): FoundAnswer {
  const range = source && {
    start: { line: source.line - 1, character: source.column - 1 },
    end: { line: source.endLine - 1, character: source.endColumn - 1 },
  };
  return { passage: toFoundPassage(hit, context), span, sentence, range, score };
}

/** What one folder does not know, another may. */
function joinReasons(reasons: readonly NoAnswer[]): NoAnswerReason | undefined {
  const [first, ...others] = reasons;
  if (!first) return undefined;
  const surest = reasons.flatMap((one) => one.surest ?? []);
  return {
    unknownWords: first.unknownWords.filter((word) => others.every((one) => one.unknownWords.includes(word))),
    surest: surest.length > 0 ? Math.max(...surest) : undefined,
    needed: first.needed,
  };
}
