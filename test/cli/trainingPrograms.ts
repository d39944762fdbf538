// Trainings that run as programs, and what may happen to them.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runStore } from '../../server/src/io/runFolder.ts';

/** Kills the command and the process that trains for it, and waits until both are gone. */
export async function killTraining(command: ChildProcess, outputFolder: string): Promise<void> {
  const runFolder = `${outputFolder}.training`;
  const gone = new Promise((resolve) => command.on('exit', resolve));
  process.kill(trainerOf(runFolder), 'SIGKILL');
  command.kill('SIGKILL');
  await gone;
  // A killed process needs a moment to be gone.
  while ((await runStore.read(runFolder))?.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(!existsSync(outputFolder), 'nothing half is there');
}

/** Ctrl+C: both processes end, and what was learned stays. */
export async function interruptTraining(command: ChildProcess, outputFolder: string): Promise<void> {
  const runFolder = `${outputFolder}.training`;
  const trainer = trainerOf(runFolder);
  const ended = new Promise<number | null>((resolve) => command.on('exit', resolve));
  command.kill('SIGINT');
  assert.equal(await ended, 130);
  assert.throws(() => process.kill(trainer, 0), /ESRCH/);
  assert.ok(existsSync(path.join(runFolder, 'state.bin')));
}

function trainerOf(runFolder: string): number {
  return Number(readFileSync(path.join(runFolder, 'lock'), 'utf8'));
}
