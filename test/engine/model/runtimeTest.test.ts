// The self-test of a runtime: both builds pass it, and what it stores is what the formulas say.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  computeVectors,
  expectedVectors,
  requireSame,
  testRuntime,
} from '../../../server/src/engine/model/runtimeTest.ts';

describe('the self-test of a runtime', () => {
  it('is passed by the native build and by WebAssembly', async () => {
    await testRuntime('native');
    await testRuntime('wasm');
  });

  it('EXPECTED FAILURE - is not passed by wrong, missing or impossible numbers', () => {
    const right = [...expectedVectors];
    requireSame(right, expectedVectors, 1e-3);
    for (const wrong of [right.map((value) => value * 1.01), right.slice(0, 8), right.map(() => Number.NaN)])
      assert.throws(() => requireSame(wrong, expectedVectors, 1e-3), /is right\. Use another device/);
  });

  it('stores what is computed to the fifth digit', async () => {
    const found = await computeVectors('native');
    assert.equal(found.length, expectedVectors.length);
    found.forEach((value, at) => {
      assert.ok(Math.abs(value - expectedVectors[at]!) < 2e-5);
    });
  });
});
