// `labels suggest`: comments that commits took away because debt was paid, each with the label that follows from it. In:
// the folder's past. Out: JSON lines that `labels add` takes, for a person to look through; nothing is kept.

import path from 'node:path';
import { languageOfPath, suggestFromRemovals, tasksToLabel, textKey } from '../../engine/engine.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { withEngine } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { withLabels } from './labelOptions.ts';

export async function suggestFolderLabels(line: ParsedCommandLine, ports: CliPorts): Promise<number> {
  const wanted = line.text('task');
  return await withLabels(line, ports, async (store) => {
    const { tasks: model } = await withEngine(line, ports, (engine) => engine.modelInfo());
    const book = await store.read();
    const tasks = tasksToLabel(model, (await store.tasks()).tasks, book).filter(
      ({ name }) => wanted === undefined || name === wanted,
    );
    // The labels lie in a folder of their own below the one that they are about.
    const root = path.dirname(path.dirname(store.location));
    const comments = suggestFromRemovals(await ports.gitRemovals(root), languageOfPath, tasks).filter(
      ({ text, suggestion }) =>
        book.rows.get(textKey(text, undefined))?.labels[suggestion.task] === undefined,
    );
    for (const { text, file, symbol, commit, suggestion } of comments) {
      const suggested = {
        text,
        labels: { [suggestion.task]: [suggestion.label] },
        file,
        ...(symbol !== undefined && { symbol }),
        because: suggestion.because || 'the message of the commit',
        commit: commit.id.slice(0, 12),
        message: commit.message.split('\n')[0],
      };
      await ports.stdout.write(`${JSON.stringify(suggested)}\n`);
    }
    await ports.stderr.write(`${comments.length} suggestions. Check them, then hand them to labels add.\n`);
    return 0;
  });
}
