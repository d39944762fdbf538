// Levels of findings in order of weight, for --fail-on, colours and SARIF.

import type { FindingLevel } from '../engine/engine.ts';

export const findingLevels = [
  'hint',
  'information',
  'warning',
  'error',
] as const satisfies readonly FindingLevel[];

export function isAtLeast(level: FindingLevel, threshold: FindingLevel): boolean {
  return findingLevels.indexOf(level) >= findingLevels.indexOf(threshold);
}
