// Fits the two linear models that choose an answer. In: cases of the parts `fit` and `validation`. Out: weights.
// The first model ranks: among the sentences of one answered question the right ones should come first (softmax over
// them). The second judges whether the sentence that came first is right (logistic); what it says is then made honest
// by one temperature and a threshold is chosen, both on validation alone.

import type { AnswerWeights } from '../../../server/src/engine/index/sentences/chooseSentence.ts';
import {
  judgeFeatures,
  judgeNames,
  rankSentences,
} from '../../../server/src/engine/index/sentences/chooseSentence.ts';
import {
  featureNames,
  meaningFeatures,
} from '../../../server/src/engine/index/sentences/sentenceFeatures.ts';
import { minimize } from '../../../server/src/engine/training/minimize.ts';
import type { AnswerCase } from './answerCases.ts';

export type ScoredCase = Pick<AnswerCase, 'set' | 'split' | 'situation' | 'sentences' | 'features'>;

export interface FitOptions {
  /** Features that need the model get no weight. */
  readonly withMeaning: boolean;
  /** How often an answer that is given must be right, on validation. */
  readonly precision: number;
}

const rankPenalty = 0.5;
const judgePenalty = 1;

export function fitWeights(
  cases: readonly ScoredCase[],
  { withMeaning, precision }: FitOptions,
): AnswerWeights {
  const isUsed = (name: string) =>
    withMeaning || !([...meaningFeatures, 'mostCosineAnywhere'] as readonly string[]).includes(name);
  const fit = cases.filter(({ split }) => split === 'fit');
  const validation = cases.filter(({ split }) => split === 'validation');
  const rank = fitRanking(fit, featureNames.map(isUsed));
  const judged = (some: readonly ScoredCase[]) => some.flatMap((one) => judge(one, rank) ?? []);
  const { weights, bias } = fitJudgement(judged(fit), judgeNames.map(isUsed));
  const logits = judged(validation).map(({ row, isRight, weight }) => ({
    logit: row.reduce((sum, value, index) => sum + value * weights[index]!, bias),
    isRight,
    weight,
  }));
  const temperature = chooseTemperature(logits);
  const sure = logits.map((one) => ({ ...one, score: 1 / (1 + Math.exp(-one.logit / temperature)) }));
  return {
    rank: rank.map(roundWeight),
    judge: weights.map(roundWeight),
    judgeBias: roundWeight(bias),
    temperature: roundWeight(temperature),
    threshold: roundWeight(chooseThreshold(sure, precision)),
  };
}

interface Judged {
  readonly row: Float64Array;
  readonly isRight: boolean;
  readonly weight: number;
}

/** Each set counts alike, however many questions it has. */
export function weightOf({ set, situation }: ScoredCase): number {
  return (setWeights[set] ?? 1) * (situation === 'adversarial' ? 0.5 : 1);
}

const setWeights: Readonly<Partial<Record<AnswerCase['set'], number>>> = { faq: 2, articles: 0.3 };

function judge(one: ScoredCase, rank: readonly number[]): Judged | undefined {
  if (one.sentences.length === 0) return undefined;
  const best = rankSentences(one.sentences, one.features, rank);
  return {
    row: judgeFeatures(best, one.features),
    isRight: one.sentences[best.sentence]!.isRight,
    weight: weightOf(one),
  };
}

function fitRanking(cases: readonly ScoredCase[], used: readonly boolean[]): number[] {
  const answerable = cases.filter(({ sentences }) => sentences.some(({ isRight }) => isRight));
  const place = minimize(
    (weights, gradient) => {
      let loss = addPenalty(weights, gradient, rankPenalty);
      for (const one of answerable) {
        const scores = one.features.map((row) => dot(row, weights));
        const highest = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - highest));
        const all = powers.reduce((sum, power) => sum + power, 0);
        const right = powers.reduce(
          (sum, power, index) => sum + (one.sentences[index]!.isRight ? power : 0),
          0,
        );
        const weight = weightOf(one);
        loss -= weight * Math.log(right / all);
        for (const [index, row] of one.features.entries()) {
          const share = powers[index]! / all - (one.sentences[index]!.isRight ? powers[index]! / right : 0);
          for (const [feature, value] of row.entries()) gradient[feature]! += weight * share * value;
        }
      }
      return keepUsed(loss, gradient, used);
    },
    new Float64Array(featureNames.length),
    { maxSteps: 300, flatness: 1e-3 },
  );
  return [...place];
}

function fitJudgement(rows: readonly Judged[], used: readonly boolean[]) {
  const count = judgeNames.length;
  const place = minimize(
    (weights, gradient) => {
      let loss = addPenalty(weights, gradient, judgePenalty);
      // The bias is not held back.
      gradient[count] = 0;
      loss -= 0.5 * judgePenalty * weights[count]! ** 2;
      for (const { row, isRight, weight } of rows) {
        const logit = dot(row, weights) + weights[count]!;
        const probability = 1 / (1 + Math.exp(-logit));
        loss -= weight * Math.log(Math.max(1e-12, isRight ? probability : 1 - probability));
        const error = weight * (probability - (isRight ? 1 : 0));
        for (const [feature, value] of row.entries()) gradient[feature]! += error * value;
        gradient[count]! += error;
      }
      return keepUsed(loss, gradient, [...used, true]);
    },
    new Float64Array(count + 1),
    { maxSteps: 300, flatness: 1e-3 },
  );
  return { weights: [...place.subarray(0, count)], bias: place[count]! };
}

function addPenalty(weights: Float64Array, gradient: Float64Array, penalty: number): number {
  let loss = 0;
  for (const [index, weight] of weights.entries()) {
    gradient[index] = penalty * weight;
    loss += 0.5 * penalty * weight * weight;
  }
  return loss;
}

function keepUsed(loss: number, gradient: Float64Array, used: readonly boolean[]): number {
  for (const [index, isUsed] of used.entries()) if (!isUsed) gradient[index] = 0;
  return loss;
}

interface Sure {
  readonly logit: number;
  readonly isRight: boolean;
  readonly weight: number;
}

function chooseTemperature(all: readonly Sure[]): number {
  const candidates = Array.from({ length: 60 }, (_, index) => 0.5 * 1.04 ** index);
  const loss = (temperature: number) =>
    all.reduce((sum, { logit, isRight, weight }) => {
      const probability = 1 / (1 + Math.exp(-logit / temperature));
      return sum - weight * Math.log(Math.max(1e-12, isRight ? probability : 1 - probability));
    }, 0);
  return candidates.reduce((best, one) => (loss(one) < loss(best) ? one : best));
}

/** The lowest score from which on upwards answers are right often enough. */
export function chooseThreshold(
  all: readonly { readonly score: number; readonly isRight: boolean; readonly weight: number }[],
  precision: number,
): number {
  const sorted = [...all].sort((left, right) => right.score - left.score);
  let given = 0;
  let right = 0;
  let threshold = Number.POSITIVE_INFINITY;
  for (const { score, isRight, weight } of sorted) {
    given += weight;
    if (isRight) right += weight;
    // A handful says nothing about a share.
    if (given >= 20 && right / given >= precision) threshold = score;
  }
  return threshold;
}

function dot(row: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < row.length; index++) sum += row[index]! * weights[index]!;
  return sum;
}

function roundWeight(value: number): number {
  return Number(value.toFixed(4));
}
