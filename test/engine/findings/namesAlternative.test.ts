import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { namesAlternative } from '../../../server/src/engine/findings/namesAlternative.ts';

const named = [
  '@deprecated Use foo instead',
  '@deprecated {@link X}',
  '@deprecated as of 1.2, replaced by Foo',
  'Deprecated: use Foo.',
  'Deprecated in favour of the new store.',
  '@deprecated see Foo',
  '.. deprecated:: 3.1\n   Prefer :func:`open`.',
  '@deprecated Moved to util.io',
  '@deprecated `openFile` does the same',
  '@deprecated https://example.org/migration',
  '<see cref="Other"/> is better',
];

const unnamed = [
  '@deprecated',
  '@deprecated since 2.0',
  '@deprecated Do not use it.',
  '@deprecated Not for use in new code',
  "* @deprecated don't use this",
  '// Deprecated: will be removed',
  '@deprecated No longer used.',
];

describe('the alternative of a deprecation', () => {
  for (const statement of named) {
    it(`is named in ${JSON.stringify(statement)}`, () => assert.equal(namesAlternative(statement), true));
  }
  for (const statement of unnamed) {
    it(`is not named in ${JSON.stringify(statement)}`, () =>
      assert.equal(namesAlternative(statement), false));
  }
});
