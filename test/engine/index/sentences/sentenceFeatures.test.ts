import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { answerWeights } from '../../../../server/src/engine/index/sentences/answerWeights.ts';
import {
  chooseSentence,
  judgeNames,
  rankSentences,
} from '../../../../server/src/engine/index/sentences/chooseSentence.ts';
import { pickSentences } from '../../../../server/src/engine/index/sentences/pickSentences.ts';
import {
  type FeatureName,
  featureNames,
  meaningFeatures,
  sentenceFeatures,
} from '../../../../server/src/engine/index/sentences/sentenceFeatures.ts';
import { candidate, word } from './candidates.ts';

/** Features of the sentence that begins so. */
function featuresOf(
  beginning: string,
  input: {
    readonly question?: string;
    readonly words?: Parameters<typeof pickSentences>[0];
    readonly passages: Parameters<typeof pickSentences>[1];
    readonly cosines?: readonly number[];
  },
): Readonly<Record<FeatureName, number>> {
  const { question = '', words = [], passages, cosines } = input;
  const sentences = pickSentences(words, passages);
  const rows = sentenceFeatures({ question, words, passages, sentences, cosines });
  const row = rows[sentences.findIndex(({ text }) => text.startsWith(beginning))]!;
  return Object.fromEntries(featureNames.map((name, index) => [name, row[index]!])) as Record<
    FeatureName,
    number
  >;
}

const words = [word('upload', 0.2), word('retri', 0.3), word('limit', 0.5, true)];
const passages = [
  candidate({ text: 'Uploads fail. Each is retried at once.' }, { names: ['limit'] }),
  candidate({ text: 'Something else.', score: 0.5 }),
];

describe('features of a sentence', () => {
  it('tell which words of the question stand in it, beside it, in its passage and in the names', () => {
    const features = featuresOf('Each', { words, passages });
    assert.equal(features.wordsInSentence, 0.3);
    assert.equal(features.wordsInNames, 0.5);
    assert.equal(features.wordsInPassage, 1);
    assert.equal(features.wordsAround, 1);
    assert.equal(features.rarestInSentence, 0);
    assert.equal(features.rarestInPassage, 1);
    assert.equal(features.wordsUnknown, 0.5);
    assert.equal(features.isFirst, 0);
    assert.equal(featuresOf('Uploads', { words, passages }).isFirst, 1);
    assert.equal(featuresOf('Something', { words, passages }).passageScore, 0.5);
  });

  it('tell whether neighbours of the question are near each other', () => {
    const passages = [candidate({ text: 'The retry of an upload. Upload a b c d e retry.' })];
    assert.equal(featuresOf('The', { words: words.slice(0, 2), passages }).wordsTogether, 1);
    assert.equal(featuresOf('Upload', { words: words.slice(0, 2), passages }).wordsTogether, 0);
  });

  it('tell whether it gives what is asked for', () => {
    const input = {
      question: 'How often is it retried?',
      passages: [candidate({ text: 'Retried 3 times. Retried.' })],
    };
    assert.equal(featuresOf('Retried 3', input).strictKindGiven, 1);
    assert.equal(featuresOf('Retried.', input).strictKindMissing, 1);
    assert.equal(featuresOf('Retried 3', input).looseKindGiven, 0);
  });

  it('do not take what the question says for what it asks for', () => {
    const passages = [candidate({ text: 'Here Ann Lee left. Then Ann Lee met Bo Kim.' })];
    const asked = { question: 'Who met Ann Lee?', words: [word('ann'), word('lee'), word('met')], passages };
    assert.equal(featuresOf('Here', asked).strictKindMissing, 1);
    assert.equal(featuresOf('Then', asked).strictKindGiven, 1);
    assert.ok(featuresOf('Then', asked).wordsTimesKind > 0);
  });

  it('tell what is no statement', () => {
    const passages = [candidate({ text: 'Is it so?\nAs follows:\n{ a: [1], b: <2> }' })];
    assert.equal(featuresOf('Is', { passages }).isQuestion, 1);
    assert.equal(featuresOf('As', { passages }).isAnnouncement, 1);
    assert.ok(featuresOf('{', { passages }).isSymbolic > 0.3);
  });

  it('tell whether the question names the symbol as code does, not as a word of English', () => {
    const about = (question: string, symbol: string) =>
      featuresOf('Opens', { question, passages: [candidate({ text: 'Opens.', symbol })] }).documentsSymbol;
    assert.equal(about('What does retryUpload return?', 'retryUpload'), 1);
    assert.equal(about('What does open() return?', 'open'), 1);
    assert.equal(about('When is a port open?', 'open'), 0);
    assert.equal(about('What does retryUploads return?', 'retryUpload'), 0);
    assert.equal(about('What does a$b return?', 'Harbour.a$b'), 1);
  });

  it('that need the model are 0 without it', () => {
    const without = featuresOf('Each', { words, passages });
    const withModel = featuresOf('Each', { words, passages, cosines: [0.5, 0.4, 0.1] });
    for (const name of meaningFeatures) assert.equal(without[name], 0, name);
    assert.equal(withModel.sentenceCosine, 0.4);
    assert.ok(Math.abs(withModel.cosineBehindBest - 0.1) < 1e-9);
    assert.equal(withModel.passageCosine, 0.4);
  });
});

describe('the choice among sentences', () => {
  const sentences = pickSentences(words, passages);
  const rows = sentenceFeatures({ question: '', words, passages, sentences, cosines: undefined });
  const only = (name: FeatureName) => featureNames.map((one) => (one === name ? 1 : 0));

  it('takes the best, and knows how far the best of another passage is behind', () => {
    const ranked = rankSentences(sentences, rows, only('wordsInSentence'));
    assert.equal(sentences[ranked.sentence]?.text, 'Each is retried at once.');
    assert.ok(Math.abs(ranked.lead - 0.3) < 1e-9);
  });

  it('is a probability that falls with the temperature', () => {
    const zeros = judgeNames.map(() => 0);
    const weights = {
      rank: only('wordsInSentence'),
      judge: zeros,
      judgeBias: 2,
      temperature: 1,
      threshold: 0,
    };
    const sure = chooseSentence(sentences, rows, weights)!.probability;
    const less = chooseSentence(sentences, rows, { ...weights, temperature: 2 })!.probability;
    assert.ok(Math.abs(sure - 1 / (1 + Math.exp(-2))) < 1e-12);
    assert.ok(less < sure && less > 0.5);
    assert.equal(chooseSentence([], [], weights), undefined);
  });

  it('has a weight for each feature', () => {
    for (const weights of Object.values(answerWeights)) {
      assert.equal(weights.rank.length, featureNames.length);
      assert.equal(weights.judge.length, judgeNames.length);
      assert.ok(weights.threshold > 0 && weights.threshold < 1);
      assert.ok(weights.temperature > 0);
    }
    for (const [index, name] of featureNames.entries()) {
      if (!meaningFeatures.has(name)) continue;
      assert.equal(answerWeights.words.rank[index], 0);
      assert.equal(answerWeights.words.judge[index], 0);
    }
  });
});
