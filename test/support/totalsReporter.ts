// Mocha's spec reporter, which also adds the totals of the run to those of `npm test`.
// MARGINALIA_SUITE names the suite. A hook that failed counts as a failure, as in mocha's own count.

import Mocha from 'mocha';
import { addTotals } from './totals.ts';

export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      addTotals({ suite: process.env.MARGINALIA_SUITE ?? 'tests', passed: passes, failed: failures });
    });
  }
}
