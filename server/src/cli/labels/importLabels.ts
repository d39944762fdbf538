// `labels import FILE --format NAME`: labels of another tool are added; none that is there is replaced.

import path from 'node:path';
import { readLabels } from '../../engine/engine.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';
import { fileArgument, formatOptions, readFormat, withLabels } from './labelOptions.ts';

/** More of the same kind help nobody. */
const mostProblems = 10;

export async function importLabels(line: ParsedCommandLine, ports: CliPorts): Promise<number> {
  const file = fileArgument(line);
  if (file === undefined) throw new UsageError('labels import needs a FILE.');
  const text = await ports.readTextFile(path.resolve(ports.workingFolder, file));
  if (text === undefined) throw new UsageError(`${file} cannot be read.`);
  const { rows, problems } = readLabels(text, readFormat(line) ?? 'marginalia', formatOptions(line));
  for (const problem of problems.slice(0, mostProblems)) await ports.stderr.write(`${file}, ${problem}\n`);
  if (problems.length > mostProblems) {
    await ports.stderr.write(`… and ${problems.length - mostProblems} more records that were left out\n`);
  }
  if (rows.length === 0) {
    throw new UsageError(`${file} holds no labels that could be read. Is --format right?`);
  }
  return await withLabels(line, ports, async (store) => {
    const before = await store.read();
    await store.add(rows);
    const after = await store.read();
    const conflicts = after.conflicts.length - before.conflicts.length;
    await ports.stderr.write(
      `${rows.length} rows read, ${after.rows.size - before.rows.size} texts added to ${store.location}` +
        `${conflicts > 0 ? `; ${conflicts} contradict what was there, see marginalia labels check` : ''}.\n`,
    );
    return problems.length > 0 ? 2 : 0;
  });
}
