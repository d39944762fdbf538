// Extraction speed on a real source tree, one line per language: MB of UTF-8 per second, the median of several
// passes over the files in memory, so that reading the disk is not measured.
// Usage: node test/bench/extraction.ts FOLDER [--passes 5] [--limit-mb 20] [--json]

import { Buffer } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { extractPassages } from '../../server/src/engine/passages/extractPassages.ts';
import { languageOfPath } from '../../server/src/engine/passages/languageOfPath.ts';
import { languageRow } from '../../server/src/engine/passages/languages.ts';
import { scanComments } from '../../server/src/engine/passages/scanComments.ts';
import type { SourceFile } from '../../server/src/engine/text/sourceFile.ts';
import { listFiles } from './listFiles.ts';
import { median } from './median.ts';
import { report } from './report.ts';

interface Sample {
  readonly files: SourceFile[];
  sizeBytes: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    passes: { type: 'string', default: '5' },
    'limit-mb': { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const passCount = Number(values.passes);
const limitBytes = Number(values['limit-mb']) * 1e6;
if (positionals.length === 0) {
  console.error('Usage: node test/bench/extraction.ts FOLDER [--passes 5] [--limit-mb 20] [--json]');
  process.exit(2);
}

const results = [...collect(positionals)].sort(([a], [b]) => (a < b ? -1 : 1)).map(measure);
if (values.json) console.log(JSON.stringify(results, undefined, 2));
else {
  report({
    name: 'extraction',
    columns: ['language', 'files', 'MB', 'passages', 'scan MB/s', 'extract MB/s'],
    rows: results.map((row) => [
      row.language,
      row.files,
      row.megabytes,
      row.passages,
      row.scanMBs ?? '–',
      row.extractMBs,
    ]),
    ratios: {},
  });
}

function measure([language, sample]: readonly [string, Sample]) {
  const row = languageRow(language);
  let passages = 0;
  const extractMs = time(() => {
    passages = 0;
    for (const file of sample.files) passages += extractPassages(file).passages.length;
  });
  const scanMs =
    row?.reads === 'code'
      ? time(() => {
          for (const file of sample.files) scanComments(file.text, row.lexis);
        })
      : undefined;
  const speed = (ms: number) => Number((sample.sizeBytes / 1000 / ms).toFixed(1));
  return {
    language,
    files: sample.files.length,
    megabytes: Number((sample.sizeBytes / 1e6).toFixed(2)),
    passages,
    scanMBs: scanMs === undefined ? undefined : speed(scanMs),
    extractMBs: speed(extractMs),
  };
}

/** One pass warms the compiler up and is not counted. */
function time(work: () => void): number {
  work();
  const times: number[] = [];
  for (let pass = 0; pass < passCount; pass++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return median(times);
}

function collect(folders: readonly string[]): Map<string, Sample> {
  const samples = new Map<string, Sample>();
  for (const folder of folders) {
    for (const path of listFiles(folder)) {
      const language = languageOfPath(path);
      if (!language || !languageRow(language)) continue;
      const sample = samples.get(language) ?? { files: [], sizeBytes: 0 };
      if (sample.sizeBytes > limitBytes || statSync(path).size > 1e6) continue;
      const text = readFileSync(path, 'utf8');
      sample.files.push({ id: path, language, version: 1, text });
      sample.sizeBytes += Buffer.byteLength(text);
      samples.set(language, sample);
    }
  }
  return samples;
}
