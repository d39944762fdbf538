// Process entry of a training: works on the run in the folder that it is given, tells its parent what happens, and
// ends with it. `host/trainingService.ts` starts it; nobody else should.

import { availableParallelism, constants, setPriority } from 'node:os';
import { failureOf, type TrainingEvent } from './engine/trainingRun.ts';
import { createTrainingControl } from './host/trainingControl.ts';
import { runTraining } from './host/trainingProcess.ts';
import type { ToTraining } from './host/trainingService.ts';
import { requireNew, writeNewFolder } from './io/newFolder.ts';
import { createNodeModelFiles } from './io/nodeModelFiles.ts';
import { readBytes } from './io/readBytes.ts';
import { openRun } from './io/runFolder.ts';

const control = createTrainingControl();
process.on('message', (message: ToTraining) => {
  if (message === 'cancel') control.cancel();
  else control.pause(message === 'pause');
});
// The window was closed or the command killed: keep the state and go, so that nobody is left behind.
process.on('disconnect', () => control.cancel());
// Ctrl+C reaches the whole group; the parent decides and says so.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

await main(process.argv[2]!);

async function main(folder: string): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  let emit = (event: TrainingEvent): void => void process.send?.(event);
  try {
    const run = await openRun(folder);
    if (run.options.isBackground) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const tell = emit;
    emit = (event) => {
      tell(event);
      // Events are for looking at: one that cannot be written must not end the training.
      writing = writing.then(() => run.append(event)).catch(() => {});
    };
    control.tell((isPaused) => emit({ kind: isPaused ? 'paused' : 'resumed' }));
    try {
      await train(run, (event) => emit(event));
      await writing;
    } finally {
      await run.close();
    }
  } catch (error) {
    emit(failureOf(error));
    await writing;
  }
  process.disconnect?.();
}

async function train(
  run: Awaited<ReturnType<typeof openRun>>,
  emit: (event: TrainingEvent) => void,
): Promise<void> {
  const end = await runTraining({
    options: run.options,
    modelFiles: createNodeModelFiles(run.options.modelFolder),
    defaultThreads: Math.min(4, availableParallelism()),
    availableMemoryBytes: process.availableMemory(),
    now: () => performance.now(),
    readFile: readBytes,
    saveState: run.saveState,
    loadState: run.loadState,
    checkOutput: requireNew,
    writeOutput: writeNewFolder,
    emit,
    control,
  });
  if (end.kind === 'done') await run.removeState();
  emit(end);
}
