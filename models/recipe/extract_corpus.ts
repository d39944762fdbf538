// Step 2: the passages of the fetched sources, by our own extractor, so that the model learns exactly what it will
// be shown. In: WORK/sources/<package>/ and sources.fetched.json. Out: WORK/passages/<package>.jsonl.gz with rows
// {text, raw, project, kind, language, split, path, signature}, and WORK/codeLines.jsonl.gz with stretches of real code,
// later shown to the model as commented-out code. Run: node models/recipe/extract_corpus.ts WORK [--tiny]

import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { extractPassages, languageOfPath } from '../../server/src/engine/engine.ts';

interface Source {
  readonly name: string;
  readonly split: string;
}

// Data and markup for machines: hardly any sentence in them is written for a reader.
const unwantedLanguages: ReadonlySet<string> = new Set([
  'json',
  'jsonc',
  'json5',
  'plaintext',
  'html',
  'xml',
  'ipynb',
]);
const maxFileBytes = 400_000;
const maxFilesPerPackage = 3000;
const maxPassagesPerPackage = 40_000;

main(process.argv[2]!, process.argv.includes('--tiny'));

function main(workFolder: string, tiny: boolean): void {
  const work = tiny ? path.join(workFolder, 'tiny') : workFolder;
  const sources: Source[] = JSON.parse(readFileSync(path.join(work, 'sources.fetched.json'), 'utf8'));
  mkdirSync(path.join(work, 'passages'), { recursive: true });
  const codeRows: string[] = [];
  for (const source of sources) {
    const folder = path.join(work, 'sources', source.name.replace('/', '+'));
    const { rows, code } = readPackage(folder, source);
    writeRows(path.join(work, 'passages', `${source.name.replace('/', '+')}.jsonl.gz`), rows);
    codeRows.push(...code);
    process.stderr.write(`${source.name}: ${rows.length} passages\n`);
  }
  writeRows(path.join(work, 'codeLines.jsonl.gz'), codeRows);
}

function readPackage(folder: string, source: Source): { rows: string[]; code: string[] } {
  const files = listFiles(folder);
  // Every n-th file, so that a large package is sampled over all its folders.
  const step = Math.max(1, files.length / maxFilesPerPackage);
  const rows: string[] = [];
  const code: string[] = [];
  for (let at = 0; at < files.length && rows.length < maxPassagesPerPackage; at += step) {
    const file = files[Math.floor(at)]!;
    const language = languageToRead(file)!;
    const text = readFileSync(file, 'utf8');
    if (text.includes('\u0000') || isMinified(text)) continue;
    const { passages } = extractPassages({ id: file, language, version: 0, text });
    for (const passage of passages) {
      const { start, end } = passage.span;
      rows.push(
        JSON.stringify({
          text: passage.text.value.slice(0, 2000),
          raw: text.slice(start, Math.min(end, start + 2000)),
          project: source.name,
          kind: passage.kind,
          language: passage.language,
          split: source.split,
          path: path.relative(folder, file),
          signature: passage.symbol?.signature,
        }),
      );
    }
    const lines = sampleCode(
      text,
      passages.map((passage) => passage.span),
    );
    for (const line of lines)
      code.push(JSON.stringify({ text: line, language, project: source.name, split: source.split }));
  }
  return { rows, code };
}

/** Up to three stretches of one to five lines of code that touch no comment. */
function sampleCode(text: string, comments: readonly { start: number; end: number }[]): string[] {
  const stretches: string[] = [];
  for (const share of [0.3, 0.5, 0.8]) {
    const start = text.indexOf('\n', Math.floor(text.length * share)) + 1;
    if (start === 0) continue;
    let end = start;
    const lineCount = 1 + (start % 5);
    for (let line = 0; line < lineCount && end < text.length; line++) end = nextLine(text, end);
    const touches = comments.some((span) => span.start < end && span.end > start);
    const code = text.slice(start, end).trimEnd();
    if (!touches && /[A-Za-z]/.test(code) && code.length < 600) stretches.push(code);
  }
  return stretches;
}

function nextLine(text: string, from: number): number {
  const lineFeed = text.indexOf('\n', from);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

function isMinified(text: string): boolean {
  return text.length > 5000 && text.length / (text.split('\n').length + 1) > 200;
}

function languageToRead(file: string): string | undefined {
  const language = languageOfPath(file);
  return language === undefined || unwantedLanguages.has(language) ? undefined : language;
}

function listFiles(folder: string): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || languageToRead(entry.name) === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (statSync(file).size <= maxFileBytes) files.push(file);
  }
  return files.sort();
}

function writeRows(file: string, rows: readonly string[]): void {
  writeFileSync(`${file}.part`, gzipSync(Buffer.from(rows.map((row) => `${row}\n`).join('')), { level: 4 }));
  renameSync(`${file}.part`, file);
}
