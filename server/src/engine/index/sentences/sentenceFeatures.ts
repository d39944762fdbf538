// What speaks for a sentence as the answer to a question, in numbers of about 0 to 1. In: the question's words, the
// passages, the sentences and their cosines. Out: one row of features for each sentence.
// Invariant: the order of `featureNames` is that of the rows and of the weights in answerWeights.ts.

import { findSearchWords } from '../searchWords.ts';
import { type CandidatePassage, type CandidateSentence, hasToken } from './pickSentences.ts';
import { kindOfQuestion, type QuestionKind } from './questionKinds.ts';
import { coverage, type QuestionWord } from './questionWords.ts';

export const featureNames = [
  'wordsInSentence',
  'wordsInPassage',
  'wordsInNames',
  'wordsAround',
  'wordsTogether',
  'rarestInSentence',
  'rarestInPassage',
  'wordsUnknown',
  'wordCount',
  'questionShare',
  'sentenceLength',
  'isShort',
  'isFirst',
  'isQuestion',
  'isAnnouncement',
  'isSymbolic',
  'strictKindGiven',
  'strictKindMissing',
  'looseKindGiven',
  'looseKindMissing',
  'wordsTimesKind',
  'documentsSymbol',
  'passageRank',
  'passageScore',
  'sentenceCosine',
  'passageCosine',
  'cosineBehindBest',
  'wordsTimesCosine',
  'passageTimesSentence',
] as const;

export type FeatureName = (typeof featureNames)[number];

/** Those that need the model. */
export const meaningFeatures: ReadonlySet<FeatureName> = new Set([
  'sentenceCosine',
  'passageCosine',
  'cosineBehindBest',
  'wordsTimesCosine',
]);

export interface ScoredQuestion {
  readonly question: string;
  readonly words: readonly QuestionWord[];
  readonly passages: readonly CandidatePassage[];
  readonly sentences: readonly CandidateSentence[];
  /** One for each sentence; absent without a model. */
  readonly cosines: readonly number[] | undefined;
}

