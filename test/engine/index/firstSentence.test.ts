import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { firstSentence } from '../../../server/src/engine/index/firstSentence.ts';
import { splitSentences } from '../../../server/src/engine/text/splitSentences.ts';

describe('firstSentence', () => {
  it('is the first of all, also where a look at the letters must do', () => {
    const words = fc.constantFrom(
      'the',
      'e.g.',
      'End.',
      'go?',
      '"Yes!"',
      '`a. B`',
      'x.y',
      '3.4',
      'J.',
      '(ok.)',
      'Then',
      'I.',
      'etc.',
      'Stop!',
      '。',
      '\n',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (value) => {
        const trimmed = value.trim();
        const [first] = splitSentences(trimmed.slice(0, 300));
        assert.equal(firstSentence(trimmed).trim(), trimmed.slice(0, first?.end ?? 300).trim());
      }),
      { numRuns: 2000 },
    );
  });
});
