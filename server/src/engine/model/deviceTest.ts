// Whether an accelerator is worth having: an encoder of the shipped model's size with made-up weights reads one batch
// of an index on it and on the CPU. In: its name, the CPU's threads. Out: how many times faster it is, or an EngineError.

import type { AcceleratorName } from './devices.ts';
import { createTestSession, readTestBatch, requireSame, testRuntime } from './runtimeTest.ts';

const sizes = { v: 500, e: 128, h: 384, f: 640, p: 64, t: 2, heads: 12, layers: 6 };
/** Sums over this many rows stay near 1, as a trained model's do. */
const scale = 0.06;
const shape = [16, 32] as const;
/** Sums of 384 products in another order differ in the fifth digit, half precision in the third. */
const tolerance = 2e-3;
const timedRuns = 3;

/** Stored outputs first: they need no CPU to compare with. */
export async function testDevice(
  device: AcceleratorName,
  { threads, now }: { readonly threads: number; readonly now: () => number },
): Promise<number> {
  await testRuntime(device);
  const onDevice = await readTimed(device, threads, now);
  const onCpu = await readTimed('native', threads, now);
  requireSame(onDevice.vectors, onCpu.vectors, tolerance);
  return onCpu.elapsedMs / Math.max(onDevice.elapsedMs, 0.01);
}

/** The fastest of a few runs: what else the machine does meanwhile should not decide. */
async function readTimed(runtime: AcceleratorName | 'native', threads: number, now: () => number) {
  const session = await createTestSession(sizes, scale, { threads, runtime });
  try {
    const ids = Array.from({ length: shape[0] * shape[1] }, (_, at) => 5 + ((at * 37) % (sizes.v - 5)));
    // The first run compiles what it needs.
    const vectors = await readTestBatch(session, ids, shape);
    let elapsedMs = Number.POSITIVE_INFINITY;
    for (let run = 0; run < timedRuns; run++) {
      const startedMs = now();
      await readTestBatch(session, ids, shape);
      elapsedMs = Math.min(elapsedMs, now() - startedMs);
    }
    return { vectors, elapsedMs };
  } finally {
    await session.dispose();
  }
}
