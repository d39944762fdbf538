// A few dozen labelled comments for a workspace: for whom each is written, and whether it admits debt. In: a folder.
// Out: its `.marginalia/`, as a team would have it after an afternoon.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const operators = ['the tide service', 'the collector', 'the gauge proxy', 'the forecast job', 'the ledger'];
const callers = ['`predict`', '`readGauge`', '`TideTable.rows`', '`openLedger`', '`fitHarmonics`'];
const reasons = [
  'the sensor drifts',
  'leap seconds break the sum',
  'ports share one clock',
  'the API pages',
  'rows repeat',
];

export function labelledRows(): readonly object[] {
  return [
    ...operators.flatMap((name) => [
      row(`Restart ${name} after the certificate was renewed.`, 'operator', 'none'),
      row(`Set TIDE_PORT before ${name} is deployed, otherwise the pod does not start.`, 'operator', 'none'),
      row(`Watch the alert of ${name}: page the harbour office when the queue grows.`, 'operator', 'none'),
    ]),
    ...callers.flatMap((name) => [
      row(`Call ${name} with a port and a date; it returns the rows in order.`, 'caller', 'none'),
      row(`@param port the port to read, as ${name} names it`, 'caller', 'none'),
      row(`${name} throws when the date lies before the first measurement.`, 'caller', 'none'),
    ]),
    ...reasons.flatMap((reason) => [
      row(`We sort twice here because ${reason}, and the second pass is cheap.`, 'maintainer', 'none'),
      row(`HACK: copied from the old job, as ${reason}; should be rewritten.`, 'maintainer', 'design'),
      row(`FIXME: wrong results when ${reason}.`, 'maintainer', 'defect'),
    ]),
  ];
}

export function writeLabels(folder: string): void {
  const marginalia = path.join(folder, '.marginalia');
  mkdirSync(marginalia, { recursive: true });
  writeFileSync(
    path.join(marginalia, 'tasks.json'),
    JSON.stringify({
      tasks: [
        {
          name: 'audience',
          description: 'Who is this written for?',
          labels: [
            { name: 'caller', title: 'Caller' },
            { name: 'maintainer', title: 'Maintainer' },
            { name: 'operator', title: 'Operator' },
          ],
        },
      ],
    }),
  );
  const lines = labelledRows().map((one) => `${JSON.stringify(one)}\n`);
  writeFileSync(path.join(marginalia, 'labels.jsonl'), lines.join(''));
}

function row(text: string, audience: string, debt: string) {
  const file = audience === 'operator' ? 'ops/deploy.sh' : 'api/tideTable.ts';
  return { text, labels: { audience: [audience], debt: [debt] }, verdict: 'right', who: 'Ada', file };
}
