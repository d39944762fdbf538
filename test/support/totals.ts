// Totals of every suite of one `npm test`, collected in the file that MARGINALIA_TEST_TOTALS names.

import { appendFileSync } from 'node:fs';

export interface SuiteTotals {
  /** Name of the suite, as the summary prints it. */
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
}

/** Adds one suite; without the environment variable, a suite that runs by itself has nobody to tell. */
export function addTotals(totals: SuiteTotals): void {
  const file = process.env.MARGINALIA_TEST_TOTALS;
  if (file) appendFileSync(file, `${JSON.stringify(totals)}\n`);
}
