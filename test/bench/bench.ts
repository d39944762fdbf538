// `npm run bench [-- FOLDER … --corpus PLACE --only NAME,… --json FILE --publish --python PROGRAM]`: makes the tables of
// docs/BENCHMARKS.md, one benchmark after the other, each in a process of its own so that none warms up another.
// FOLDER is a source tree (default: this checkout); PLACE another one, or a file of JSON lines {"text"}, for those that
// read many different comments (default: FOLDER).
// --labelled FILE [--task NAME] adds accuracy and speed by depth: JSON lines {"text", "label"} that no training saw.
// --rg PROGRAM is another ripgrep than the one of the tests' editor; --files N so many files for manyFiles.
// With MARGINALIA_TEST_POSTGRES in the environment (see teamIndex.ts) the team's index is measured on that server.
// --publish writes the tables into docs/BENCHMARKS.md and the results beside this file; it refuses on a busy machine.
// In any case ratios are compared with the published ones, and one that fell is warned of.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readMachineState } from './machineState.ts';
import { publishTables } from './publishTables.ts';
import type { BenchTable } from './report.ts';

interface Results {
  readonly machine: string;
  readonly tables: readonly BenchTable[];
}

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const resultsFile = path.join(root, 'test/bench/results.json');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    publish: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
    labelled: { type: 'string' },
    task: { type: 'string', default: 'debt' },
    rg: { type: 'string' },
    files: { type: 'string', default: '1000000' },
  },
});
const tree = positionals.length > 0 ? positionals : [root];
const corpus = values.corpus === undefined ? tree : [values.corpus];

const benchmarks: readonly { readonly script: string; readonly args: readonly string[] }[] = [
  { script: 'extraction', args: [...tree, '--passes', '3', '--limit-mb', '4'] },
  { script: 'encoding', args: [...corpus, '--python', values.python] },
  { script: 'threads', args: corpus },
  { script: 'indexing', args: corpus },
  ...(values.labelled ? [{ script: 'depths', args: [values.labelled, '--task', values.task] }] : []),
  { script: 'serverMemory', args: [tree[0]!] },
  { script: 'labelling', args: [tree[0]!, '--threads', '2'] },
  { script: 'labelling', args: [tree[0]!, '--threads', '2', '--depth', '3'] },
  { script: 'tokenizer', args: [] },
  { script: 'search', args: ['--passages', '10000,100000,1000000'] },
  { script: 'searchFolder', args: [tree[0]!, ...(values.rg ? ['--rg', values.rg] : [])] },
  { script: 'typing', args: [] },
  { script: 'manyFiles', args: ['--files', values.files] },
  ...(process.env.MARGINALIA_TEST_POSTGRES ? [{ script: 'teamIndex', args: [] }] : []),
  { script: 'training', args: [...corpus, '--python', values.python] },
  { script: 'startup', args: [] },
];
const wanted = values.only?.split(',');
if (wanted?.includes('depths') && values.labelled === undefined) {
  console.error(
    'depths reads labelled texts: add --labelled FILE, lines {"text", "label"}, and --task NAME.',
  );
  process.exit(2);
}
if (wanted?.includes('teamIndex') && !process.env.MARGINALIA_TEST_POSTGRES) {
  console.error('teamIndex needs a server: MARGINALIA_TEST_POSTGRES=postgres://… names its superuser.');
  process.exit(2);
}
const unknown = wanted?.filter((name) => !benchmarks.some(({ script }) => script === name)) ?? [];
if (unknown.length > 0) {
  const known = [...new Set(benchmarks.map(({ script }) => script))].join(', ');
  console.error(`There is no benchmark ${unknown.join(', ')}; choose from ${known}.`);
  process.exit(2);
}

const machine = readMachineState();
console.log(
  `${machine.description}\nLoad ${machine.load.toFixed(2)}, stretch ${machine.stretch.toFixed(2)}\n`,
);
if (machine.reason) {
  console.error(`This machine is busy: ${machine.reason}. Absolute numbers mean nothing now.`);
  if (values.publish) {
    console.error('Nothing is published. Wait until it is quiet and run the command again.');
    process.exit(1);
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-bench-'));
const collected = path.join(folder, 'results.jsonl');
let hasFailed = false;
for (const { script, args } of benchmarks.filter(({ script }) => wanted?.includes(script) ?? true)) {
  console.log(
    `## ${script} ${args.filter((argument) => !tree.includes(argument) && !corpus.includes(argument)).join(' ')}\n`,
  );
  const run = spawnSync(process.execPath, [path.join(root, 'test/bench', `${script}.ts`), ...args], {
    stdio: 'inherit',
    env: { ...process.env, MARGINALIA_BENCH_RESULTS: collected, ORT_DISABLE_TELEMETRY: '1' },
  });
  if (run.status !== 0) {
    hasFailed = true;
    console.error(`${script} ended with ${run.signal ?? `exit code ${run.status}`}.`);
  }
}
const tables = existsSync(collected)
  ? readFileSync(collected, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BenchTable)
  : [];
rmSync(folder, { recursive: true, force: true });

const published: Results | undefined = existsSync(resultsFile)
  ? JSON.parse(readFileSync(resultsFile, 'utf8'))
  : undefined;
warnOfRegressions(tables, published?.tables ?? []);
const results: Results = { machine: machine.description, tables };
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
if (values.publish && !hasFailed) {
  // Tables that were not measured now keep their numbers.
  const kept = (published?.tables ?? []).filter(({ name }) => !tables.some((table) => table.name === name));
  const all: Results = { machine: machine.description, tables: [...kept, ...tables] };
  writeFileSync(resultsFile, `${JSON.stringify(all, null, 2)}\n`);
  const page = path.join(root, 'docs/BENCHMARKS.md');
  writeFileSync(page, publishTables(readFileSync(page, 'utf8'), tables));
}
process.exitCode = hasFailed ? 1 : 0;

/** Ratios hold on any machine within noise; a tenth less is more than that. */
function warnOfRegressions(now: readonly BenchTable[], before: readonly BenchTable[]): void {
  const known = Object.assign({}, ...before.map(({ ratios }) => ratios)) as Record<string, number>;
  for (const [name, ratio] of now.flatMap(({ ratios }) => Object.entries(ratios))) {
    const previous = known[name];
    if (previous === undefined || ratio >= 0.9 * previous) continue;
    console.error(`Slower than published: ${name} is ${ratio.toFixed(2)}, was ${previous.toFixed(2)}.`);
  }
}
