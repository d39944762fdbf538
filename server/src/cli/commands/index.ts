// `index [--root DIR] [--status]`: makes the index of a folder or brings it up to date, and says what is in it.

import type { IndexStatus, SkippedFile, WorkspaceIndex } from '../../engine/index/workspaceIndex.ts';
import type { Command } from '../command.ts';
import { indexFlags, withIndex, withOpenIndex } from '../search/withIndex.ts';
import { UsageError } from '../usageError.ts';
import { countText, plural } from '../writers/textWriter.ts';

const formats = ['text', 'json'] as const;

export const indexCommand: Command = {
  name: 'index',
  usage: 'index',
  summary: 'Make the search index of a folder, or bring it up to date, and say what is in it',
  details: ['A run that is interrupted goes on where it was. search and ask do the same before they answer.'],
  flags: [
    { name: 'status', value: undefined, help: 'change nothing: say what the index knew last' },
    { name: 'skipped', value: undefined, help: 'list every file that is left out, with its reason' },
    { name: 'format', value: 'FORMAT', help: `${formats.join(', ')}; default: text` },
    ...indexFlags,
  ],
  async run(line, ports) {
    if (line.positionals.length > 0)
      throw new UsageError('index takes its folder as --root DIR, not as an argument.');
    const format = line.oneOf('format', formats) ?? 'text';
    const startedMs = ports.now();
    const isStatus = line.isSet('status');
    const report = async (index: WorkspaceIndex) => {
      const skipped = await index.skippedFiles();
      const seconds = isStatus ? undefined : (ports.now() - startedMs) / 1000;
      const facts = { status: index.status(), skipped: line.isSet('skipped') ? skipped : undefined, seconds };
      await ports.stdout.write(format === 'json' ? toJson(facts) : toText(facts));
      return 0;
    };
    return await (isStatus
      ? withOpenIndex(line, ports, report)
      : withIndex(line, ports, { mayBeOld: false }, report));
  },
};

interface IndexFacts {
  readonly status: IndexStatus;
  readonly skipped: readonly SkippedFile[] | undefined;
  /** Absent: nothing was done. */
  readonly seconds: number | undefined;
}

function toJson({ status, skipped, seconds }: IndexFacts): string {
  const { secondsLeft, message, ...rest } = status;
  const facts = {
    ...rest,
    bytesPerPassage: bytesPerPassage(status),
    ...(seconds === undefined ? {} : { seconds: Math.round(seconds * 1000) / 1000 }),
    ...(message === undefined ? {} : { message }),
    ...(skipped
      ? { skippedFiles: skipped.map(({ file, reason, detail }) => ({ file, reason, detail })) }
      : {}),
  };
  return `${JSON.stringify(facts)}\n`;
}

function toText({ status, skipped, seconds }: IndexFacts): string {
  const { files, passages, embedded, sizeBytes, message } = status;
  if (passages === 0 && seconds === undefined) {
    return 'There is no index of this folder yet. Run marginalia index to make it.\n';
  }
  const lines = [
    `${plural(passages, 'passage')} in ${plural(files, 'file')}${seconds === undefined ? '' : `, ${seconds.toFixed(1)} s`}`,
    `read by the model: ${embedded} of ${passages}`,
    `on disk: ${(sizeBytes / 1e6).toFixed(1)} MB, ${bytesPerPassage(status)} bytes per passage`,
    ...(Object.keys(status.skipped).length > 0 ? [`left out: ${countText(status.skipped)}`] : []),
    ...(skipped ?? []).map(({ file, reason, detail }) => `  ${file}: ${reason} (${detail})`),
    ...(message === undefined ? [] : [message]),
  ];
  return `${lines.join('\n')}\n`;
}

function bytesPerPassage({ sizeBytes, passages }: IndexStatus): number {
  return passages === 0 ? 0 : Math.round(sizeBytes / passages);
}
