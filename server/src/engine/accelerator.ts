// An accelerator for much work, where the machine has one that is right and faster than the CPU. In: a model and a host
// that can try devices. Out: the model as the accelerator runs it, once there is one; what the user waits for stays on
// the CPU, where a short text is read sooner than it travels.

import type { Priority } from './engine.ts';
import type { Logger } from './log.ts';
import type { AcceleratorName, DeviceTrial } from './model/devices.ts';
import type { LoadedModel } from './model/loadModel.ts';

export interface DeviceRequest {
  /** Absent: every one that this platform may have. */
  readonly names?: readonly AcceleratorName[];
  /** True where the user chose it: then being right is enough. */
  readonly acceptsSlow?: boolean;
}

export type TryAccelerators = (request: DeviceRequest) => Promise<readonly DeviceTrial[]>;

export interface BulkAccelerator {
  /** Tries what there is, once; answers how each did. */
  check(): Promise<readonly DeviceTrial[]>;
  /** Whether these texts go to the accelerator; false while none is known: nobody waits for a trial. */
  takes(work: { readonly priority: Priority; readonly count: number }): boolean;
  /** The model as it runs there; undefined once it was lost. */
  readonly model: LoadedModel | undefined;
  /** It failed in the middle of its work: the CPU does the rest. */
  lose(error: unknown): void;
  dispose(): Promise<void>;
}

/** A trial takes a second or more and another process: a few files are read before it is over. */
const textsBeforeTrial = 2000;

export function createBulkAccelerator(options: {
  readonly model: LoadedModel;
  /** Absent: there is nothing to try. */
  readonly tryAccelerators: TryAccelerators | undefined;
  readonly logger: Logger;
}): BulkAccelerator {
  const { model, tryAccelerators, logger } = options;
  let trials: Promise<readonly DeviceTrial[]> | undefined;
  let accelerated: LoadedModel | undefined;
  let isDisposed = false;
  let textCount = 0;

  async function tryAll(): Promise<readonly DeviceTrial[]> {
    const found = (await tryAccelerators?.({})) ?? [];
    for (const { device, elapsedMs, speedup, reason } of found)
      logger.log('info', reason, { device, elapsedMs, ...(speedup !== undefined && { speedup }) });
    const best = found.find(({ passed }) => passed);
    if (best && !isDisposed) accelerated = model.onDevice(best.device);
    return found;
  }
  const check = () => {
    trials ??= tryAll().catch((error: unknown) => {
      logger.log('warn', 'No other device could be tried.', { error: String(error) });
      return [];
    });
    return trials;
  };

  return {
    check,
    takes({ priority, count }) {
      if (priority === 'interactive') return false;
      textCount += count;
      if (textCount >= textsBeforeTrial) void check();
      return accelerated !== undefined;
    },
    get model() {
      return accelerated;
    },
    lose(error) {
      const lost = accelerated;
      if (!lost) return;
      accelerated = undefined;
      logger.log('warn', `${lost.device.name} stopped working; the CPU goes on.`, { error: String(error) });
      void lost.dispose().catch(() => {});
    },
    async dispose() {
      isDisposed = true;
      await accelerated?.dispose();
    },
  };
}
