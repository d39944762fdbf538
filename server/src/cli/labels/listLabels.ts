// `labels list`: every row of the file, for people or as it stands.

import { formatRow } from '../../engine/engine.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import type { CliPorts } from '../ports.ts';
import { describeLabels, oneLine, withLabels } from './labelOptions.ts';

export async function listLabels(line: ParsedCommandLine, ports: CliPorts): Promise<number> {
  const format = line.oneOf('format', ['text', 'jsonl']) ?? 'text';
  const task = line.text('task');
  return await withLabels(line, ports, async (store) => {
    const { rows, conflicts, broken } = await store.read();
    const wanted = [...rows.values()].filter((row) => task === undefined || Object.hasOwn(row.labels, task));
    // Rows lie in the order of their hashes, which says nothing to people.
    const sorted = wanted.sort(
      (left, right) => compare(left.file ?? '', right.file ?? '') || compare(left.text, right.text),
    );
    for (const row of sorted) {
      if (format === 'jsonl') await ports.stdout.write(`${formatRow(row)}\n`);
      else {
        const place = row.file === undefined ? '' : `  ${row.file}`;
        await ports.stdout.write(`${describeLabels(row, task)}\n    ${oneLine(row.text, 100)}${place}\n`);
      }
    }
    if (conflicts.length + broken.length > 0) {
      await ports.stderr.write(
        `${conflicts.length} conflicts and ${broken.length} broken lines are not listed; see marginalia labels check.\n`,
      );
    }
    return 0;
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
