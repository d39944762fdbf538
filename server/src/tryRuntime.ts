// Process entry that tries a runtime and tells its parent how it went (host/probeRuntime.ts, host/tryAccelerators.ts).
// Nothing else happens here: if the library crashes, only this process is gone.
// In: nothing for the CPU, or the name of an accelerator, and the threads of the CPU if it has to beat that.

import { type AcceleratorName, findAccelerator } from './engine/model/devices.ts';
import { testDevice } from './engine/model/deviceTest.ts';
import { testRuntime } from './engine/model/runtimeTest.ts';
import type { ProbeReport } from './host/probeRuntime.ts';

const startedMs = performance.now();
const [device, threads] = process.argv.slice(2);
let report: ProbeReport;
try {
  const accelerator = device === undefined ? undefined : findAccelerator(device);
  const speedup = accelerator ? await tryDevice(accelerator.name) : await testRuntime('native');
  report = {
    ok: true,
    elapsedMs: performance.now() - startedMs,
    message: '',
    ...(speedup !== undefined && { speedup }),
  };
} catch (error) {
  report = { ok: false, elapsedMs: performance.now() - startedMs, message: reasonOf(error).slice(0, 300) };
}
process.send?.(report, () => process.disconnect());

async function tryDevice(name: AcceleratorName): Promise<number | undefined> {
  if (threads === undefined) return void (await testRuntime(name));
  return await testDevice(name, { threads: Number(threads), now: () => performance.now() });
}

/** What the library said, without the place in its source. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^\/\S+\.cc:\d+ .* was false\. /s, '').trim();
}
