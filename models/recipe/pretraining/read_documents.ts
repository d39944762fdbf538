// The first half of the shards: every file of the fetched sources as one document, by our own extractor, so that the
// model learns exactly what it will be shown. In: WORK/sources/<package>/ and WORK/pretraining.fetched.json.
// Out: WORK/documents/<package>.jsonl.gz, one row {path, language, units} a file, units in reading order: sentences,
// headings, list items. A package whose file is there already is left alone, so a run that was stopped goes on.
// Run: node models/recipe/pretraining/read_documents.ts WORK [--threads 2] [--only name,name]

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { extractPassages } from '../../../server/src/engine/passages/extractPassages.ts';
import { languageOfPath } from '../../../server/src/engine/passages/languageOfPath.ts';
import { createSourceFile } from '../../../server/src/engine/text/sourceFile.ts';
import { decodeSource } from '../../../server/src/io/readSource.ts';
import { isWrittenByHand, toUnits } from './wanted_text.ts';

interface Source {
  readonly name: string;
}

interface Tally {
  readonly name: string;
  readonly files: number;
  readonly documents: number;
  readonly megabytesRead: number;
  readonly megabytesKept: number;
  readonly seconds: number;
}

const maxFileBytes = 1_000_000;
/** Longer documents are cut, so that no file outweighs a project. */
const maxUnitsPerDocument = 4000;
/** Rows are compressed and written in stretches of about so many characters; gzip files may be joined. */
const stretchLength = 8_000_000;
/** Legal texts, tables for translators, and what others wrote under licences of their own. */
const uninteresting = new RegExp(
  [
    '(?:^|/)(?:LICEN[SC]E|COPYING|NOTICE|AUTHORS|CONTRIBUTORS)[^/]*$',
    '\\.min\\.\\w+$',
    '\\.(?:svg|lock|snap|ini|properties|cfg|conf)$',
    '/(?:locales?|i18n|translations)/',
    '/(?:node_modules|third[-_]?party|3rd[-_]?party|vendor(?:ed)?|deps|external|extern)/',
  ].join('|'),
  'i',
);

if (isMainThread) await main(process.argv[2]!, process.argv);
else listenForSources();

async function main(work: string, words: readonly string[]): Promise<void> {
  const only = option(words, '--only')?.split(',');
  const sources: Source[] = JSON.parse(readFileSync(path.join(work, 'pretraining.fetched.json'), 'utf8'));
  const waiting = sources
    .map((source) => source.name.replaceAll('/', '+'))
    .filter((name) => (!only || only.includes(name)) && !existsSync(documentFile(work, name)));
  mkdirSync(path.join(work, 'documents'), { recursive: true });
  await Promise.all(
    Array.from({ length: Number(option(words, '--threads') ?? 2) }, () => runWorker(work, waiting)),
  );
}

/** One worker takes one package after the other from the same list. */
function runWorker(work: string, waiting: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: work });
    const next = (): void => {
      const name = waiting.shift();
      if (name === undefined) {
        worker.terminate().then(() => resolve(), reject);
      } else {
        worker.postMessage(name);
      }
    };
    worker.on('message', (tally: Tally) => {
      process.stderr.write(`${JSON.stringify(tally)}\n`);
      next();
    });
    worker.on('error', reject);
    next();
  });
}

function listenForSources(): void {
  parentPort!.on('message', (name: string) =>
    parentPort!.postMessage(readPackage(workerData as string, name)),
  );
}

function readPackage(work: string, name: string): Tally {
  const folder = path.join(work, 'sources', name);
  const target = documentFile(work, name);
  const started = performance.now();
  let files = 0, documents = 0, read = 0, kept = 0; // biome-ignore format: one tally
  let stretch: string[] = [];
  let length = 0;
  rmSync(`${target}.part`, { force: true });
  const flush = (): void => {
    appendFileSync(`${target}.part`, gzipSync(stretch.join(''), { level: 3 }));
    stretch = [];
    length = 0;
  };
  for (const file of listFiles(folder)) {
    const bytes = readFileSync(file);
    files++;
    read += bytes.length;
    const row = toDocument(path.relative(folder, file), bytes);
    if (row === undefined) continue;
    documents++;
    kept += row.length;
    length += row.length;
    stretch.push(row);
    if (length > stretchLength) flush();
  }
  flush();
  renameSync(`${target}.part`, target);
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  return { name, files, documents, megabytesRead: read / 1e6, megabytesKept: kept / 1e6, seconds };
}

/** One row of JSON with its line feed, or undefined for a file that teaches nothing. */
function toDocument(file: string, bytes: Uint8Array): string | undefined {
  const content = decodeSource(bytes, { allowLongLines: false });
  if (!('text' in content) || !isWrittenByHand(content.text)) return undefined;
  const language = languageOfPath(file);
  if (language === undefined) return undefined;
  const { passages } = extractPassages(
    createSourceFile({ id: file, language, version: 0, text: content.text }),
  );
  const units: string[] = [];
  for (const passage of passages) {
    if (units.length < maxUnitsPerDocument) units.push(...toUnits(passage.text.value));
  }
  return units.length === 0 ? undefined : `${JSON.stringify({ path: file, language, units })}\n`;
}

function listFiles(folder: string): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (
      !entry.isFile() ||
      uninteresting.test(file.slice(folder.length)) ||
      languageOfPath(entry.name) === undefined
    )
      continue;
    if (statSync(file).size <= maxFileBytes) files.push(file);
  }
  return files.sort();
}

function documentFile(work: string, name: string): string {
  return path.join(work, 'documents', `${name}.jsonl.gz`);
}

function option(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}
