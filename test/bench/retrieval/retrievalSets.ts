// Queries with the passages they should find, made from sources that lie on this machine and are not ours to ship.
// In: the standard library of Python, documentation paragraphs, questions with their contexts. Out: sets.
//
// `web`: questions as people type them (written for this test, webQueries.jsonl) → docstrings. `names`: the words of a
// symbol's name → its docstring without the name. `summaries`: the first sentence → the rest of the docstring.
// `headings`: a heading → the paragraph after it. `questions`: a question → the paragraph that answers it.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { extractPassages } from '../../../server/src/engine/engine.ts';
import { findSearchWords } from '../../../server/src/engine/index/searchWords.ts';
import { walkFiles } from '../../../server/src/io/walkFiles.ts';
import { createRandom } from '../../engine/index/randomVectors.ts';

export interface RetrievalSet {
  readonly name: string;
  readonly passages: readonly string[];
  /** `relevant` are indexes of passages. */
  readonly queries: readonly { readonly query: string; readonly relevant: readonly number[] }[];
}

interface Docstring {
  readonly file: string;
  readonly symbol: string;
  readonly text: string;
}

export interface DocstringSetOptions {
  readonly pythonFolder: string;
  readonly passageCount: number;
  readonly queryCount: number;
}

export async function makeDocstringSets(options: DocstringSetOptions): Promise<readonly RetrievalSet[]> {
  const all = await readDocstrings(options.pythonFolder);
  const web = readWebQueries();
  const wanted = (one: Docstring) =>
    web.some((query) => query.file === one.file && query.symbol === one.symbol);
  const others = shuffle(all.filter((one) => !wanted(one)));
  const chosen = [...all.filter(wanted), ...others].slice(0, options.passageCount);
  const passages = chosen.map(({ text }) => text);
  const named = shuffle(chosen.map((_, index) => index).filter((index) => isTelling(chosen[index]!.symbol)));
  const long = shuffle(chosen.filter(({ text }) => restOf(text).length > 80));
  return [
    {
      name: 'web',
      passages,
      queries: web
        .map(({ query, file, symbol }) => ({
          query,
          relevant: indexesWhere(chosen, (one) => one.file === file && one.symbol === symbol),
        }))
        // Another version of the library may not have the symbol.
        .filter(({ relevant }) => relevant.length > 0),
    },
    {
      name: 'names',
      passages,
      queries: named.slice(0, options.queryCount).map((index) => ({
        query: wordsOf(chosen[index]!.symbol).join(' '),
        relevant: indexesWhere(chosen, (one) => one.symbol === chosen[index]!.symbol),
      })),
    },
    {
      name: 'summaries',
      passages: long.map(({ text }) => restOf(text)),
      queries: long.slice(0, options.queryCount).map(({ text }, index) => ({
        query: firstSentence(text),
        relevant: [index],
      })),
    },
  ];
}

export function makeHeadingSet(
  file: string,
  options: Omit<DocstringSetOptions, 'pythonFolder'>,
): RetrievalSet {
  const rows = readGzippedLines(file) as { readonly path: string; readonly text: string }[];
  const pairs = rows.flatMap((row, index) => {
    const next = rows[index + 1];
    const isHeading = row.text.length < 70 && /^\p{Lu}/u.test(row.text) && !/[.:;,]$/.test(row.text);
    const isPair =
      isHeading && wordsOf(row.text).length >= 3 && next?.path === row.path && next.text.length > 120;
    return isPair ? [{ query: row.text, passage: next.text }] : [];
  });
  const chosen = shuffle(pairs).slice(0, options.passageCount);
  return {
    name: 'headings',
    passages: chosen.map(({ passage }) => passage),
    queries: chosen.slice(0, options.queryCount).map(({ query }, index) => ({ query, relevant: [index] })),
  };
}

export function makeQuestionSet(file: string, queryCount: number): RetrievalSet {
  const rows = readGzippedLines(file) as {
    readonly question: string;
    readonly context: string;
    readonly answers?: unknown;
  }[];
  const passages = [...new Set(rows.map(({ context }) => context))];
  const queries = shuffle(rows.filter(isAnswered)).slice(0, queryCount);
  return {
    name: 'questions',
    passages,
    queries: queries.map(({ question, context }) => ({
      query: question,
      relevant: [passages.indexOf(context)],
    })),
  };
}

function isAnswered(row: object): boolean {
  const { answers, answer } = row as { answers?: { text?: unknown[] } | unknown[]; answer?: unknown };
  if (Array.isArray(answers)) return answers.length > 0;
  return answers ? (answers.text?.length ?? 0) > 0 : Boolean(answer);
}

async function readDocstrings(folder: string): Promise<readonly Docstring[]> {
  const found: Docstring[] = [];
  for await (const entry of walkFiles([folder], neverCancelled)) {
    const file = path.relative(folder, entry.path).split(path.sep).join('/');
    if (
      entry.kind !== 'file' ||
      !file.endsWith('.py') ||
      /(^|\/)(test|tests|idlelib|lib2to3|site-packages)\//.test(file)
    )
      continue;
    const text = readFileSync(entry.path, 'utf8');
    for (const passage of extractPassages({ id: file, language: 'python', version: 0, text }).passages) {
      const { symbol } = passage;
      if (passage.kind !== 'docstring' || !symbol || symbol.kind === 'module') continue;
      if (passage.text.value.length > 20) found.push({ file, symbol: symbol.name, text: passage.text.value });
    }
  }
  const seen = new Set<string>();
  return found.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function readWebQueries(): readonly {
  readonly query: string;
  readonly file: string;
  readonly symbol: string;
}[] {
  const file = fileURLToPath(new URL('webQueries.jsonl', import.meta.url));
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function readGzippedLines(file: string): readonly unknown[] {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/\p{Lu}?\p{Ll}+|\p{Lu}+|\p{N}+/gu)].map(([word]) => word.toLowerCase());
}

/** Names of one word, and those of operators, say too little to be a query. */
function isTelling(symbol: string): boolean {
  return !symbol.startsWith('__') && wordsOf(symbol).length >= 2 && findSearchWords(symbol).length >= 2;
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text.split('\n')[0]!;
}

function restOf(text: string): string {
  return text.slice(firstSentence(text).length).trim();
}

function indexesWhere<T>(list: readonly T[], test: (one: T) => boolean): readonly number[] {
  return list.flatMap((one, index) => (test(one) ? [index] : []));
}

/** The same order in every run. */
function shuffle<T>(list: readonly T[]): T[] {
  const random = createRandom(42);
  return list
    .map((value) => ({ value, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ value }) => value);
}
