// `npm run bench [-- FOLDER …]`: makes the tables of docs/BENCHMARKS.md, one benchmark after the other, each in a
// process of its own so that none warms up another. FOLDER is a source tree (default: this checkout with its
// node_modules). Numbers mean something only on a machine that does nothing else, so the load is printed first.

import { spawnSync } from 'node:child_process';
import { cpus, loadavg, platform, release } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const folders = process.argv.slice(2);
const tree = folders.length > 0 ? folders : [root];

const benchmarks: readonly {
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
}[] = [
  { title: 'Extraction', script: 'extraction.ts', args: tree },
  { title: 'Labelling, 2 threads, full depth', script: 'labelling.ts', args: [tree[0]!, '--threads', '2'] },
  {
    title: 'Labelling, 2 threads, depth 3',
    script: 'labelling.ts',
    args: [tree[0]!, '--threads', '2', '--depth', '3'],
  },
  { title: 'Tokenizer', script: 'tokenizer.ts', args: [] },
  { title: 'Search, made-up passages', script: 'search.ts', args: ['--passages', '10000,100000,1000000'] },
  { title: 'Search, a real source tree', script: 'searchFolder.ts', args: [tree[0]!] },
  { title: 'Training', script: 'training.ts', args: tree },
  { title: 'Start and memory of the language server', script: 'startup.ts', args: [] },
];

const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
console.log(
  `${processor}, ${cpus().length} cores, ${platform()} ${release()}, Node ${process.versions.node}`,
);
const load = loadavg()[0]!;
console.log(
  `Load before the start: ${load.toFixed(2)}${load > 0.5 ? ' (too busy for numbers to publish)' : ''}\n`,
);

let failed = false;
for (const { title, script, args } of benchmarks) {
  console.log(`## ${title}\n`);
  const run = spawnSync(process.execPath, [path.join(root, 'test/bench', script), ...args], {
    stdio: 'inherit',
  });
  if (run.status !== 0) {
    failed = true;
    console.error(`${script} ended with ${run.signal ?? `exit code ${run.status}`}.`);
  }
  console.log('');
}
process.exitCode = failed ? 1 : 0;
