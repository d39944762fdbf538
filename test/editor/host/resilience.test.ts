// The editor stays usable when a part of Marginalia fails: the server dies, the model is not there.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { MarginaliaApi } from '../../../client/src/extension.ts';
import { eventually } from './eventually.ts';
import { closeEverything, diagnosticOn, extensionId, labelsOn, openFile } from './testWorkspace.ts';

describe('Resilience', () => {
  afterEach(closeEverything);

  it('brings a killed server back, with labels and diagnostics', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', 'readings are lost');
    const killed = serverProcess();
    process.kill(killed, 'SIGKILL');
    await eventually('a new server process', () => {
      assert.notEqual(serverProcess(), killed);
      assert.ok(isRunning(serverProcess()));
      return true;
    });
    assert.equal(isRunning(killed), false);
    await labelsOn(document, 'Package collector reads');
    await diagnosticOn(document, 'debt', 'readings are lost');
  });

  it('runs one server for all folders of the window', async () => {
    await labelsOn(await openFile('harbour', 'collector/gauge.go'), 'Package collector reads');
    const server = serverProcess();
    await labelsOn(await openFile('quay', 'quay.py'), 'Counts the boats');
    assert.equal(serverProcess(), server);
  });
});

/** Process of the server, as the extension tells others. */
function serverProcess(): number {
  const api = vscode.extensions.getExtension<MarginaliaApi>(extensionId)?.exports;
  assert.ok(api?.serverProcessId !== undefined, 'the extension names no server process');
  return api.serverProcessId;
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
