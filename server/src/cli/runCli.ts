// The command line from words to exit code: finds the command, runs it inside one guard.
// Exit codes: 0 done, 1 findings at or above --fail-on, 2 bad usage or input, 130 interrupted.

import { CancelledError } from '../engine/cancellation.ts';
import { LabelStoreError } from '../engine/engine.ts';
import { EngineError } from '../engine/errors.ts';
import { type Command, helpFlag } from './command.ts';
import { editDistance, parseCommandLine } from './commandLine.ts';
import { adaptCommand } from './commands/adapt.ts';
import { answerCommand } from './commands/answer.ts';
import { askCommand } from './commands/ask.ts';
import { classifyCommand } from './commands/classify.ts';
import { coherenceCommand } from './commands/coherence.ts';
import { embedCommand } from './commands/embed.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { fillMaskCommand } from './commands/fillMask.ts';
import { finetuneCommand } from './commands/finetune.ts';
import { indexCommand } from './commands/index.ts';
import { keyphrasesCommand } from './commands/keyphrases.ts';
import { labelsCommand } from './commands/labels.ts';
import { mcpCommand } from './commands/mcp.ts';
import { modelCommand } from './commands/model.ts';
import { scanCommand } from './commands/scan.ts';
import { searchCommand } from './commands/search.ts';
import { summarizeCommand } from './commands/summarize.ts';
import { commandHelp, programHelp } from './help.ts';
import type { CliPorts } from './ports.ts';
import { UsageError } from './usageError.ts';

export const commands: readonly Command[] = [
  scanCommand,
  searchCommand,
  askCommand,
  indexCommand,
  classifyCommand,
  embedCommand,
  answerCommand,
  coherenceCommand,
  fillMaskCommand,
  summarizeCommand,
  keyphrasesCommand,
  finetuneCommand,
  adaptCommand,
  evaluateCommand,
  labelsCommand,
  mcpCommand,
  modelCommand,
];

export async function runCli(words: readonly string[], ports: CliPorts): Promise<number> {
  try {
    const code = await dispatch(words, ports);
    const end = await ports.outputEnd();
    return end instanceof Error ? await reportLostOutput(end, ports) : code;
  } catch (error) {
    const end = await ports.outputEnd();
    if (end instanceof Error) return await reportLostOutput(end, ports);
    // The reader of stdout has what it wanted, as in `marginalia scan | head`.
    if (end === 'reader left') return 0;
    if (error instanceof CancelledError || ports.cancellation.isCancelled) return 130;
    await ports.stderr.write(`marginalia: ${describe(error, ports)}\n`);
    return 2;
  }
}

/** A full disk must not look like a clean result. */
async function reportLostOutput(error: Error, ports: CliPorts): Promise<number> {
  await ports.stderr.write(
    `marginalia: The output could not be written (${oneLine(error.message)}), so it is not complete.\n`,
  );
  return 2;
}

async function dispatch(words: readonly string[], ports: CliPorts): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    await ports.stderr.write(programHelp(commands));
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const topic = commands.find((command) => command.name === rest[0]);
    await ports.stdout.write(topic ? commandHelp(topic) : programHelp(commands));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    await ports.stdout.write(`${ports.version}\n`);
    return 0;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) throw new UsageError(unknownCommand(name));
  const line = parseCommandLine(rest, [...command.flags, helpFlag]);
  if (line.isSet('help')) {
    await ports.stdout.write(commandHelp(command));
    return 0;
  }
  return await command.run(line, ports);
}

function unknownCommand(name: string): string {
  if (name.startsWith('-'))
    return `Flags come after the command, as in "marginalia scan ${name}". See --help.`;
  const near = commands.find((command) => editDistance(command.name, name) <= 2);
  return `There is no command "${name}".${near ? ` Did you mean "${near.name}"?` : ' See marginalia --help.'}`;
}

/** One line for what a user can repair; the stack for what only we can. */
function describe(error: unknown, ports: CliPorts): string {
  const isExpected =
    error instanceof UsageError || error instanceof EngineError || error instanceof LabelStoreError;
  if (isExpected && !ports.environment.MARGINALIA_DEBUG) return oneLine(error.message);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}
