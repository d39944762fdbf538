// The editor stays usable when a part of Marginalia fails: the server dies, the model is not there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'mocha';
import { eventually } from './eventually.ts';
import { closeEverything, diagnosticOn, labelsOn, openFile } from './testWorkspace.ts';

describe('Resilience', () => {
  afterEach(closeEverything);

  it('brings a killed server back, with labels and diagnostics', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', 'readings are lost');
    const [killed] = serverProcesses();
    assert.ok(killed !== undefined, 'no server process found below the extension host');
    process.kill(killed, 'SIGKILL');
    await eventually('a new server process', () => {
      const now = serverProcesses();
      assert.ok(now.length === 1 && now[0] !== killed, `running: ${now.join(', ')}; killed: ${killed}`);
      return true;
    });
    await labelsOn(document, 'Package collector reads');
    await diagnosticOn(document, 'debt', 'readings are lost');
  });

  it('runs one server for all folders of the window', async () => {
    await labelsOn(await openFile('harbour', 'collector/gauge.go'), 'Package collector reads');
    await labelsOn(await openFile('quay', 'quay.py'), 'Counts the boats');
    assert.equal(serverProcesses().length, 1);
  });
});

/** Process ids of the language servers below this extension host. */
function serverProcesses(): number[] {
  return listProcesses()
    .filter(
      (one) => one.command.includes('dist/server/main.js') || one.command.includes('dist\\server\\main.js'),
    )
    .filter((one) => one.parent === process.pid)
    .map((one) => one.id);
}

interface ProcessEntry {
  readonly id: number;
  readonly parent: number;
  readonly command: string;
}

/** Linux containers often have no `ps`, but always /proc. */
function listProcesses(): ProcessEntry[] {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(Number(name)) ?? []);
  }
  const output = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ id: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
  });
}

function readProcess(id: number): ProcessEntry | undefined {
  try {
    const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
    // After the name in brackets, which may hold anything: state, then the parent.
    const afterName = readFileSync(`/proc/${id}/stat`, 'utf8').replace(/^.*\)\s/s, '');
    const [state, parent] = afterName.split(' ');
    return state === 'Z' ? undefined : { id, parent: Number(parent), command };
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
}
