// The verdict on an adapted model: what counts as worse, what is within what other texts would move anyway.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type AdaptationMeasures,
  judge,
  type ModelAnswers,
} from '../../server/src/engine/adaptationMeasure.ts';
import { describeMeasures, describeReason } from '../../server/src/engine/adaptationText.ts';
import { isFindable, wordsOfName } from '../../server/src/engine/training/documentedNames.ts';

type Measured = AdaptationMeasures & ModelAnswers;

const before: Measured = {
  words: { loss: 6.2, accuracy: 0.1, count: 900 },
  order: { loss: 0.69, accuracy: 0.5, count: 80 },
  search: { mrr: 0.4, queries: 50, passages: 700 },
  labels: { debt: { macroF1: 0.8, texts: 60 } },
  said: {
    debt: Array.from({ length: 100 }, () => 'none'),
    form: Array.from({ length: 100 }, () => 'prose'),
  },
};
const better: Measured = { ...before, words: { loss: 5.9, accuracy: 0.14, count: 900 } };
const saidDifferently = (task: string, count: number) => ({
  said: { ...before.said, [task]: before.said[task]!.map((one, index) => (index < count ? 'other' : one)) },
});

describe('an adapted model is kept', () => {
  it('where words are guessed better and nothing else got worse', () => {
    assert.deepEqual(judge(before, better), { isKept: true, reasons: [], agreement: { debt: 1, form: 1 } });
  });

  it('also where rank and F1 fell by no more than other texts would move them', () => {
    const after = {
      ...better,
      search: { ...before.search!, mrr: 0.391 },
      labels: { debt: { macroF1: 0.791, texts: 60 } },
    };
    assert.ok(judge(before, after).isKept);
  });

  const worse: Readonly<Record<string, readonly [Partial<Measured>, RegExp]>> = {
    'words are guessed no better': [{ words: before.words }, /^hidden words are guessed no better$/],
    'comments are found worse': [
      { search: { ...before.search!, mrr: 0.38 } },
      /^comments are found worse \(0\.400 → 0\.380\)$/,
    ],
    'labels are worse': [
      { labels: { debt: { macroF1: 0.78, texts: 60 } } },
      /^the labels of debt are worse \(F1 0\.800 → 0\.780\)$/,
    ],
    'a task that nobody labelled says something else of many passages': [
      saidDifferently('form', 11),
      /^11 % of the decisions about form change, and no label of yours tells which are right$/,
    ],
  };
  for (const [what, [change, reason]] of Object.entries(worse)) {
    it(`not where ${what}`, () => {
      const verdict = judge(before, { ...better, ...change });
      assert.equal(verdict.isKept, false);
      assert.equal(verdict.reasons.length, 1);
      assert.match(describeReason(verdict.reasons[0]!), reason);
    });
  }

  it('where people’s labels say that the many changes are right', () => {
    assert.ok(judge(before, { ...better, ...saidDifferently('debt', 40) }).isKept);
  });

  it('and what changed is told in lines', () => {
    const lines = describeMeasures(before, better, judge(before, better));
    assert.deepEqual(lines, [
      'hidden words: loss 6.200 → 5.900, right 10.0 % → 14.0 % of 900',
      'order of two parts: loss 0.690 → 0.690, right 50.0 % → 50.0 % of 80',
      'comments found by the name of what they document: MRR 0.400 → 0.400, 50 names among 700 passages',
      'your labels of debt: macro F1 0.800 → 0.800 on 60 texts',
      'same answer as before: debt 100.0 %, form 100.0 %',
    ]);
  });
});

describe('names', () => {
  it('become the words that a person would search for', () => {
    assert.equal(wordsOfName('parseHTTPHeader_v2'), 'parse http header v 2');
    assert.equal(wordsOfName('$emit'), 'emit');
    assert.equal(wordsOfName('größeÄndern'), 'größe ändern');
  });

  it('can be found where name and comment say enough', () => {
    const text = 'Reads the header of a request up to its end.';
    assert.ok(isFindable({ text, file: 'a', symbol: 'readHeader' }));
    assert.ok(!isFindable({ text, file: 'a', symbol: 'x' }));
    assert.ok(!isFindable({ text: 'Reads it.', file: 'a', symbol: 'readHeader' }));
    assert.ok(!isFindable({ text, file: 'a' }));
  });
});
