// `labels add`: JSON lines on stdin become rows. A label replaces the one that a text had for the task, as in the
// editor; a broken line ends the program, the lines before it are kept.

import { applyChange, textKey } from '../../engine/engine.ts';
import type { LabelRow } from '../../engine/labelling/labelRow.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { type InputLine, optionalText, readJsonLines, requireText } from '../inputLines.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';
import { withLabels } from './labelOptions.ts';

export async function addLabels(line: ParsedCommandLine, ports: CliPorts): Promise<number> {
  return await withLabels(line, ports, async (store) => {
    const who = await store.author();
    let count = 0;
    for await (const lines of readJsonLines(ports.readStdin(), 1000, toAddition)) {
      const { rows } = await store.read();
      const changed = new Map<string, LabelRow>();
      for (const { text, labels, file, symbol } of lines) {
        const id = textKey(text, undefined);
        const change = {
          text,
          labels,
          file,
          symbol,
          verdict: 'wrong',
          dismissed: [],
          who,
          source: undefined,
        };
        const before = changed.get(id) ?? rows.get(id);
        changed.set(id, applyChange(before, { ...change, when: ports.today().toISOString() }));
      }
      await store.save([...changed.values()]);
      count += lines.length;
    }
    await ports.stderr.write(`${count} labels added to ${store.location}.\n`);
    return 0;
  });
}

function toAddition(line: InputLine) {
  const labels = line.value.labels;
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw new UsageError(`Line ${line.number} of the input has no "labels" that map tasks to names.`);
  }
  const read = Object.entries(labels).map(([task, names]): [string, readonly string[]] => {
    const list = typeof names === 'string' ? [names] : names;
    if (!Array.isArray(list) || !list.every((one) => typeof one === 'string')) {
      throw new UsageError(`Line ${line.number} of the input: the labels of "${task}" are no list of names.`);
    }
    return [task, list];
  });
  const text = requireText(line, 'text');
  if (text.trim() === '') throw new UsageError(`Line ${line.number} of the input has an empty "text".`);
  return {
    text,
    labels: Object.fromEntries(read),
    file: optionalText(line, 'file'),
    symbol: optionalText(line, 'symbol'),
  };
}
