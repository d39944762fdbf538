// Accelerators as they go wrong, and one that works: what each does is chosen by its name.

import type { ProbeReport } from '../../../server/src/host/probeRuntime.ts';

const [device, threads] = process.argv.slice(2);
const answer = (report: ProbeReport) => process.send!(report, () => process.disconnect());

switch (device) {
  case 'coreml':
    process.kill(process.pid, 'SIGSEGV');
    break;
  case 'directml':
    setTimeout(() => {}, 60_000);
    break;
  case 'cuda':
    answer({ ok: false, elapsedMs: 1, message: 'It computes 0.5 where the CPU computes 0.25.' });
    break;
  case 'webgpu':
    answer({
      ok: true,
      elapsedMs: 3,
      message: '',
      ...(threads === undefined ? {} : { speedup: Number(threads) }),
    });
}
