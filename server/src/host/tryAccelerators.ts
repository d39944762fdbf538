// Tries accelerators one after the other, each in a process of its own: one that is missing, crashes, hangs or computes
// wrongly costs that process and a line in the log. In: the entry of that process (tryRuntime.ts). Out: how each did, up
// to the first that is right and faster than the CPU.

import { fileURLToPath } from 'node:url';
import type { DeviceRequest } from '../engine/accelerator.ts';
import {
  type AcceleratorName,
  accelerators,
  type DeviceTrial,
  smallestDeviceSpeedup,
} from '../engine/model/devices.ts';
import { runProbe } from './probeRuntime.ts';

export interface TrialOptions extends DeviceRequest {
  /** Of the CPU that it has to beat. */
  readonly threads: number;
  /** `process.platform`. */
  readonly platform: string;
  /** Absent: 20 seconds each; a graphics driver compiles for some of them on its first day. */
  readonly waitMs?: number;
}

const patienceMs = 20_000;

export async function tryAccelerators(
  probeUrl: string,
  options: TrialOptions,
): Promise<readonly DeviceTrial[]> {
  const trials: DeviceTrial[] = [];
  for (const { name, platforms } of accelerators) {
    const isWanted = options.names ? options.names.includes(name) : platforms.includes(options.platform);
    if (!isWanted) continue;
    const trial = await tryAccelerator(probeUrl, name, options);
    trials.push(trial);
    if (trial.passed) break;
  }
  return trials;
}

async function tryAccelerator(
  probeUrl: string,
  device: AcceleratorName,
  { threads, waitMs = patienceMs, acceptsSlow = false }: TrialOptions,
): Promise<DeviceTrial> {
  const startedMs = performance.now();
  const outcome = await runProbe(fileURLToPath(probeUrl), waitMs, [
    device,
    ...(acceptsSlow ? [] : [String(threads)]),
  ]);
  const elapsedMs = Math.round(performance.now() - startedMs);
  const trial = { device, elapsedMs };
  if (outcome === 'slow')
    return { ...trial, passed: false, reason: `${device} gave no answer within ${waitMs / 1000} s.` };
  if (!outcome.ok)
    return {
      ...trial,
      passed: false,
      reason: `${device} does not work here: ${outcome.message.replace(/\.$/, '')}.`,
    };
  const result = `${device} passed its self-test (${elapsedMs} ms)`;
  const { speedup } = outcome;
  if (speedup === undefined) return { ...trial, passed: true, reason: `${result}.` };
  const passed = speedup >= smallestDeviceSpeedup;
  const needs = passed ? '' : ` (needs ${smallestDeviceSpeedup})`;
  return {
    ...trial,
    passed,
    speedup,
    reason: `${result} and is ${speedup.toFixed(2)} times as fast as the CPU${needs}.`,
  };
}
