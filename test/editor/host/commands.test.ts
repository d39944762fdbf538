// What the manifest promises, the extension keeps: every command is there, and runs.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEverything, diagnosticOn, extensionId, labelsOn, openFile } from './testWorkspace.ts';

describe('Commands', () => {
  afterEach(closeEverything);

  it('of the manifest are all registered once the extension is active', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    await extension.activate();
    const promised: string[] = extension.packageJSON.contributes.commands.map(
      (one: { command: string }) => one.command,
    );
    assert.ok(promised.length >= 3);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      promised.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('restart the server: labels and diagnostics are there again afterwards', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', 'readings are lost');
    await vscode.commands.executeCommand('marginalia.restartServer');
    await diagnosticOn(document, 'debt', 'readings are lost');
    await labelsOn(document, 'Package collector reads');
  });
});
