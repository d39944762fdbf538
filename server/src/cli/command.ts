// What a command is: a name, its flags for parsing and help, and one function.

import { deviceNames } from '../engine/engine.ts';
import type { FlagDescription, ParsedCommandLine } from './commandLine.ts';
import type { CliPorts } from './ports.ts';

export interface Command {
  readonly name: string;
  /** `scan [PATH…]`. */
  readonly usage: string;
  readonly summary: string;
  /** Lines of the help page below the summary. */
  readonly details: readonly string[];
  readonly flags: readonly FlagDescription[];
  /** Returns the exit code. */
  run(line: ParsedCommandLine, ports: CliPorts): Promise<number>;
}

/** Flags of every command that loads a model. */
export const modelFlags: readonly FlagDescription[] = [
  { name: 'model', value: 'DIR', help: 'model folder; default: the one that ships with the program' },
  {
    name: 'depth',
    value: 'N',
    help: 'layers to run, one of those the model was trained for, or auto: as many as each text needs for its labels',
  },
  { name: 'device', value: 'NAME', help: `what computes: ${deviceNames.join(', ')}; default: auto` },
  { name: 'threads', value: 'N', help: 'threads for the model; default: chosen for this machine' },
];

export const recomputeChoices = ['auto', 'always', 'never'] as const;

/** Of every command that trains. */
export const recomputeFlag: FlagDescription = {
  name: 'recompute',
  value: 'WHEN',
  help: 'auto (default: where memory is short), always or never: compute layers twice to save memory',
};

export const helpFlag: FlagDescription = {
  name: 'help',
  short: 'h',
  value: undefined,
  help: 'show this help',
};