export function sentenceFeatures(asked: ScoredQuestion): readonly Float64Array[] {
  const { question, words, passages, sentences, cosines } = asked;
  const kind = kindOfQuestion(question);
  const rarest = words.reduce<QuestionWord | undefined>(
    (best, one) => (best === undefined || one.weight > best.weight ? one : best),
    undefined,
  );
  const unknown = words.reduce((sum, one) => sum + (one.isUnknown ? one.weight : 0), 0);
  const bestScore = passages[0]?.hit.score ?? 1;
  const bestCosine = cosines ? Math.max(0, ...cosines) : 0;
  const tokensOfPassage = passages.map(
    ({ names }, index) =>
      new Set([...names, ...sentences.flatMap((one) => (one.passage === index ? one.tokens : []))]),
  );

  return sentences.map((sentence, index) => {
    const { hit, names, cosine } = passages[sentence.passage]!;
    const own = new Set(sentence.tokens);
    const whole = tokensOfPassage[sentence.passage]!;
    const around = new Set([...own, ...tokensBeside(sentences, index), ...names]);
    const inSentence = coverage(words, (token) => hasToken(own, token));
    const inPassage = coverage(words, (token) => hasToken(whole, token));
    const isGiven = kind !== undefined && gives(kind, sentence.text, words);
    const similar = cosines?.[index] ?? 0;
    const wordsAround = coverage(words, (token) => hasToken(around, token));
    const values: Record<FeatureName, number> = {
      wordsInSentence: inSentence,
      wordsInPassage: inPassage,
      wordsInNames: coverage(words, (token) => hasToken(names, token)),
      wordsAround,
      wordsTogether: shareTogether(words, sentence.tokens),
      rarestInSentence: rarest && hasToken(own, rarest.token) ? 1 : 0,
      rarestInPassage: rarest && hasToken(whole, rarest.token) ? 1 : 0,
      wordsUnknown: unknown,
      wordCount: Math.log(Math.max(1, words.length)) / 3,
      questionShare: shareOfQuestion(words, sentence.tokens),
      sentenceLength: Math.log(1 + sentence.tokens.length) / 4,
      isShort: sentence.tokens.length < 4 ? 1 : 0,
      isFirst: sentence.position === 0 ? 1 : 0,
      isQuestion: /[?？]["')]*$/.test(sentence.text) ? 1 : 0,
      isAnnouncement: /[:：]$/.test(sentence.text) ? 1 : 0,
      isSymbolic: shareOfSymbols(sentence.text),
      strictKindGiven: kind?.isStrict && isGiven ? 1 : 0,
      strictKindMissing: kind?.isStrict && !isGiven ? 1 : 0,
      looseKindGiven: kind && !kind.isStrict && isGiven ? 1 : 0,
      looseKindMissing: kind && !kind.isStrict && !isGiven ? 1 : 0,
      wordsTimesKind: isGiven ? wordsAround : 0,
      documentsSymbol: hit.symbol !== undefined && namesSymbol(question, hit.symbol) ? 1 : 0,
      passageRank: Math.log(1 + sentence.passage) / 3,
      passageScore: bestScore > 0 ? hit.score / bestScore : 0,
      sentenceCosine: similar,
      passageCosine: cosines ? (cosine ?? similar) : 0,
      cosineBehindBest: cosines ? bestCosine - similar : 0,
      wordsTimesCosine: inSentence * similar,
      passageTimesSentence: inPassage * inSentence,
    };
    return Float64Array.from(featureNames, (name) => values[name]);
  });
}

function gives({ given, isNew }: QuestionKind, text: string, words: readonly QuestionWord[]): boolean {
  if (!isNew) return given.test(text);
  const asked = new Set(words.map(({ token }) => token));
  let rest = '';
  let at = 0;
  for (const { token, start, end } of findSearchWords(text)) {
    if (!asked.has(token) || start < at) continue;
    rest += `${text.slice(at, start)}…`;
    at = end;
  }
  return given.test(rest + text.slice(at));
}

/** Of the sentences before and after it in the same passage. */
function tokensBeside(sentences: readonly CandidateSentence[], index: number): readonly string[] {
  return [index - 1, index + 1].flatMap((other) =>
    sentences[other]?.passage === sentences[index]!.passage ? sentences[other]!.tokens : [],
  );
}

/** Neighbours in the question that stand near each other here, too. */
function shareTogether(words: readonly QuestionWord[], tokens: readonly string[]): number {
  if (words.length < 2) return 0;
  const places = new Map<string, number[]>();
  for (const [index, token] of tokens.entries()) places.set(token, [...(places.get(token) ?? []), index]);
  let together = 0;
  for (let index = 1; index < words.length; index++) {
    const left = places.get(words[index - 1]!.token) ?? [];
    const right = places.get(words[index]!.token) ?? [];
    if (left.some((one) => right.some((other) => Math.abs(one - other) <= nearTokens))) together++;
  }
  return together / (words.length - 1);
}

const nearTokens = 3;

/** How much of the sentence the question says already. */
function shareOfQuestion(words: readonly QuestionWord[], tokens: readonly string[]): number {
  if (tokens.length === 0) return 0;
  const asked = new Set(words.map(({ token }) => token));
  return tokens.filter((token) => asked.has(token)).length / tokens.length;
}

/** Code, tables and rulers are full of signs that sentences do not have. */
function shareOfSymbols(text: string): number {
  const signs = text.match(/[^\p{L}\p{M}\p{N}\s.,;:'"()`-]/gu)?.length ?? 0;
  return signs / Math.max(1, text.length);
}

/** The name as it is written in code; `set` in a question is a word. */
function namesSymbol(question: string, symbol: string): boolean {
  const last = symbol.split(/[.:#]+/).at(-1)!;
  if (last.length < 3) return false;
  const isWord = /^[a-z]+$/.test(last);
  const escaped = last.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(isWord ? `[\`']${escaped}|\\b${escaped}(?=\\()` : `(?<![\\w$])${escaped}(?![\\w$])`).test(
    question,
  );
}
