// How many passages are labelled per second, and how much memory that takes: the whole path from files to labels,
// with the engine in its worker thread. Equal texts are read once; both the passages and the texts really read are told.
//
//   node test/bench/labelling.ts FOLDER [--model DIR] [--threads 2] [--depth N] [--passages 5000]

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { extractPassages, languageOfPath } from '../../server/src/engine/engine.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { Passage } from '../../server/src/engine/passages/passage.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { defaultMaxBytes, readSource } from '../../server/src/io/readSource.ts';
import { walkFiles } from '../../server/src/io/walkFiles.ts';

import { report } from './report.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

export interface LabellingOptions {
  readonly folder: string;
  readonly modelFolder: string;
  readonly threads: number;
  /** Absent: the model's default. */
  readonly depth: number | undefined;
  /** Stops reading when there are this many, so that a slow machine finishes. */
  readonly passageLimit: number;
}

export interface LabellingResult {
  readonly files: number;
  readonly passages: number;
  readonly distinctTexts: number;
  readonly characters: number;
  readonly extractionMs: number;
  readonly loadMs: number;
  readonly labellingMs: number;
  readonly passagesPerSecond: number;
  readonly distinctTextsPerSecond: number;
  /** Resident memory of the whole process after the work. */
  readonly residentMB: number;
}

export async function measureLabelling(options: LabellingOptions): Promise<LabellingResult> {
  const startedMs = performance.now();
  const { files, passages } = await readPassages(options.folder, options.passageLimit);
  const extractedMs = performance.now();
  const engine = createEngineClient({
    workerUrl: new URL('../../server/src/host/engineWorker.ts', import.meta.url),
    files: createNodeModelFiles(options.modelFolder),
    device: 'cpu',
    threads: options.threads,
    logger: silentLogger,
  });
  await engine.modelInfo();
  const loadedMs = performance.now();
  const work = { priority: 'background' as const, ...(options.depth ? { depth: options.depth } : {}) };
  for (let start = 0; start < passages.length; start += 512) {
    await engine.labelPassages(passages.slice(start, start + 512), work, neverCancelled);
  }
  const labellingMs = performance.now() - loadedMs;
  const residentMB = process.memoryUsage().rss / 1e6;
  await engine.dispose();
  const texts = new Set(passages.map((passage) => passage.text.value));
  return {
    files,
    passages: passages.length,
    distinctTexts: texts.size,
    characters: passages.reduce((sum, passage) => sum + passage.text.value.length, 0),
    extractionMs: Math.round(extractedMs - startedMs),
    loadMs: Math.round(loadedMs - extractedMs),
    labellingMs: Math.round(labellingMs),
    passagesPerSecond: Math.round((1000 * passages.length) / labellingMs),
    distinctTextsPerSecond: Math.round((1000 * texts.size) / labellingMs),
    residentMB: Math.round(residentMB),
  };
}

async function readPassages(folder: string, limit: number): Promise<{ files: number; passages: Passage[] }> {
  const passages: Passage[] = [];
  let files = 0;
  for await (const entry of walkFiles([folder], neverCancelled)) {
    if (passages.length >= limit) break;
    const language = entry.kind === 'file' ? languageOfPath(entry.path) : undefined;
    if (language === undefined) continue;
    const content = await readSource(entry.path, { maxBytes: defaultMaxBytes });
    if ('skipped' in content) continue;
    files++;
    passages.push(...extractPassages({ id: entry.path, language, version: 0, text: content.text }).passages);
  }
  return { files, passages: passages.slice(0, limit) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      model: { type: 'string', default: path.join(root, 'models/marginalia-small') },
      threads: { type: 'string', default: '2' },
      depth: { type: 'string' },
      passages: { type: 'string', default: '5000' },
    },
  });
  const result = await measureLabelling({
    folder: positionals[0] ?? root,
    modelFolder: values.model,
    threads: Number(values.threads),
    depth: values.depth === undefined ? undefined : Number(values.depth),
    passageLimit: Number(values.passages),
  });
  report({
    name: `labelling-${values.depth ?? 'default'}`,
    columns: ['depth', 'passages/s', 'different texts/s', 'load of the model, ms', 'resident memory, MB'],
    rows: [
      [
        values.depth ?? 'default',
        result.passagesPerSecond,
        result.distinctTextsPerSecond,
        result.loadMs,
        result.residentMB,
      ],
    ],
    ratios: {},
  });
  console.error(JSON.stringify(result));
}
