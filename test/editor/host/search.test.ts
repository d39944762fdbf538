// Search inside the extension host: the index of every folder, the tools for agents over it, files that change.

import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { MarginaliaApi } from '../../../client/src/extension.ts';
import { eventually } from './eventually.ts';
import { closeEverything, extensionId, folderUri, openFile } from './testWorkspace.ts';

describe('Search', () => {
  let api: MarginaliaApi;
  before(async function () {
    // The first suite that needs the index waits for a cold start of everything.
    this.timeout(180_000);
    const extension = vscode.extensions.getExtension<MarginaliaApi>(extensionId);
    assert.ok(extension);
    api = await extension.activate();
    await eventually(
      'both folders are known to search',
      () => {
        const folders = api.indexStatus?.folders ?? [];
        assert.deepEqual(
          folders.map((folder) => folder.name),
          ['harbour', 'quay'],
        );
        for (const folder of folders) {
          const isRead = folder.passages > 0 && !['opening', 'empty', 'reading'].includes(folder.state);
          assert.ok(
            isRead,
            `${folder.name}: ${folder.state}, ${folder.passages} passages, ${folder.message}`,
          );
        }
        return true;
      },
      170_000,
    );
  });
  afterEach(closeEverything);

  it('answers the tools of agents from every folder, with place and text', async () => {
    const text = await invoke('marginalia_search_comments', { query: 'ugly hack season boats' });
    assert.match(text, /quay\/quay\.py:3 .*\nHACK: this is an ugly hack/);
    const tides = await invoke('marginalia_search_comments', { query: 'Height of the water', count: 3 });
    assert.match(tides, /harbour\/api\/tideTable\.ts:\d+-\d+ .*heightAt/);
  });

  it('checks files for agents, open or not', async () => {
    const text = await invoke('marginalia_check_comments', { files: ['quay/quay.py'] });
    assert.match(text, /in \d+ comments of 1 files/);
    assert.match(text, /quay\.py:3 warning debt .*ugly hack/);
  });

  it('knows a saved file at once, and forgets it when it is deleted', async () => {
    const uri = vscode.Uri.joinPath(folderUri('quay'), 'late.py');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('# The zebra crossing is striped.\n'));
    const document = await openFile('quay', 'late.py');
    await vscode.window.activeTextEditor?.edit((edit) =>
      edit.insert(document.positionAt(document.getText().length), '# The giraffe is taller.\n'),
    );
    await document.save();
    await eventually('the giraffe is found', async () => {
      assert.match(await invoke('marginalia_search_comments', { query: 'giraffe' }), /quay\/late\.py/);
      return true;
    });
    await closeEverything();
    await vscode.workspace.fs.delete(uri);
    await eventually('the giraffe is forgotten', async () => {
      assert.doesNotMatch(await invoke('marginalia_search_comments', { query: 'giraffe' }), /late\.py/);
      return true;
    });
  });

  it('lists the files it left out in a document of its own', async () => {
    await vscode.commands.executeCommand('marginalia.showSkippedFiles');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'marginalia-skipped');
    assert.match(document.getText(), /harbour|No file was left out/);
  });

  it('pauses, resumes and rebuilds on command', async () => {
    await vscode.commands.executeCommand('marginalia.pauseIndex');
    await vscode.commands.executeCommand('marginalia.resumeIndex');
    await vscode.commands.executeCommand('marginalia.rebuildIndex');
    await eventually('the new index is read', async () => {
      const text = await invoke('marginalia_search_comments', { query: 'Height of the water' });
      assert.match(text, /tideTable\.ts/);
      assert.ok(api.indexStatus?.folders.every((folder) => folder.passages > 0));
      return true;
    });
  });
});

async function invoke(tool: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
  return result.content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('');
}
