// Help pages, made from the descriptions that also drive the parsing, so that they cannot disagree.

import { type Command, helpFlag } from './command.ts';
import type { FlagDescription } from './commandLine.ts';

export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map((command): [string, string] => [command.usage, command.summary]);
  return [
    'Marginalia reads the comments and documentation of a workspace with a small language model on this machine.',
    '',
    'Usage: marginalia <command> [flags]',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Flags:',
    ...columns([
      ['-h, --help', 'show this help; marginalia <command> --help shows the flags of a command'],
      ['-v, --version', 'show the version'],
    ]),
    '',
    'Exit codes: 0 done, 1 findings at or above --fail-on, 2 bad usage or input.',
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const rows = [...command.flags, helpFlag].map((flag): [string, string] => [flagUsage(flag), flag.help]);
  const details = command.details.length > 0 ? ['', ...command.details] : [];
  return [
    `Usage: marginalia ${command.usage} [flags]`,
    '',
    `${command.summary}.`,
    ...details,
    '',
    'Flags:',
    ...columns(rows),
    '',
  ].join('\n');
}

function flagUsage(flag: FlagDescription): string {
  const short = flag.short ? `-${flag.short}, ` : '';
  return `${short}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
