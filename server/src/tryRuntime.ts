// Process entry that tries the native runtime and tells its parent how it went (host/probeRuntime.ts).
// Nothing else happens here: if the library crashes, only this process is gone.

import { testRuntime } from './engine/model/runtimeTest.ts';
import type { ProbeReport } from './host/probeRuntime.ts';

const startedMs = performance.now();
let report: ProbeReport;
try {
  await testRuntime('native');
  report = { ok: true, elapsedMs: performance.now() - startedMs, message: '' };
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  report = { ok: false, elapsedMs: performance.now() - startedMs, message: message.slice(0, 300) };
}
process.send?.(report, () => process.disconnect());
