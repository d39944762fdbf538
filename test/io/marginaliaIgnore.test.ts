// What .marginaliaignore files say about one file of a workspace folder.

import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import { readFileIgnore } from '../../server/src/io/marginaliaIgnore.ts';
import { makeFolder } from './temporaryFolder.ts';

describe('.marginaliaignore for one file', () => {
  it('lets the nearest rule decide and adds up silent codes', async () => {
    const root = makeFolder({
      '.marginaliaignore': '*.gen.ts\n/docs/\n# marginalia-ignore debt\n',
      'src/.marginaliaignore': '!keep.gen.ts\n# marginalia-ignore commented-out-code\n',
    });
    const read = (file: string) => readFileIgnore(root, path.join(root, file));
    assert.deepEqual(await read('a.ts'), { isIgnored: false, silenced: ['debt'] });
    assert.deepEqual(await read('a.gen.ts'), { isIgnored: true, silenced: ['debt'] });
    assert.deepEqual(await read('src/keep.gen.ts'), {
      isIgnored: false,
      silenced: ['debt', 'commented-out-code'],
    });
    assert.equal((await read('src/other.gen.ts')).isIgnored, true);
    assert.equal((await read('docs/deep/a.md')).isIgnored, true);
    assert.equal((await read('src/docs/a.md')).isIgnored, false);
  });

  it('says nothing without such files and about files outside', async () => {
    const root = makeFolder({ 'a.ts': '' });
    const nothing = { isIgnored: false, silenced: [] };
    assert.deepEqual(await readFileIgnore(root, path.join(root, 'a.ts')), nothing);
    assert.deepEqual(await readFileIgnore(path.join(root, 'inner'), path.join(root, 'a.ts')), nothing);
  });
});
