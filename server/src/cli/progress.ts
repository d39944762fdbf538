// One line on a terminal that says how far long work is; silent everywhere else and during the first second.

import type { CliPorts } from './ports.ts';

export interface Progress {
  /** Cheap to call often; draws at most ten times a second. */
  update(describe: () => string): void;
  /** Removes the line, so that other text can be written; a later update draws it again. */
  clear(): void;
}

const quietMs = 1000;
const redrawMs = 100;

export function createProgress(ports: Pick<CliPorts, 'stderr' | 'now'>): Progress {
  const { stderr } = ports;
  if (!stderr.isTerminal) return { update: () => {}, clear: () => {} };
  const startedMs = ports.now();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    update(describe) {
      const nowMs = ports.now();
      if (nowMs - startedMs < quietMs || nowMs - drawnMs < redrawMs) return;
      drawnMs = nowMs;
      isDrawn = true;
      void stderr.write(`\r\x1b[2K${describe().slice(0, Math.max(20, stderr.columns - 1))}`);
    },
    clear() {
      if (isDrawn) void stderr.write('\r\x1b[2K');
      isDrawn = false;
    },
  };
}
