// `npm start` without a desktop editor: an address, a workbench behind it, and nothing left after Ctrl+C.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { repositoryRoot } from '../../../scripts/repository.mjs';

describe('npm start', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
    child = undefined;
  });

  it('prints an address, serves it, and leaves no process after Ctrl+C', async () => {
    child = spawn(process.execPath, [startScript, '--web', '--port', '0'], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const address = await readAddress(child);
    assert.match(decodeURI(address), /samples\/workspace$/);
    const page = await fetch(address);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /workbench/);
    const descendants = descendantsOf(child.pid ?? 0);
    assert.ok(descendants.length > 0, 'the server is a process below start.mjs');

    assert.equal(await interrupt(child), 0);
    assert.deepEqual(descendants.filter(isRunning), []);
  });

  it('BAD CALL - says which port is taken, and starts nothing', async () => {
    child = spawn(process.execPath, [startScript, '--web', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { port } = new URL(await readAddress(child));
    const second = spawn(process.execPath, [startScript, '--web', '--port', port], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await assert.rejects(readAddress(second), new RegExp(`Port ${port} is taken`));
    await interrupt(child);
  });
});

const startScript = path.join(repositoryRoot, 'scripts', 'start.mjs');

/** Resolves to the exit code after what Ctrl+C sends. */
function interrupt(started: ChildProcess): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => started.once('exit', resolve));
  started.kill('SIGINT');
  return ended;
}

function readAddress(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (text: Buffer) => {
      output += text;
      const match = /http:\/\/127\.0\.0\.1:\d+\/\?folder=\S+/.exec(output);
      if (match) resolve(match[0]);
    };
    started.stdout?.on('data', read);
    started.stderr?.on('data', read);
    started.once('close', (code) => reject(new Error(`ended with ${code} before it was ready:\n${output}`)));
  });
}

/** Children and their children, from /proc; elsewhere only the rest of the test is left. */
function descendantsOf(ancestor: number): number[] {
  if (!existsSync('/proc/self/stat')) return [ancestor];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // After the name in brackets, which may hold anything: state, then the parent.
      const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\)\s/s, '')
        .split(' ');
      parents.set(Number(name), Number(parent));
    } catch {
      // It ended between the listing and the reading.
    }
  }
  const isBelow = (processId: number): boolean => {
    const parent = parents.get(processId);
    return parent !== undefined && parent !== 0 && (parent === ancestor || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
