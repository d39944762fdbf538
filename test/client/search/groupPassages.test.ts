// Groups by file and by label, badges that tell something, filters worth offering.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  findCommonLabels,
  findFacets,
  groupPassages,
  tellingLabels,
} from '../../../client/webview/search/groupPassages.ts';
import { found, label } from './foundPassages.ts';

describe('groups of results', () => {
  it('by file stand in the order of their best passage', () => {
    const passages = [found({ file: 'b/x.ts' }), found({ file: 'a.ts' }), found({ file: 'b/x.ts' })];
    assert.deepEqual(
      groupPassages(passages, { grouping: 'file', otherLabels: 'Other' }).map((group) => [
        group.title,
        group.detail,
        group.passages.length,
      ]),
      [
        ['x.ts', 'b', 2],
        ['a.ts', '', 1],
      ],
    );
  });

  it('of two folders with one file name stay apart', () => {
    const passages = [
      found({ root: 'file:///one', file: 'a.ts' }),
      found({ root: 'file:///two', file: 'a.ts' }),
    ];
    assert.equal(groupPassages(passages, { grouping: 'file', otherLabels: 'Other' }).length, 2);
  });

  it('by label leave out what nearly every passage has', () => {
    const prose = label('form', 'prose');
    const passages = [
      found({ labels: [label('purpose', 'rationale'), prose] }),
      found({ labels: [label('purpose', 'usage'), prose] }),
      found({ labels: [label('purpose', 'rationale'), prose] }),
      found({ labels: [prose] }),
      found({ labels: [] }),
    ];
    assert.deepEqual(
      groupPassages(passages, { grouping: 'label', otherLabels: 'Other' }).map((group) => [
        group.title,
        group.passages.length,
      ]),
      [
        ['RATIONALE', 2],
        ['USAGE', 1],
        ['Other', 2],
      ],
    );
    const common = findCommonLabels(passages);
    assert.deepEqual(
      tellingLabels(passages[0]!, common, 3).map((one) => one.name),
      ['rationale'],
    );
  });

  it('of a few passages call nothing common', () => {
    const passages = [
      found({ labels: [label('form', 'prose')] }),
      found({ labels: [label('form', 'prose')] }),
    ];
    assert.equal(findCommonLabels(passages).size, 0);
  });

  it('offer filters that make the result smaller, the largest part first', () => {
    const passages = [
      found({ language: 'go', labels: [label('purpose', 'usage')] }),
      found({ language: 'go', labels: [label('purpose', 'usage')] }),
      found({ language: 'go', labels: [] }),
      found({ language: 'python', labels: [label('purpose', 'summary')] }),
    ];
    assert.deepEqual(
      findFacets(passages, 5).map(({ key, value, count }) => `${key}:${value} ${count}`),
      ['lang:go 3', 'label:usage 2'],
    );
    assert.deepEqual(findFacets([found(), found()], 5), []);
  });
});
