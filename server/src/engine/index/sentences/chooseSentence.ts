// Which sentence answers, and how sure that is. In: one row of features for each sentence. Out: the best one with a
// calibrated probability that it answers. Two small linear models, fitted by test/bench/answers/fit.ts: the first ranks
// the sentences of one question among each other, the second looks at the best of them and tells whether it answers.

import { answerWeights } from './answerWeights.ts';
import type { CandidateSentence } from './pickSentences.ts';
import { featureNames } from './sentenceFeatures.ts';

export interface ChosenSentence {
  /** Index of the sentence. */
  readonly sentence: number;
  /** Calibrated, 0 to 1. */
  readonly probability: number;
}

/** What is fitted; its numbers are in answerWeights.ts. */
export interface AnswerWeights {
  /** Among the sentences of a question, in the order of `featureNames`. */
  readonly rank: readonly number[];
  /** Whether the first of them answers, in the order of `judgeNames`. */
  readonly judge: readonly number[];
  readonly judgeBias: number;
  readonly temperature: number;
  /** Below it there is no answer. */
  readonly threshold: number;
}

/** Weights for a model that gave cosines, or for words alone. */
export function weightsFor(hasCosines: boolean): AnswerWeights {
  return hasCosines ? answerWeights.meaning : answerWeights.words;
}

export function chooseSentence(
  sentences: readonly Pick<CandidateSentence, 'passage'>[],
  features: readonly Float64Array[],
  weights: AnswerWeights,
): ChosenSentence | undefined {
  if (sentences.length === 0) return undefined;
  const best = rankSentences(sentences, features, weights.rank);
  const row = judgeFeatures(best, features);
  let logit = weights.judgeBias;
  for (const [index, value] of row.entries()) logit += weights.judge[index]! * value;
  return { sentence: best.sentence, probability: 1 / (1 + Math.exp(-logit / weights.temperature)) };
}

export interface RankedSentence {
  readonly sentence: number;
  /** How far the best sentence of another passage is behind. */
  readonly lead: number;
}

export function rankSentences(
  sentences: readonly Pick<CandidateSentence, 'passage'>[],
  features: readonly Float64Array[],
  weights: readonly number[],
): RankedSentence {
  const scores = features.map((row) => row.reduce((sum, value, index) => sum + weights[index]! * value, 0));
  const sentence = scores.indexOf(Math.max(...scores));
  const { passage } = sentences[sentence]!;
  const others = scores.filter((_, index) => sentences[index]!.passage !== passage);
  const lead = others.length === 0 ? longestLead : scores[sentence]! - Math.max(...others);
  return { sentence, lead: Math.min(longestLead, lead) };
}

const longestLead = 4;

/** What the second model looks at, besides the features of the sentence itself. */
export const judgeNames = [...featureNames, 'lead', 'mostWordsAnywhere', 'mostCosineAnywhere'] as const;

export function judgeFeatures(
  { sentence, lead }: RankedSentence,
  features: readonly Float64Array[],
): Float64Array {
  const column = (name: (typeof featureNames)[number]) => {
    const index = featureNames.indexOf(name);
    return Math.max(...features.map((row) => row[index]!));
  };
  return Float64Array.of(
    ...features[sentence]!,
    lead / longestLead,
    column('wordsInPassage'),
    column('passageCosine'),
  );
}
