// What the actions of `labels` share: which folder, which format, which rows.

import path from 'node:path';
import { labelFormatNames } from '../../engine/engine.ts';
import type { LabelRow } from '../../engine/labelling/labelRow.ts';
import type { LabelStore } from '../../engine/labelling/labelStore.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';

export { labelFormatNames };

export type LabelContainer = 'json' | 'jsonl' | 'csv';

/** The folder that has labels already, or the one that the user stands in. */
export async function withLabels<T>(
  line: ParsedCommandLine,
  ports: CliPorts,
  use: (store: LabelStore) => Promise<T>,
): Promise<T> {
  const root = line.text('root');
  const folder = path.resolve(ports.workingFolder, root ?? '.');
  if (!(await ports.pathExists(folder))) throw new UsageError(`There is no folder ${root}.`);
  const found = root === undefined ? await ports.findLabels(folder) : undefined;
  const store = found ?? ports.openLabels(folder);
  try {
    return await use(store);
  } finally {
    await store.dispose();
  }
}

export function readFormat(line: ParsedCommandLine): string | undefined {
  return line.oneOf('format', labelFormatNames);
}

/** By the end of the file's name; undefined: as the format likes it. */
export function containerOf(file: string | undefined): LabelContainer | undefined {
  const extension = path.extname(file ?? '').slice(1);
  return extension === 'json' || extension === 'jsonl' || extension === 'csv' ? extension : undefined;
}

export function formatOptions(line: ParsedCommandLine) {
  return { task: line.text('task'), userId: line.text('user-id') };
}

/** The one FILE of an action. */
export function fileArgument(line: ParsedCommandLine): string | undefined {
  const [action, file, ...rest] = line.positionals;
  if (rest.length > 0) throw new UsageError(`labels ${action} takes one FILE, not ${rest.length + 1}.`);
  return file;
}

/** `debt: design; purpose: summary, usage`. */
export function describeLabels({ labels }: LabelRow, task: string | undefined): string {
  return Object.entries(labels)
    .filter(([name]) => task === undefined || name === task)
    .map(([name, chosen]) => `${name}: ${chosen.join(', ') || 'none of them'}`)
    .join('; ');
}

export function oneLine(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
