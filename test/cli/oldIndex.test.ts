// Commands over an index that cannot be brought up to date, as on a full disk: what is known is still found.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Command } from '../../server/src/cli/command.ts';
import { parseCommandLine } from '../../server/src/cli/commandLine.ts';
import { indexCommand } from '../../server/src/cli/commands/index.ts';
import { searchCommand } from '../../server/src/cli/commands/search.ts';
import type { CliPorts } from '../../server/src/cli/ports.ts';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import type { WorkspaceIndex } from '../../server/src/engine/index/workspaceIndex.ts';
import { openTestIndex } from '../io/index/testIndex.ts';
import { makeFolder } from '../io/temporaryFolder.ts';

async function runOnFullDisk(
  command: Command,
  words: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const root = makeFolder(files);
  const { index } = await openTestIndex(root, makeFolder({}), {
    wrap: (storage) => ({
      ...storage,
      writeFiles: async (changes) => {
        if (isFull) throw new EngineError('storageUnavailable', 'The disk with the index is full.');
        return await storage.writeFiles(changes);
      },
      writeSkipped: async (skipped) => {
        if (isFull) throw new EngineError('storageUnavailable', 'The disk with the index is full.');
        await storage.writeSkipped(skipped);
      },
    }),
  });
  let isFull = false;
  await index.refresh(neverCancelled);
  isFull = true;
  const out = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    isTerminal: false,
    columns: 80,
    write: async (text: string) => {
      out[name] += text;
    },
  });
  const ports: Partial<CliPorts> = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    environment: { NO_COLOR: '1' },
    workingFolder: root,
    cancellation: neverCancelled,
    now: () => 0,
    isFolder: async () => true,
    openIndex: (): WorkspaceIndex => index,
  };
  await command.run(parseCommandLine(words, command.flags), ports as CliPorts);
  return out;
}

describe('an index that cannot be brought up to date', () => {
  const files = { 'a.md': 'Uploads are resumed.\n' };

  it('is searched as it is, with a message', async () => {
    const { stdout, stderr } = await runOnFullDisk(searchCommand, ['resumed', '--no-model'], files);
    assert.match(stdout, /^a\.md:1/);
    assert.equal(stderr, 'marginalia: The disk with the index is full.\n');
  });

  it('EXPECTED FAILURE - is an error where nothing is known, and for the command that makes it', async () => {
    await assert.rejects(runOnFullDisk(searchCommand, ['resumed', '--no-model'], {}), /disk .* is full/);
    await assert.rejects(runOnFullDisk(indexCommand, ['--no-model'], files), /disk .* is full/);
  });
});
