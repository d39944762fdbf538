// From the model flags of a command to an engine, and its end, whatever happens in between.

import type { Depth, Engine } from '../engine/engine.ts';
import type { Logger } from '../engine/log.ts';
import type { ParsedCommandLine } from './commandLine.ts';
import type { CliPorts } from './ports.ts';

export function modelFolder(line: ParsedCommandLine, ports: CliPorts): string {
  return line.text('model') ?? ports.shippedModelFolder;
}

/** The number of layers to run, where the user chose one. `auto` is for commands that make labels alone. */
export function depthOption(line: ParsedCommandLine): { readonly depth?: Depth } {
  const depth = line.text('depth') === 'auto' ? 'auto' : line.wholeNumber('depth', 1);
  return depth === undefined ? {} : { depth };
}

export async function withEngine<T>(
  line: ParsedCommandLine,
  ports: CliPorts,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const threads = line.wholeNumber('threads', 1);
  const engine = ports.openEngine({
    files: ports.modelFiles(modelFolder(line, ports)),
    device: line.text('device') ?? 'auto',
    threads,
    logger: createStderrLogger(ports),
  });
  try {
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}

/** Warnings and errors for people; everything with MARGINALIA_DEBUG. */
export function createStderrLogger(ports: CliPorts): Logger {
  const isVerbose = Boolean(ports.environment.MARGINALIA_DEBUG);
  return {
    log(level, message, data) {
      if (!isVerbose && (level === 'debug' || level === 'info')) return;
      void ports.stderr.write(
        `marginalia: ${message}${isVerbose && data ? ` ${JSON.stringify(data)}` : ''}\n`,
      );
    },
  };
}
