// A training on a terminal: a line for what is worth keeping, one that is drawn over for the rest, and Ctrl+C.
// In: the options of a run. Out: the exit code, when it has ended.

import type { RunOptions, TrainingEnd, TrainingEvent, TrainingRun } from '../engine/trainingRun.ts';
import type { ParsedCommandLine } from './commandLine.ts';
import type { CliPorts } from './ports.ts';
import { createProgress } from './progress.ts';
import { describeTraining, metricsText } from './trainingText.ts';
import { UsageError } from './usageError.ts';

/** Ctrl+C is a flag here, so it is looked at. */
const pollMs = 50;

/** Where a new model goes: --output, which must not exist yet. */
export async function readOutputFolder(
  command: string,
  line: ParsedCommandLine,
  ports: CliPorts,
): Promise<string> {
  const given = line.text('output');
  if (given === undefined) throw new UsageError(`${command} needs --output DIR.`);
  const folder = ports.absolutePath(given.replace(/[/\\]+$/, ''));
  if (await ports.pathExists(folder)) {
    throw new UsageError(`${folder} exists already. Choose another --output or remove it.`);
  }
  return folder;
}

/** What a run keeps until its model is there, beside that. */
export function runFolderOf(outputFolder: string): string {
  return `${outputFolder}.training`;
}

/** Trains, or goes on with an interrupted training of the same options. */
export async function train(
  options: RunOptions,
  ports: CliPorts,
  writeResult: (end: Extract<TrainingEnd, { kind: 'done' }>) => Promise<void>,
): Promise<number> {
  const folder = runFolderOf(options.outputFolder);
  const end = await showUntilEnd(await ports.training.start(folder, options), ports);
  switch (end.kind) {
    case 'done':
      await ports.training.remove(folder);
      await writeResult(end);
      return 0;
    case 'cancelled':
      await ports.stderr.write('Stopped. The same command goes on from here.\n');
      return 130;
    case 'failed':
      throw new UsageError(end.message);
  }
}

async function showUntilEnd(run: TrainingRun, ports: CliPorts): Promise<TrainingEnd> {
  const progress = createProgress(ports);
  const stopWatching = whileRunning(run, ports);
  const stop = run.onEvent((event: TrainingEvent) => {
    const { line, isPassing } = describeTraining(event);
    if (line === undefined) return;
    if (isPassing) {
      progress.update(() => line);
      return;
    }
    progress.clear();
    void ports.stderr.write(`${line}\n`);
  });
  try {
    const end = await run.ended;
    progress.clear();
    if (end.kind === 'done' && end.metrics) await ports.stderr.write(metricsText(end.metrics));
    return end;
  } finally {
    stop();
    stopWatching();
  }
}

/** Ends a run where a person asks for it; the answer stops watching. */
export function whileRunning(run: TrainingRun, { cancellation }: CliPorts): () => void {
  const timer = setInterval(() => {
    if (cancellation.isCancelled) run.cancel();
  }, pollMs);
  return () => clearInterval(timer);
}
