// `labels list|add|import|export|check|suggest`: the team's labels without an editor. They are those of the working folder or
// of the nearest folder above it that has some, see docs/LABELLING.md.

import { type Command, modelFlags } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { addLabels } from '../labels/addLabels.ts';
import { checkFolderLabels } from '../labels/checkFolderLabels.ts';
import { exportLabels } from '../labels/exportLabels.ts';
import { importLabels } from '../labels/importLabels.ts';
import { labelFormatNames } from '../labels/labelOptions.ts';
import { listLabels } from '../labels/listLabels.ts';
import { suggestFolderLabels } from '../labels/suggestFolderLabels.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';

type Action = (line: ParsedCommandLine, ports: CliPorts) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  list: listLabels,
  add: addLabels,
  import: importLabels,
  export: exportLabels,
  check: checkFolderLabels,
  suggest: suggestFolderLabels,
};

export const labelsCommand: Command = {
  name: 'labels',
  usage: 'labels list|add|import|export|check|suggest [FILE]',
  summary: "List, add, exchange and check the team's labels in .marginalia/labels.jsonl",
  details: [
    'list    all labels, or those of one task',
    'add     JSON lines {"text", "labels": {task: [names]}} on stdin',
    'import  FILE of another tool; what contradicts a label that is there becomes a conflict for people to decide',
    'export  to FILE, or to stdout; the end of its name (.json, .jsonl, .csv) chooses the container',
    'check   broken lines, conflicts, near duplicates with different labels, probable mistakes; exit code 1 if any',
    'suggest comments that commits removed because debt was paid, as lines for add; check them before you add them',
  ],
  flags: [
    {
      name: 'root',
      value: 'DIR',
      help: 'folder with the labels; default: the working folder or one above it',
    },
    {
      name: 'format',
      value: 'NAME',
      help: `import, export: ${labelFormatNames.join(', ')}; list, check: text or jsonl`,
    },
    { name: 'task', value: 'NAME', help: 'only this task; needed for formats that know one task only' },
    { name: 'user-id', value: 'UUID', help: 'export to argilla: the user who gave the responses' },
    { name: 'no-model', value: undefined, help: 'check: compare words only' },
    ...modelFlags,
  ],
  async run(line, ports) {
    const action = actions[line.positionals[0] ?? ''];
    if (!action) throw new UsageError(`labels needs one of: ${Object.keys(actions).join(', ')}.`);
    return await action(line, ports);
  },
};
