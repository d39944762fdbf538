// The rows of the list of what a file is about.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toSummaryItems } from '../../client/src/summaryItems.ts';

const texts = {
  sentences: 'Key sentences',
  phrases: 'Key phrases',
  line: (number: number) => `line ${number}`,
  places: (count: number) => `${count} places`,
};

function rangeAt(line: number) {
  return { start: { line, character: 2 }, end: { line, character: 9 } };
}

describe('rows of a summary', () => {
  it('stand under titles, with their places', () => {
    const result = {
      version: 1,
      message: undefined,
      sentences: [{ text: 'Costs $(flame)\n5.', range: rangeAt(11) }],
      phrases: [
        { text: 'token budget', ranges: [rangeAt(3), rangeAt(8)] },
        { text: 'queue', ranges: [rangeAt(4)] },
      ],
    };
    assert.deepEqual(toSummaryItems(result, texts), [
      { separator: 'Key sentences' },
      { label: 'Costs $\u200b(flame) 5.', description: 'line 12', ranges: [rangeAt(11)] },
      { separator: 'Key phrases' },
      { label: 'token budget', description: 'line 4 · 2 places', ranges: [rangeAt(3), rangeAt(8)] },
      { label: 'queue', description: 'line 5', ranges: [rangeAt(4)] },
    ]);
  });

  it('have no title over nothing', () => {
    const result = { version: 1, message: 'none', sentences: [], phrases: [] };
    assert.deepEqual(toSummaryItems(result, texts), []);
  });
});
