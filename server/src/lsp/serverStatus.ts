// The server's status in one object. In: the engine's state, what waits for it, the global switch.
// Out: `StatusParams` of the protocol.

import type { StatusParams } from '../../../protocol/requests.ts';
import type { WorkQueue } from './documentAnalysis.ts';
import type { ModelState } from './engineHolder.ts';
import type { Texts } from './texts.ts';

export interface StatusSurroundings {
  /** False where the user switched Marginalia off for the whole window. */
  readonly enabled: boolean;
  readonly texts: Texts;
}

export function readStatus(
  state: ModelState,
  queue: WorkQueue,
  { enabled, texts }: StatusSurroundings,
): StatusParams {
  const base = { queue: { ...queue }, model: undefined, device: undefined, message: undefined };
  switch (state.kind) {
    case 'idle':
      return { ...base, state: enabled ? 'loading' : 'off' };
    case 'loading':
      return { ...base, state: 'loading' };
    case 'failed':
      return { ...base, state: 'error', message: texts.failure(state.code, state.message) };
    case 'ready': {
      const { name, version, parameters, device, threads } = state.info;
      const total = Object.values(parameters).reduce((sum, count) => sum + count, 0);
      return {
        ...base,
        state: queue.passages > 0 ? 'working' : enabled ? 'ready' : 'off',
        model: { name, version, parameters: total },
        device: { ...device, threads },
      };
    }
  }
}
