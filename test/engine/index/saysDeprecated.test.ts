import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { saysDeprecated } from '../../../server/src/engine/index/saysDeprecated.ts';

describe('saysDeprecated', () => {
  it('knows the conventions of languages and plain sentences', () => {
    for (const text of [
      'Opens it.\n@deprecated Use {@link open}.',
      'Deprecated: use Open instead.',
      'Opens it. Deprecated since 3.2, use open.',
      '.. deprecated:: 3.2',
      'Opens the port. This function is deprecated.',
      'The CSV export is deprecated and will be removed.',
      '此方法已弃用。',
    ])
      assert.equal(saysDeprecated(text), true, text);
  });

  it('is not taken in by talk about deprecation', () => {
    for (const text of [
      'Warns about deprecated calls.',
      'Whether the symbol is marked with a deprecated tag.',
      'Lists all deprecated options.',
      'Tells whether the option is deprecated.',
      'Warns if a symbol that is deprecated is used.',
      'Removes the deprecation warning.',
    ])
      assert.equal(saysDeprecated(text), false, text);
  });
});
