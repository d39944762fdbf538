// `mcp`: an MCP server on the standard streams, so that coding agents can search, ask and check a folder's
// comments. It reads the folder in the background from the start, and ends when its client goes away.

import path from 'node:path';
import { CancelledError } from '../../engine/cancellation.ts';
import { createIndexModel } from '../../engine/createIndexModel.ts';
import { type Command, modelFlags } from '../command.ts';
import { createToolAnswers } from '../mcp/toolAnswers.ts';
import { createStderrLogger, withEngine } from '../openEngine.ts';
import { rootFlags } from '../search/withIndex.ts';
import { UsageError } from '../usageError.ts';

export const mcpCommand: Command = {
  name: 'mcp',
  usage: 'mcp',
  summary: 'Serve search, answers and checks to coding agents: an MCP server on stdin and stdout',
  details: ['docs/AGENTS.md shows how agents are told about it.'],
  flags: [...rootFlags, ...modelFlags],
  async run(line, ports) {
    if (line.positionals.length > 0)
      throw new UsageError('mcp takes no arguments; choose the folder with --root DIR.');
    const root = path.resolve(ports.workingFolder, line.text('root') ?? '.');
    if (!(await ports.isFolder(root))) throw new UsageError(`--root takes a folder; ${root} is none.`);
    const indexFolder = line.text('index');
    const logger = createStderrLogger(ports);
    return await withEngine(line, ports, async (engine) => {
      const index = ports.openIndex({
        root,
        indexFolder: indexFolder === undefined ? undefined : path.resolve(ports.workingFolder, indexFolder),
        model: createIndexModel(async () => engine),
        logger,
      });
      try {
        index.refresh(ports.cancellation).catch((error: unknown) => logFailure(error));
        // Loaded here alone: no other command should wait for it.
        const { serveMcp } = await import('../mcp/serveMcp.ts');
        await serveMcp({
          version: ports.version,
          ports,
          answers: createToolAnswers({ root, index, engine, ports }),
          onError: logFailure,
        });
      } finally {
        await index.dispose();
      }
      return 0;
    });

    function logFailure(error: unknown): void {
      if (error instanceof CancelledError) return;
      logger.log('warn', error instanceof Error ? error.message : String(error), {});
    }
  },
};
