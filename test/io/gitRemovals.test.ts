// Comments that commits took away, from real repositories.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { parseRawLog, readGitRemovals } from '../../server/src/io/gitRemovals.ts';
import { makeFolder } from './temporaryFolder.ts';

function git(folder: string, ...args: string[]): void {
  execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
}

let day = 10;
function commit(folder: string, message: string): void {
  git(folder, 'add', '-A');
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];
  const date = `2026-01-${day++}T12:00:00Z`;
  const env = { ...process.env, GIT_COMMITTER_DATE: date };
  execFileSync('git', [...who, 'commit', '-q', '-m', message, '--date', date], {
    cwd: folder,
    stdio: 'ignore',
    env,
  });
}

const old = '// TODO: close the sluice\nlet a = 1;\n';

function makeRepository(): string {
  const folder = makeFolder({
    'src/a.ts': old,
    'src/gone.ts': '// HACK: pumps by hand\n',
    'b.ts': 'let b;\n',
  });
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder, 'first');
  return folder;
}

describe('comments that commits took away', () => {
  it('come with the file before and after, the latest commit first', async () => {
    const folder = makeRepository();
    writeFileSync(path.join(folder, 'src/a.ts'), 'let a = 2;\n');
    commit(folder, 'Close the sluice\n\nIt was open for years.');
    rmSync(path.join(folder, 'src/gone.ts'));
    writeFileSync(path.join(folder, 'b.ts'), 'let b = 1;\n');
    commit(folder, 'Remove the workaround for pumps');
    const removals = await readGitRemovals(folder);
    assert.deepEqual(
      removals.map(({ file, before, after, commit: { message } }) => [file, before, after, message]),
      [
        ['b.ts', 'let b;\n', 'let b = 1;\n', 'Remove the workaround for pumps'],
        ['src/gone.ts', '// HACK: pumps by hand\n', '', 'Remove the workaround for pumps'],
        ['src/a.ts', old, 'let a = 2;\n', 'Close the sluice\n\nIt was open for years.'],
      ],
    );
    assert.match(removals[0]!.commit.id, /^[0-9a-f]{40}$/);
    assert.equal(new Date(removals[0]!.commit.timeMs).toISOString().slice(0, 8), '2026-01-');
  });

  it('are those of the folder alone, by its own paths', async () => {
    const folder = makeRepository();
    writeFileSync(path.join(folder, 'src/a.ts'), 'let a = 2;\n');
    writeFileSync(path.join(folder, 'b.ts'), '// FIXME: one\nlet b;\n');
    commit(folder, 'second');
    writeFileSync(path.join(folder, 'b.ts'), 'let b;\n');
    commit(folder, 'third');
    const files = (await readGitRemovals(path.join(folder, 'src'))).map(({ file }) => file);
    assert.deepEqual(files, ['a.ts']);
  });

  it('never run a program that the repository names', async () => {
    const folder = makeRepository();
    const marker = path.join(folder, 'ran');
    git(folder, 'config', 'diff.custom.textconv', `touch ${marker}; cat`);
    git(folder, 'config', 'filter.custom.smudge', `touch ${marker}; cat`);
    writeFileSync(path.join(folder, '.git/info/attributes'), '*.ts diff=custom filter=custom\n');
    writeFileSync(path.join(folder, 'src/a.ts'), 'let a = 2;\n');
    commit(folder, 'Resolve the TODO');
    rmSync(marker, { force: true });
    assert.equal((await readGitRemovals(folder)).length, 1);
    assert.throws(() => execFileSync('ls', [marker], { stdio: 'ignore' }), 'the program ran');
  });

  it('EXPECTED FAILURE - are none without a repository, and none in one without commits', async () => {
    assert.deepEqual(await readGitRemovals(makeFolder({ 'a.ts': old })), []);
    const empty = makeFolder({});
    git(empty, 'init', '-q');
    assert.deepEqual(await readGitRemovals(empty), []);
    mkdirSync(path.join(empty, 'inside'));
    assert.deepEqual(await readGitRemovals(path.join(empty, 'inside')), []);
  });

  it('survive odd names and messages', () => {
    const zeros = '0'.repeat(40);
    const name = (digit: string) => digit.repeat(40);
    const log = [
      `\x01${name('a')}\x1f1700000000\x1fone\n:not raw\n\x1f\n\n`,
      `:100644 000000 ${name('1')} ${zeros} D\tsrc/a b.ts\n`,
      `:100644 100644 ${name('2')} ${name('3')} M\t"odd\\tname.ts"\n`,
      `\x01${name('b')}\x1f1700000001\x1f\x1f\n`,
    ].join('');
    assert.deepEqual(parseRawLog(log), [
      {
        commit: { id: name('a'), timeMs: 1_700_000_000_000, message: 'one\n:not raw' },
        file: 'src/a b.ts',
        before: name('1'),
        after: zeros,
      },
    ]);
  });
});
