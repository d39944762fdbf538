// Made by test/bench/answers/fit.ts; not to be edited by hand.

export interface AnswerWeights {
  /** In the order of `featureNames`. */
  readonly rank: readonly number[];
  /** In the order of `judgeNames`. */
  readonly judge: readonly number[];
  readonly judgeBias: number;
  readonly temperature: number;
  /** Below it there is no answer. */
  readonly threshold: number;
}

const zero: AnswerWeights = {
  rank: new Array<number>(28).fill(0),
  judge: new Array<number>(31).fill(0),
  judgeBias: 0,
  temperature: 1,
  threshold: 0.5,
};
export const answerWeights = { meaning: zero, words: zero };
