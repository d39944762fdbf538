// Whether this machine is quiet enough for numbers that others shall read: nothing else wants its processors, and a
// loop gets all the time that passes.

import { availableParallelism, cpus, loadavg, platform } from 'node:os';

export interface MachineState {
  readonly description: string;
  readonly load: number;
  /** Time on the clock for a second of processor time, 1 on a quiet machine. */
  readonly stretch: number;
  /** Undefined: quiet. */
  readonly reason: string | undefined;
}

const largestLoad = 0.5;
const largestStretch = 1.05;

export function readMachineState(): MachineState {
  const load = loadavg()[0]!;
  const stretch = measureStretch(500);
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const reasons = [
    load > largestLoad && `the load is ${load.toFixed(2)} (at most ${largestLoad})`,
    stretch > largestStretch &&
      `a loop took ${stretch.toFixed(2)} times its processor time (at most ${largestStretch})`,
  ].filter((reason) => reason !== false);
  return {
    description: `${processor}, ${availableParallelism()} processors, ${platform()}, Node ${process.versions.node}`,
    load,
    stretch,
    reason: reasons.length > 0 ? reasons.join(' and ') : undefined,
  };
}

function measureStretch(milliseconds: number): number {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  let sum = 0;
  while (performance.now() - startedMs < milliseconds)
    for (let at = 0; at < 10_000; at++) sum += Math.sqrt(at);
  const { user, system } = process.cpuUsage(before);
  if (Number.isNaN(sum)) throw new Error('unreachable');
  return (performance.now() - startedMs) / ((user + system) / 1000);
}
