// Runs inside the editor's extension host: the suites below, with the real `vscode` API around them.
// In: the editor calls `run`. Out: one JSON line per test in the file that MARGINALIA_TEST_REPORT names, because
// the host's own output does not reach a terminal everywhere; `run` rejects when a test failed.

import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

export type ReportLine =
  | { readonly event: 'suite'; readonly title: string }
  | { readonly event: 'pass'; readonly title: string; readonly durationMs: number }
  | { readonly event: 'fail'; readonly title: string; readonly error: string }
  | { readonly event: 'end' };

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: true, forbidPending: true });
  // `describe` imported from mocha works from here on; the suites are evaluated only now.
  mocha.suite.emit('pre-require', globalThis, 'host', mocha);
  await import('./diagnostics.test.ts');
  await import('./hover.test.ts');
  await import('./settings.test.ts');
  await import('./documents.test.ts');
  await import('./commands.test.ts');
  await import('./search.test.ts');
  await import('./labelling.test.ts');
  await import('./resilience.test.ts');
  const failed = await new Promise<number>((resolve) => {
    report(mocha.run(resolve));
  });
  if (failed > 0) throw new Error(`${failed} tests failed in the extension host.`);
}

function report(runner: Mocha.Runner): void {
  const write = (line: ReportLine) => {
    const file = process.env.MARGINALIA_TEST_REPORT;
    if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
  runner.on('suite', (suite) => {
    if (suite.title) write({ event: 'suite', title: suite.title });
  });
  runner.on('pass', (test) => write({ event: 'pass', title: test.title, durationMs: test.duration ?? 0 }));
  runner.on('fail', (test, error) => {
    write({ event: 'fail', title: test.title, error: String((error as Error)?.stack ?? error) });
  });
  runner.once('end', () => write({ event: 'end' }));
}
