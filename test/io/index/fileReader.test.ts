import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { createFileReader } from '../../../server/src/io/index/fileReader.ts';
import { makeFolder } from '../temporaryFolder.ts';

for (const mayBlock of [false, true]) {
  describe(`files of a folder, read ${mayBlock ? 'one after the other' : 'with others'}`, () => {
    const files = {
      'a.md': '\ufeffGr\u00fc\u00dfe.\r\n',
      'b.md': '\ufeffGr\u00fc\u00dfe.\r\n',
      'picture.md': 'P\0NG',
      'large.md': 'x '.repeat(1.1 * 1024 * 1024),
      'in/c.md': 'Inside.',
    };

    async function checkSkipped(root: string, file: string, reason: string): Promise<void> {
      const content = await createFileReader(root, { mayBlock })(file);
      assert.ok('skipped' in content && content.detail !== '', file);
      assert.equal(content.skipped, reason, file);
    }

    it('have their text, and the same hash for the same text', async () => {
      const read = createFileReader(makeFolder(files), { mayBlock });
      const [a, b] = [await read('a.md'), await read('b.md')];
      assert.ok('text' in a && 'text' in b);
      assert.equal(a.text, 'Gr\u00fc\u00dfe.\r\n');
      assert.match(a.hash, /^[0-9a-f]{32}$/);
      assert.equal(a.hash, b.hash);
    });

    it('are left out with a reason', async () => {
      const root = makeFolder(files);
      await checkSkipped(root, 'picture.md', 'binary');
      await checkSkipped(root, 'large.md', 'tooLarge');
      await checkSkipped(root, 'in', 'notAFile');
      await checkSkipped(root, 'gone.md', 'unreadable');
    });

    it('are none of those outside, whatever became a link meanwhile', async () => {
      const root = makeFolder(files);
      const outside = makeFolder({ 'c.md': 'The password.' });
      await checkSkipped(root, '../c.md', 'unreadable');
      await checkSkipped(root, path.relative(root, path.join(outside, 'c.md')), 'unreadable');
      renameSync(path.join(root, 'in'), path.join(root, 'was'));
      symlinkSync(outside, path.join(root, 'in'));
      await checkSkipped(root, 'in/c.md', 'unreadable');
      const content = await createFileReader(root, { mayBlock })('was/c.md');
      assert.equal('text' in content && content.text, 'Inside.');
    });

    it('are not called unreadable where the folder itself is gone', async () => {
      const root = makeFolder(files);
      const read = createFileReader(root, { mayBlock });
      rmSync(root, { recursive: true });
      await assert.rejects(read('a.md'));
    });
  });
}
