// A folder of very many files, nearly all of them empty: what walking costs when there is little to read.
//
//   node test/bench/manyFiles.ts [--files 1000000] [--json FILE]
//
// The files lie in a temporary folder, a thousand in each of its folders, a remark in every hundredth. `npm run build`
// first, so that threads start from the bundle as they do for users.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { folderBytes, percentiles, printTable, timed } from './measure.ts';
import { openWordIndex } from './wordIndex.ts';

const { values } = parseArgs({
  options: { files: { type: 'string', default: '1000000' }, json: { type: 'string' } },
});
const fileCount = Number(values.files);
const filesPerFolder = 1000;
const scratch = mkdtempSync(path.join(tmpdir(), 'marginalia-bench-'));

try {
  const root = path.join(scratch, 'tree');
  for (let file = 0; file < fileCount; file++) {
    const folder = path.join(root, `pkg${Math.floor(file / filesPerFolder)}`);
    if (file % filesPerFolder === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `f${file}.go`), file % 100 ? '' : `// Remark number r${file}.\n`);
  }
  const indexFolder = path.join(scratch, 'index');
  const index = openWordIndex(root, indexFolder);
  const seconds = async () => ((await timed(() => index.refresh(neverCancelled))) / 1000).toFixed(1);
  const result: Record<string, string | number> = { files: fileCount };
  result['from nothing to words of all, s'] = await seconds();
  result.passages = index.status().passages;
  result['a run over the unchanged folder, s'] = await seconds();
  result['bytes per file on disk'] = Math.round(folderBytes(indexFolder) / fileCount);
  let saved = 0;
  result['from a saved file to finding it, ms (p50 / p95)'] = await percentiles(
    Array.from({ length: 40 }),
    async () => {
      const word = `saved${saved++}`;
      writeFileSync(path.join(root, 'pkg0', 'f1.go'), `// Here stands ${word}.\n`);
      await index.fileChanged('pkg0/f1.go');
      const { hits } = await index.search({ text: word, count: 1 }, neverCancelled);
      if (hits[0]?.file !== 'pkg0/f1.go') throw new Error(`${word} was not found.`);
    },
  );
  await index.dispose();
  result['memory at its highest, MB'] = peakMegabytes();
  printTable('many-files', [result]);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** `maxRSS` would count what the parent had before this process began. */
function peakMegabytes(): string | number {
  try {
    const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return peak ? Math.round(Number(peak[1]) / 1024) : '–';
  } catch {
    return '–';
  }
}
