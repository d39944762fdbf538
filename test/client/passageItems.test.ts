// The rows of the list of a file's labels.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toPassageItems } from '../../client/src/passageItems.ts';
import type { PassageSummary } from '../../protocol/requests.ts';

const passage: PassageSummary = {
  range: { start: { line: 11, character: 2 }, end: { line: 12, character: 0 } },
  kind: 'Doc comment',
  text: 'Costs $(flame) 5',
  symbol: 'price',
  labels: [
    { task: 'purpose', name: 'summary', title: 'Summary', probability: 0.934 },
    { task: 'debt', name: 'none', title: 'No debt', probability: 0.9999 },
  ],
};

function itemOf(change: Partial<PassageSummary>) {
  const result = { version: 1, model: 'm', message: undefined, passages: [{ ...passage, ...change }] };
  return toPassageItems(result, { line: (number) => `line ${number}`, noLabels: 'no labels' })[0];
}

describe('rows of the list of labels', () => {
  it('begin with the labels, then say where and what', () => {
    assert.deepEqual(itemOf({}), {
      label: 'Summary 93 % · No debt > 99 %',
      description: 'line 12 · Doc comment · price',
      detail: 'Costs $\u200b(flame) 5',
      range: passage.range,
    });
  });

  it('do without symbol and labels', () => {
    const item = itemOf({ symbol: undefined, labels: [] });
    assert.deepEqual([item?.label, item?.description], ['no labels', 'line 12 · Doc comment']);
  });
});
