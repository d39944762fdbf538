// A training on a terminal: a line for what is worth keeping, one that is drawn over for the rest, and Ctrl+C.
// In: a run. Out: how it ended.

import type { TrainingEnd, TrainingEvent, TrainingRun } from '../engine/trainingRun.ts';
import type { CliPorts } from './ports.ts';
import { createProgress } from './progress.ts';
import { describeTraining, metricsText } from './trainingText.ts';

/** Ctrl+C is a flag here, so it is looked at. */
const pollMs = 50;

export async function showUntilEnd(run: TrainingRun, ports: CliPorts): Promise<TrainingEnd> {
  const progress = createProgress(ports);
  const timer = setInterval(() => {
    if (ports.cancellation.isCancelled) run.cancel();
  }, pollMs);
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
    clearInterval(timer);
  }
}
