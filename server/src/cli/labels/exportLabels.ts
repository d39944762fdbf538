// `labels export [FILE] --format NAME`: the labels for another tool, or for `finetune --train`.

import path from 'node:path';
import { needsTask, writeLabels } from '../../engine/engine.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';
import { containerOf, fileArgument, formatOptions, readFormat, withLabels } from './labelOptions.ts';

export async function exportLabels(line: ParsedCommandLine, ports: CliPorts): Promise<number> {
  const file = fileArgument(line);
  const format = readFormat(line) ?? 'marginalia';
  const options = formatOptions(line);
  return await withLabels(line, ports, async (store) => {
    const { rows, conflicts } = await store.read();
    const all = [...rows.values()];
    const tasks = options.task === undefined ? needsTask(all, format) : [];
    if (tasks.length > 0) {
      throw new UsageError(`${format} knows one task only; choose with --task: ${tasks.join(', ')}.`);
    }
    // Rows that only silence a finding have no labels for anybody else.
    const labelled = format === 'marginalia' ? all : all.filter((row) => Object.keys(row.labels).length > 0);
    const text = writeLabels(labelled, format, { ...options, container: containerOf(file) });
    if (file === undefined) await ports.stdout.write(text);
    else await ports.writeTextFile(path.resolve(ports.workingFolder, file), text);
    if (conflicts.length > 0) {
      await ports.stderr.write(`${conflicts.length} texts with conflicting labels were left out.\n`);
    }
    return 0;
  });
}
