import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { CancelledError, neverCancelled } from '../../server/src/engine/cancellation.ts';
import { walkFiles } from '../../server/src/io/walkFiles.ts';
import { makeFolder } from './temporaryFolder.ts';

/** Entries as `name` for a file and `name: reason` for a skipped one. */
async function walk(folder: string, roots: readonly string[] = ['.']): Promise<readonly string[]> {
  const seen: string[] = [];
  const absolute = roots.map((root) => path.join(folder, root));
  for await (const entry of walkFiles(absolute, neverCancelled)) {
    const name = path.relative(folder, entry.path).split(path.sep).join('/');
    seen.push(entry.kind === 'file' ? name : `${name}: ${entry.reason}`);
  }
  return seen;
}

describe('walking folders', () => {
  it('lists files in the same order everywhere', async () => {
    const folder = makeFolder({ 'b.ts': '', 'a/z.ts': '', 'a/Y.ts': '', 'C.ts': '' });
    assert.deepEqual(await walk(folder), ['C.ts', 'a/Y.ts', 'a/z.ts', 'b.ts']);
  });

  it('obeys nested ignore files, the nearest rule first', async () => {
    const folder = makeFolder({
      '.gitignore': '*.log\n/build/\n!keep.log\n',
      'a.log': '',
      'keep.log': '',
      'build/x.ts': '',
      'sub/.gitignore': '!a.log\nsecret.ts\n',
      'sub/a.log': '',
      'sub/b.log': '',
      'sub/secret.ts': '',
      'sub/build/y.ts': '',
    });
    assert.deepEqual(await walk(folder), [
      '.gitignore',
      'a.log: ignored',
      'build: ignored',
      'keep.log',
      'sub/.gitignore',
      'sub/a.log',
      'sub/b.log: ignored',
      'sub/build/y.ts',
      'sub/secret.ts: ignored',
    ]);
  });

  it('lets .marginaliaignore win over .gitignore', async () => {
    const folder = makeFolder({
      '.gitignore': 'gen.ts\n',
      '.marginaliaignore': '!gen.ts\nhuge.ts\n',
      'gen.ts': '',
      'huge.ts': '',
    });
    assert.deepEqual(await walk(folder), ['.gitignore', '.marginaliaignore', 'gen.ts', 'huge.ts: ignored']);
  });

  it('obeys the ignore files above, inside one repository', async () => {
    const files = { '.gitignore': 'x.ts\n', 'sub/x.ts': '', 'sub/y.ts': '' };
    assert.deepEqual(await walk(makeFolder({ ...files, '.git/HEAD': '' }), ['sub']), [
      'sub/x.ts: ignored',
      'sub/y.ts',
    ]);
    assert.deepEqual(await walk(makeFolder(files), ['sub']), ['sub/x.ts', 'sub/y.ts']);
  });

  it('reads a file or folder that is named even where a rule hides it', async () => {
    const folder = makeFolder({
      '.git/HEAD': '',
      '.gitignore': 'out\n',
      'out/a.ts': '',
      'node_modules/p/b.ts': '',
    });
    assert.deepEqual(await walk(folder, ['out']), ['out/a.ts']);
    assert.deepEqual(await walk(folder, ['out/a.ts']), ['out/a.ts']);
    assert.deepEqual(await walk(folder, ['node_modules']), ['node_modules/p/b.ts']);
  });

  it('never enters folders of tools', async () => {
    const folder = makeFolder({ 'a.ts': '', 'node_modules/p/b.ts': '', '.git/config': '', 'dist/c.ts': '' });
    assert.deepEqual(await walk(folder), [
      '.git: excludedFolder',
      'a.ts',
      'dist: excludedFolder',
      'node_modules: excludedFolder',
    ]);
  });

  it('does not follow symbolic links, so that loops end', async () => {
    const folder = makeFolder({ 'a/b.ts': '' });
    symlinkSync('..', path.join(folder, 'a', 'loop'));
    symlinkSync('nowhere', path.join(folder, 'dangling'));
    assert.deepEqual(await walk(folder), ['a/b.ts', 'a/loop: symbolicLink', 'dangling: symbolicLink']);
  });

  it('goes on after a folder that it may not read', async () => {
    const folder = makeFolder({ 'a/x.ts': '', 'b/y.ts': '' });
    chmodSync(path.join(folder, 'a'), 0o000);
    try {
      // The superuser reads everything; there the folder is simply listed.
      const expected = process.getuid?.() === 0 ? ['a/x.ts', 'b/y.ts'] : ['a: unreadable', 'b/y.ts'];
      assert.deepEqual(await walk(folder), expected);
    } finally {
      chmodSync(path.join(folder, 'a'), 0o700);
    }
  });

  it('names a root that does not exist', async () => {
    assert.deepEqual(await walk(makeFolder({}), ['gone']), ['gone: missing']);
  });

  it('reports a file once when roots overlap', async () => {
    const folder = makeFolder({ 'a/x.ts': '', 'a/y.ts': '' });
    assert.deepEqual(await walk(folder, ['a/y.ts', 'a', '.']), ['a/y.ts', 'a/x.ts']);
  });

  it('stops when it is cancelled', async () => {
    const folder = makeFolder({ 'a/x.ts': '', 'b/y.ts': '' });
    const cancellation = { isCancelled: false };
    await assert.rejects(async () => {
      for await (const entry of walkFiles([folder], cancellation)) {
        assert.equal(path.basename(entry.path), 'x.ts');
        cancellation.isCancelled = true;
      }
    }, CancelledError);
  });
});
