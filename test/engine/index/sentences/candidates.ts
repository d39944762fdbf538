// Words, passages and sentences for tests of answers: only what a test is about has to be said.

import type { CandidatePassage } from '../../../../server/src/engine/index/sentences/pickSentences.ts';
import type { QuestionWord } from '../../../../server/src/engine/index/sentences/questionWords.ts';
import type { SearchHit } from '../../../../server/src/engine/index/workspaceIndex.ts';

export function word(token: string, weight = 0.5, isUnknown = false): QuestionWord {
  return { token, text: token, rarity: 1, weight, isUnknown };
}

export function candidate(
  hit: Partial<SearchHit>,
  { names = [], cosine }: { readonly names?: readonly string[]; readonly cosine?: number } = {},
): CandidatePassage {
  return {
    hit: {
      id: '1',
      file: 'a.md',
      span: { start: 0, end: 1 },
      line: 1,
      endLine: 1,
      text: '',
      kind: 'paragraph',
      language: 'markdown',
      symbol: undefined,
      labels: [],
      score: 1,
      lexicalRank: 1,
      vectorRank: undefined,
      highlights: [],
      isDeprecated: false,
      duplicates: 0,
      ...hit,
    },
    names: new Set(names),
    cosine,
  };
}
