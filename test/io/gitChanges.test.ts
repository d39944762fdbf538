import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { gitChanges, parseUnifiedDiff } from '../../server/src/io/gitChanges.ts';
import { makeFolder } from './temporaryFolder.ts';

function git(folder: string, ...args: string[]): void {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.org',
    '-c',
    'commit.gpgsign=false',
  ];
  execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'ignore' });
}

function makeRepository(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(makeFolder(files));
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

async function changed(folder: string, ref: string): Promise<Record<string, unknown>> {
  const changes = await gitChanges(folder, ref);
  assert.ok('files' in changes, 'problem' in changes ? changes.problem : '');
  return Object.fromEntries([...changes.files].map(([file, lines]) => [path.relative(folder, file), lines]));
}

describe('changes since a revision', () => {
  it('are the lines that were added or edited, and whole files that git does not know', async () => {
    const folder = makeRepository({ 'a.ts': '1\n2\n3\n4\n', 'b.ts': 'same\n', 'gone.ts': 'x\n' });
    writeFileSync(path.join(folder, 'a.ts'), '1\ntwo\n3\n4\n5\n6\n');
    writeFileSync(path.join(folder, 'new.ts'), 'n\n');
    rmSync(path.join(folder, 'gone.ts'));
    assert.deepEqual(await changed(folder, 'HEAD'), {
      'a.ts': [
        { first: 2, last: 2 },
        { first: 5, last: 6 },
      ],
      'new.ts': 'all',
    });
  });

  it('leave out what only the other branch has', async () => {
    const folder = makeRepository({ 'a.ts': '1\n' });
    git(folder, 'checkout', '-q', '-b', 'topic');
    writeFileSync(path.join(folder, 'mine.ts'), 'm\n');
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', 'mine');
    git(folder, 'checkout', '-q', 'main');
    writeFileSync(path.join(folder, 'a.ts'), 'theirs\n');
    git(folder, 'commit', '-q', '-a', '-m', 'theirs');
    git(folder, 'checkout', '-q', 'topic');
    assert.deepEqual(await changed(folder, 'main'), { 'mine.ts': [{ first: 1, last: 1 }] });
  });

  it('are found from a folder below, and for names with spaces and umlauts', async () => {
    const folder = makeRepository({ 'sub/ä b.ts': '1\n' });
    writeFileSync(path.join(folder, 'sub', 'ä b.ts'), '2\n');
    const changes = await gitChanges(path.join(folder, 'sub'), 'HEAD');
    assert.deepEqual('files' in changes && [...changes.files.keys()], [path.join(folder, 'sub', 'ä b.ts')]);
  });

  it('explain a wrong revision and a folder outside of git', async () => {
    const folder = makeRepository({ 'a.ts': '' });
    const problem = async (where: string, ref: string) => {
      const changes = await gitChanges(where, ref);
      return 'problem' in changes ? changes.problem : '';
    };
    assert.match(await problem(folder, 'nowhere'), /knows no revision "nowhere"/);
    assert.match(await problem(folder, '--output=x'), /is not a git revision/);
    const outside = makeFolder({});
    mkdirSync(path.join(outside, 'x'));
    assert.match(await problem(path.join(outside, 'x'), 'HEAD'), /not a git repository/);
  });
});

describe('a unified diff', () => {
  it('is not misled by lines that look like headers', () => {
    const diff = [
      '--- a/x.sql',
      '+++ b/x.sql',
      '@@ -1,2 +1,2 @@',
      '--- a/evil',
      '-+++ b/evil',
      '+++ b/evil2',
      '+@@ -1 +9 @@',
      '@@ -9 +9,0 @@',
      '-x',
      '@@ -20,0 +19 @@',
      '+y',
    ].join('\n');
    assert.deepEqual(
      [...parseUnifiedDiff(diff)],
      [
        [
          'x.sql',
          [
            { first: 1, last: 2 },
            { first: 19, last: 19 },
          ],
        ],
      ],
    );
  });

  it('reads quoted names', () => {
    const diff = '--- "a/t\\ta"\n+++ "b/t\\ta\\303\\244\\\\"\n@@ -0,0 +1 @@\n+x\n';
    assert.deepEqual([...parseUnifiedDiff(diff).keys()], ['t\taä\\']);
  });
});
