// Finds out whether the native runtime works here without risking this process: a library that crashes takes the whole
// process with it. In: the entry of a process that tries it (tryRuntime.ts). Out: which runtime to use, and why.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RuntimeChoice } from '../engine/model/session.ts';
import { silenceRuntime } from './silenceRuntime.ts';

export interface ProbeReport {
  readonly ok: boolean;
  /** Milliseconds from loading the library to its right answer. */
  readonly elapsedMs: number;
  readonly message: string;
  /** Of an accelerator: times as fast as the CPU. */
  readonly speedup?: number;
}

/** A machine this slow still computes faster with the native runtime: only a proven failure gives it up. */
const patienceMs = 15_000;

export async function probeRuntime(probeUrl: string, waitMs = patienceMs): Promise<RuntimeChoice> {
  const startedMs = performance.now();
  const outcome = await runProbe(fileURLToPath(probeUrl), waitMs);
  if (outcome === 'slow') {
    return { name: 'native', reason: 'ONNX Runtime on the CPU; trying it first took too long to wait for.' };
  }
  if (outcome.ok) {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    return {
      name: 'native',
      reason: `ONNX Runtime on the CPU passed its self-test (${Math.round(outcome.elapsedMs)} ms, ${seconds} s with its process).`,
    };
  }
  return {
    name: 'wasm',
    reason: `ONNX Runtime's library for this platform does not work here (${outcome.message}); its WebAssembly build computes instead, several times slower. Reinstall Marginalia for this platform, or update the system's C++ runtime.`,
  };
}

/** What the process said, why it ended without a word, or `slow`. */
export function runProbe(
  file: string,
  waitMs: number,
  args: readonly string[] = [],
): Promise<ProbeReport | 'slow'> {
  return new Promise((resolve) => {
    silenceRuntime(process.env);
    // stdout belongs to whoever started us; a crash says enough by its signal.
    const child = fork(file, [...args], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    let answer: ProbeReport | undefined;
    const timer = setTimeout(() => {
      resolve('slow');
      child.kill('SIGKILL');
    }, waitMs);
    const finish = (message: string) => {
      clearTimeout(timer);
      resolve(answer ?? { ok: false, elapsedMs: 0, message });
    };
    child.on('message', (message) => {
      answer = message as ProbeReport;
    });
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code, signal) => {
      const ended = () => finish(signal ? `it crashed with ${signal}` : `exit code ${code}`);
      // What it said last may still be on its way.
      if (child.connected) child.once('disconnect', ended);
      else ended();
    });
  });
}
