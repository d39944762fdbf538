// How good answers are, beside two simple ways to choose a sentence. In: cases, ways to choose. Out: numbers.

import type { AnswerWeights } from '../../../server/src/engine/index/sentences/chooseSentence.ts';
import { chooseSentence } from '../../../server/src/engine/index/sentences/chooseSentence.ts';
import type { AnswerCase, Situation } from './answerCases.ts';
import { weightOf } from './fitWeights.ts';

export interface Choice {
  readonly isRight: boolean;
  /** The surer, the greater; a probability for ours. */
  readonly score: number;
  readonly situation: Situation;
  /** As in the fit, where thresholds are chosen. */
  readonly weight: number;
  /** The sentence stands in a passage that has a right one. */
  readonly isNear: boolean;
}

/** Without any sentence there is nothing to choose, and nothing to be sure of. */
export type Chooser = (one: AnswerCase) => { readonly sentence: number; readonly score: number } | undefined;

export function chooserOf(weights: AnswerWeights, withMeaning: boolean): Chooser {
  return (one) => {
    const { sentences, features } = withMeaning ? one : one.wordCase;
    const chosen = chooseSentence(sentences, features, weights);
    return chosen && { sentence: chosen.sentence, score: chosen.probability };
  };
}

/** The sentence with the best score of a list, and that score. */
export function bestBy(scores: (one: AnswerCase) => readonly number[]): Chooser {
  return (one) => {
    const list = scores(one);
    const score = Math.max(...list);
    return list.length === 0 ? undefined : { sentence: list.indexOf(score), score };
  };
}

export function choices(
  cases: readonly AnswerCase[],
  choose: Chooser,
  withMeaning: boolean,
): readonly Choice[] {
  return cases.map((one) => {
    const chosen = choose(one);
    const { sentences } = withMeaning ? one : one.wordCase;
    const sentence = chosen && sentences[chosen.sentence]!;
    return {
      isRight: sentence?.isRight ?? false,
      isNear: sentences.some(({ passage, isRight }) => isRight && passage === sentence?.passage),
      score: chosen?.score ?? 0,
      situation: one.situation,
      weight: weightOf(one),
    };
  });
}

export interface AnswerScores {
  /** Of the answered questions, those whose chosen sentence is right, whatever its score. */
  readonly accuracy: number;
  /** Of the answers that are given, those that are right. */
  readonly precision: number;
  /** Of the answers that are given, those whose passage is right. */
  readonly passagePrecision: number;
  /** Of the answered questions, those with a right answer that is given. */
  readonly recall: number;
  /** Of the questions without an answer, those that get one. */
  readonly falseAnswers: number;
  /** That an answered question has a greater score than one without an answer. */
  readonly auc: number;
}

export function scoreChoices(all: readonly Choice[], threshold: number): AnswerScores {
  const answered = all.filter(({ situation }) => situation === 'answered');
  const others = all.filter(({ situation }) => situation !== 'answered');
  const given = all.filter(({ score }) => score >= threshold);
  const right = answered.filter(({ isRight }) => isRight);
  return {
    accuracy: right.length / answered.length,
    precision: given.filter(({ isRight }) => isRight).length / given.length,
    passagePrecision: given.filter(({ isNear }) => isNear).length / given.length,
    recall: right.filter(({ score }) => score >= threshold).length / answered.length,
    falseAnswers: others.filter(({ score }) => score >= threshold).length / others.length,
    auc: areaUnder(
      answered.map(({ score }) => score),
      others.map(({ score }) => score),
    ),
  };
}

/** The chance that one of the first is greater than one of the others; half for equal ones. */
export function areaUnder(first: readonly number[], others: readonly number[]): number {
  let wins = 0;
  for (const one of first) {
    for (const other of others) wins += one > other ? 1 : one === other ? 0.5 : 0;
  }
  return wins / (first.length * others.length);
}

const bins = 10;

/** How far probabilities are from shares, over ten bins of equal width (Naeini et al. 2015). */
export function calibrationError(all: readonly Choice[]): number {
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    const own = all.filter(({ score }) => Math.min(bins - 1, Math.floor(score * bins)) === bin);
    if (own.length === 0) continue;
    const share = own.filter(({ isRight }) => isRight).length / own.length;
    const mean = own.reduce((sum, { score }) => sum + score, 0) / own.length;
    error += (own.length / all.length) * Math.abs(share - mean);
  }
  return error;
}
