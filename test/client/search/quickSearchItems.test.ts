// Rows of the quick pick: the match is in sight, the place is named, no icon is drawn for a comment's own text.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toQuickSearchItems } from '../../../client/src/search/quickSearchItems.ts';
import { found, label } from './foundPassages.ts';

describe('rows of the quick search', () => {
  it('say text, place, symbol and labels', () => {
    const [item] = toQuickSearchItems([
      found({ text: 'Costs $(fire)\nmoney', symbol: 'pay', labels: [label('purpose', 'rationale')] }),
    ]);
    assert.equal(item?.label, 'Costs $\u200b(fire) money');
    assert.equal(item?.detail, 'src/retry.ts:12 · pay · RATIONALE');
  });

  it('begin near the first match of a long text', () => {
    const text = `${'word '.repeat(40)}needle ${'more '.repeat(40)}`;
    const start = text.indexOf('needle');
    const [item] = toQuickSearchItems([found({ text, highlights: [{ start, end: start + 6 }] })]);
    assert.match(item!.label, /^… word .*needle.* …$/);
    assert.ok(item!.label.length < 100);
  });
});
