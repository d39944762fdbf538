// What a comment's hover says: its labels with calibrated percentages, and which model said so.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { closeEverything, configure, hoverOn, labelsOn, openFile } from './testWorkspace.ts';

describe('Hover', () => {
  afterEach(closeEverything);

  it('shows the labels of a doc comment, the symbol it documents and the model', async () => {
    const document = await openFile('harbour', 'api/tideTable.ts');
    const hover = await labelsOn(document, 'Height of the water at one moment');
    assert.match(hover, /heightAt/);
    assert.match(hover, /purpose/i);
    assert.match(hover, /layers?/);
  });

  it('works in every language of the sample, prose and Chinese comments included', async () => {
    const places = [
      ['forecast/harmonics.py', 'Return one row of the design matrix'],
      ['collector/gauge.go', 'Package collector reads'],
      ['core/src/lib.rs', 'Mean longitude of the moon'],
      ['ledger/TideLedger.java', 'Remembers which tide table'],
      ['web/tideChart.jsx', 'The table is for screen readers'],
      ['ops/deploy.sh', 'The restart waits'],
      ['ops/harbour.yaml', 'Do not raise this above 5'],
      ['docs/architecture.md', 'We tried a neural network first'],
      ['docs/快速开始.md', '本文档说明'],
      ['api/server.ts', '这里的缓存'],
    ] as const;
    for (const [file, text] of places) await labelsOn(await openFile('harbour', file), text);
  });

  it('says nothing on code, on strings that look like comments, and when it is switched off', async () => {
    const document = await openFile('harbour', 'web/tideChart.jsx');
    await labelsOn(document, 'Draws a day of tides');
    for (const text of ['export function', '//harbour.example', 'row.height']) {
      assert.doesNotMatch(await hoverOn(document, text), /\d\s?%/);
    }
    await configure('hover.enable', false, 'harbour');
    try {
      assert.doesNotMatch(await hoverOn(document, 'Draws a day of tides'), /\d\s?%/);
    } finally {
      await configure('hover.enable', undefined, 'harbour');
    }
    await labelsOn(document, 'Draws a day of tides');
  });
});
