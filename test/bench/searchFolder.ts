// Search over a real source tree, as a user waits for it: from nothing to words that can be searched, from a closed
// index to the first result, from a saved file to finding what it says, and each query beside ripgrep on the same tree.
//
//   node test/bench/searchFolder.ts FOLDER [--rg PROGRAM] [--runs 3] [--json FILE]
//
// Without --rg the ripgrep of the tests' editor is taken (`npm test` brings it), or the one on the path.
// FOLDER is read, never written: the file that is saved lies in a copy of one folder of it. `npm run build` first, so
// that threads start from the bundle as they do for users.

import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { WorkspaceIndex } from '../../server/src/engine/index/workspaceIndex.ts';
import { findRipgrep } from './findRipgrep.ts';
import { folderBytes, percentiles, printTable, timed } from './measure.ts';
import { median } from './median.ts';
import { openWordIndex } from './wordIndex.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rg: { type: 'string' }, runs: { type: 'string', default: '3' }, json: { type: 'string' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('searchFolder takes a source tree.');
const root = path.resolve(folder);
const ripgrep = values.rg ?? findRipgrep();
const scratch = mkdtempSync(path.join(tmpdir(), 'marginalia-bench-'));

const queries = [
  'retry connection timeout',
  'memory leak',
  'not thread safe',
  'deprecated use instead',
  'parse unicode escape',
  'close file descriptor',
  'race condition lock',
  'integer overflow check',
  'buffer too small',
  'sort stable order',
];

try {
  const result: Record<string, string | number> = {};
  const finds: number[] = [];
  const fills: number[] = [];
  const early: number[] = [];
  const asked: number[] = [];
  let indexFolder = '';
  for (let run = 0; run < Number(values.runs); run++) {
    indexFolder = path.join(scratch, `index${run}`);
    const index = openWordIndex(root, indexFolder);
    const started = performance.now();
    const allFound = waitUntilAllFound(index).then(() => finds.push(performance.now() - started));
    const filling = timed(() => index.refresh(neverCancelled));
    await Promise.race([filling, new Promise((resolve) => setTimeout(resolve, 2000))]);
    asked.push(await timed(() => index.search({ text: queries[run]!, count: 20 }, neverCancelled)));
    early.push(index.status().passages);
    await allFound;
    fills.push(await filling);
    const { passages, files } = index.status();
    Object.assign(result, { files, passages });
    await index.dispose();
  }
  const fillMs = median(fills);
  const passages = Number(result.passages);
  const findMs = median(finds);
  result['from nothing to words of all, s (median)'] = (findMs / 1000).toFixed(2);
  result['the same for 100,000 passages, s'] = ((findMs / 1000) * (100_000 / passages)).toFixed(2);
  result['from nothing to all written, s (median)'] = (fillMs / 1000).toFixed(2);
  result['passages that can be searched 2 s after the start (median)'] = median(early);
  result['a search at that moment, ms (median)'] = Math.round(median(asked));
  result['bytes per passage on disk, words alone'] = Math.round(folderBytes(indexFolder) / passages);

  const starts: number[] = [];
  for (let run = 0; run < 5; run++) {
    const started = performance.now();
    const index = openWordIndex(root, indexFolder);
    await index.search({ text: queries[run]!, count: 20 }, neverCancelled);
    starts.push(performance.now() - started);
    await index.dispose();
  }
  result['from a closed index to the first result, ms (median)'] = Math.round(median(starts));

  const index = openWordIndex(root, indexFolder);
  result['a run over the unchanged folder, s'] = (
    (await timed(() => index.refresh(neverCancelled))) / 1000
  ).toFixed(2);
  const search = (text: string) => index.search({ text, count: 20 }, neverCancelled);
  const many = Array.from({ length: 20 }, () => queries).flat();
  result['search by words, ms (p50 / p95)'] = await percentiles(many, search);
  if (ripgrep) {
    const rg = (text: string) =>
      timed(async () => {
        try {
          execFileSync(ripgrep, ['-i', '-n', '--no-messages', text.split(' ').join('|'), root], {
            maxBuffer: 1 << 30,
          });
        } catch {
          // Nothing found.
        }
      });
    const ours: number[] = [];
    const theirs: number[] = [];
    for (const text of [...queries, ...queries]) {
      ours.push(await timed(() => search(text)));
      theirs.push(await rg(text));
    }
    result['interleaved, any of the words, ms (ours / ripgrep, medians)'] =
      `${median(ours).toFixed(1)} / ${median(theirs).toFixed(1)}`;
  } else console.error('There is no ripgrep to compare with: run npm test once, or add --rg PROGRAM.');
  await index.dispose();
  result['from a saved file to finding it, ms (p50 / p95)'] = await measureSave();
  printTable('search-folder', [result]);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Everything is read, or a small folder is written already. */
function waitUntilAllFound(index: WorkspaceIndex): Promise<void> {
  return new Promise((resolve) => {
    const stop = index.onStatus(({ state, message }) => {
      if (state !== 'ready' && message === undefined) return;
      stop();
      resolve();
    });
  });
}

/** The whole tree again, so that the index is as large as the one before; only the copy is written to. */
async function measureSave(): Promise<string> {
  const copy = path.join(scratch, 'copy');
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  const file = 'saved-by-the-benchmark.go';
  writeFileSync(path.join(copy, file), '// The first remark.\n');
  const index = openWordIndex(copy, path.join(scratch, 'index-of-copy'));
  await index.refresh(neverCancelled);
  let saved = 0;
  const times = await percentiles(
    Array.from({ length: 50 }, (_, number) => number),
    async () => {
      const word = `remark${saved++}`;
      appendFileSync(path.join(copy, file), `\n\n// Here stands ${word} alone.\nvar a${word} int\n`);
      await index.fileChanged(file);
      const { hits } = await index.search({ text: `"${word}"`, count: 1 }, neverCancelled);
      if (hits[0]?.file !== file) throw new Error(`${word} was not found.`);
    },
  );
  await index.dispose();
  return times;
}
