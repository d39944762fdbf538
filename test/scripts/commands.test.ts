// The two commands of the README as a terminal sees them: what they print where, how they end, what they leave.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { repositoryRoot } from '../../scripts/repository.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { cpuTimeMs } from '../support/cpuTime.ts';

const script = (name: string) => path.join(repositoryRoot, 'scripts', name);

describe('npm run marginalia', () => {
  before(async function () {
    this.timeout(120_000);
    await setUp();
  });

  it('keeps stdout for data: the version is the only line, messages go to stderr', () => {
    const { status, stdout } = runMarginalia('--version');
    const { version } = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8'));
    assert.equal(status, 0);
    assert.match(stdout.trim(), new RegExp(`^(marginalia )?${version.replaceAll('.', '\\.')}$`));
  });

  it('BAD CALL - passes the exit code 2 of an unknown command through, with one clear line', () => {
    const { status, stdout, stderr } = runMarginalia('no-such-command');
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /no-such-command/);
  });

  it('reads paths from the folder that the person stands in', () => {
    const { status, stderr } = runMarginalia(
      'scan',
      'no-such-folder',
      '--model',
      'test/fixtures/models/tiny',
    );
    assert.equal(status, 2, stderr);
    assert.match(stderr, /no-such-folder/);
  });
});

describe('the build', () => {
  it('leaves what the manifest names, with source maps', () => {
    const manifest = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8'));
    const outputs: string[] = [
      manifest.main,
      ...Object.values<string>(manifest.bin),
      './dist/server/engineWorker.js',
      './dist/server/sessionWorker.js',
      './dist/server/train.js',
    ];
    for (const output of outputs) {
      assert.ok(existsSync(path.join(repositoryRoot, output)), `${output} is missing`);
      assert.ok(existsSync(path.join(repositoryRoot, `${output}.map`)), `${output}.map is missing`);
    }
  });

  it('is not done again while nothing has changed', async () => {
    const stamp = path.join(repositoryRoot, 'dist', '.built');
    await setUp();
    const before = readFileSync(stamp, 'utf8');
    const startedMs = cpuTimeMs();
    await setUp();
    assert.ok(cpuTimeMs() - startedMs < 1_000, 'a second set-up takes less than a second');
    assert.equal(readFileSync(stamp, 'utf8'), before);
  });
});

describe('npm start', () => {
  it('BAD CALL - names the folder that does not exist, before it installs anything', () => {
    const { status, stderr } = spawnSync(process.execPath, [script('start.mjs'), 'no-such-folder'], {
      encoding: 'utf8',
      cwd: repositoryRoot,
    });
    assert.equal(status, 1);
    assert.match(stderr, /no folder .*no-such-folder/);
  });
});

function runMarginalia(...args: string[]) {
  return spawnSync(process.execPath, [script('marginalia.mjs'), ...args], {
    encoding: 'utf8',
    cwd: repositoryRoot,
    timeout: 60_000,
  });
}
