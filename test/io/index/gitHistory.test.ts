import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import type { WorkspaceIndex } from '../../../server/src/engine/index/workspaceIndex.ts';
import { makeFolder } from '../temporaryFolder.ts';
import { openTestIndex } from './testIndex.ts';

const opened: WorkspaceIndex[] = [];

afterEach(async () => {
  for (const index of opened.splice(0)) await index.dispose();
});

function git(folder: string, ...args: string[]): void {
  execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
}

function commit(folder: string, author: string, day: string): void {
  git(folder, 'add', '.');
  const who = ['-c', 'user.name=Committer', '-c', 'user.email=c@example.org', '-c', 'commit.gpgsign=false'];
  const date = `${day}T12:00:00Z`;
  const environment = { ...process.env, GIT_COMMITTER_DATE: date };
  const message = ['commit', '-q', '-m', day, '--author', author, '--date', date];
  execFileSync('git', [...who, ...message], { cwd: folder, stdio: 'ignore', env: environment });
}

/** Two authors in one file, a month apart. */
function makeRepository(): string {
  const folder = makeFolder({ 'a.go': '// Uploads are retried.\nvar a int\n', 'b.md': 'Uploads of old.\n' });
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'config', 'user.name', 'Worker');
  git(folder, 'config', 'user.email', 'worker@example.org');
  commit(folder, 'Ann Early <ann@example.org>', '2025-01-10');
  writeFileSync(
    path.join(folder, 'a.go'),
    '// Uploads are retried.\nvar a int\n\n// Uploads are signed.\nvar b int\n',
  );
  commit(folder, 'Bob Later <bob@example.org>', '2025-02-10');
  return folder;
}

async function openFor(root: string) {
  const { index } = await openTestIndex(root, makeFolder({}));
  opened.push(index);
  await index.refresh(neverCancelled);
  return async (text: string) => {
    const { hits, problems } = await index.search({ text, count: 10 }, neverCancelled);
    return { found: hits.map((hit) => `${hit.file}:${hit.line}`).sort(), problems };
  };
}

describe('who wrote it, and since when', function () {
  this.timeout(30_000);

  it('is asked for the lines of each passage', async () => {
    const search = await openFor(makeRepository());
    assert.deepEqual((await search('uploads author:bob')).found, ['a.go:4']);
    assert.deepEqual((await search('uploads author:ANN')).found, ['a.go:1', 'b.md:1']);
    assert.deepEqual((await search('uploads author:ann author:bob path:a.go')).found, ['a.go:1', 'a.go:4']);
    assert.deepEqual((await search('uploads since:2025-02')).found, ['a.go:4']);
    assert.deepEqual((await search('author:bob@example.org')).found, ['a.go:4']);
    assert.deepEqual(await search('uploads author:nobody'), { found: [], problems: [] });
    assert.deepEqual((await search('uploads author:.*')).found, []);
  });

  it('knows what is in no commit yet', async () => {
    const root = makeRepository();
    writeFileSync(path.join(root, 'a.go'), '// Uploads are resumed.\nvar a int\n');
    writeFileSync(path.join(root, 'c.md'), 'Uploads are new.\n');
    const search = await openFor(root);
    assert.deepEqual((await search('uploads since:1d')).found, ['a.go:1', 'c.md:1']);
    assert.deepEqual((await search('uploads author:worker')).found, ['a.go:1']);
  });

  it('works below the root of the repository', async () => {
    const root = makeRepository();
    const search = await openFor(root);
    assert.deepEqual((await search('uploads since:2025-01-01')).found.length, 3);
    const folder = makeFolder({ 'sub/d.md': 'Uploads of a folder.\n' });
    git(folder, 'init', '-q', '-b', 'main');
    commit(folder, 'Ann Early <ann@example.org>', '2025-01-10');
    const below = await openFor(path.join(folder, 'sub'));
    assert.deepEqual((await below('uploads author:ann')).found, ['d.md:1']);
  });

  it('without a repository says so and finds the words', async () => {
    const search = await openFor(makeFolder({ 'a.md': 'Uploads here.' }));
    const { found, problems } = await search('uploads author:ann');
    assert.deepEqual(found, ['a.md:1']);
    assert.match(problems.join(), /need git and a repository/);
  });

  it('runs no program that a repository names', async () => {
    const root = makeRepository();
    const trap = path.join(root, 'trapped');
    git(root, 'config', 'filter.evil.clean', `touch '${trap}'; cat`);
    git(root, 'config', 'diff.evil.textconv', `touch '${trap}'; cat`);
    git(root, 'config', 'core.fsmonitor', `touch '${trap}'; true`);
    writeFileSync(path.join(root, '.gitattributes'), '* filter=evil diff=evil\n');
    writeFileSync(path.join(root, 'a.go'), '// Uploads are changed.\nvar a int\n');
    const search = await openFor(root);
    const { problems } = await search('uploads since:1d');
    assert.match(problems.join(), /need git and a repository/);
    git(root, 'config', '--unset', 'filter.evil.clean');
    assert.deepEqual((await search('uploads author:worker')).found, ['a.go:1']);
    assert.equal(existsSync(trap), false);
  });
});
