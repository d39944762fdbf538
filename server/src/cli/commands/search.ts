// `search QUERY` and `search --queries FILE`: the passages of a folder that fit best, with their places.

import path from 'node:path';
import { throwIfCancelled } from '../../engine/cancellation.ts';
import type { SearchHit, SearchResult, WorkspaceIndex } from '../../engine/index/workspaceIndex.ts';
import { createColors } from '../colors.ts';
import type { Command } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { readJsonLines, requireText } from '../inputLines.ts';
import type { CliPorts } from '../ports.ts';
import { indexFlags, withIndex } from '../search/withIndex.ts';
import { hitLines, hitObject, shortHitObject } from '../search/writeHits.ts';
import { UsageError } from '../usageError.ts';

const formats = ['text', 'jsonl'] as const;
const defaultCount = 10;

export const searchCommand: Command = {
  name: 'search',
  usage: 'search QUERY',
  summary: 'Find comments and documentation by words and by meaning',
  details: [
    'In QUERY, "several words" in quotes stand in the passage as they are. Filters: lang:go path:src/ -path:test',
    'kind:docstring label:rationale, and the tasks of the model, as in debt:design or debt: for any.',
  ],
  flags: [
    { name: 'count', short: 'k', value: 'N', help: `hits at most; default: ${defaultCount}` },
    {
      name: 'queries',
      value: 'FILE',
      help: 'answer many queries: JSON lines {"query"} in FILE, or - for stdin; needs --format jsonl',
    },
    { name: 'similar', value: undefined, help: 'QUERY is a text; find passages of like meaning' },
    { name: 'format', value: 'FORMAT', help: `${formats.join(', ')}; default: text` },
    ...indexFlags,
  ],
  async run(line, ports) {
    const format = line.oneOf('format', formats) ?? 'text';
    const count = line.wholeNumber('count', 1) ?? defaultCount;
    const file = line.text('queries');
    if (file !== undefined) {
      if (line.positionals.length > 0)
        throw new UsageError('search takes a QUERY or --queries FILE, not both.');
      if (line.oneOf('format', formats) === 'text')
        throw new UsageError('--queries answers in JSON lines: use --format jsonl.');
      const queries = await readQueries(file, ports);
      return await withIndex(line, ports, { mayBeOld: true }, (index) =>
        answerAll(queries, index, count, ports),
      );
    }
    const query = line.positionals.join(' ');
    if (query.trim() === '')
      throw new UsageError('search needs a QUERY, as in marginalia search "retry policy".');
    return await withIndex(line, ports, { mayBeOld: true }, async (index) => {
      const result = await searchOnce(query, index, count, line, ports);
      for (const problem of result.problems) await ports.stderr.write(`marginalia: ${problem}\n`);
      await ports.stdout.write(format === 'jsonl' ? jsonLines(result.hits) : readable(result, ports));
      return 0;
    });
  },
};

async function searchOnce(
  query: string,
  index: WorkspaceIndex,
  count: number,
  line: ParsedCommandLine,
  { cancellation }: CliPorts,
): Promise<SearchResult> {
  if (line.isSet('similar')) return await index.similar({ text: query }, count, cancellation);
  return await index.search({ text: query, count }, cancellation);
}

/** All of them first: a broken line is better found before the folder is read. */
async function readQueries(file: string, ports: CliPorts): Promise<readonly string[]> {
  const queries: string[] = [];
  for await (const group of readJsonLines(await openQueries(file, ports), 1024, (one) =>
    requireText(one, 'query'),
  )) {
    queries.push(...group);
  }
  return queries;
}

async function openQueries(file: string, ports: CliPorts): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') return ports.readStdin();
  const text = await ports.readTextFile(path.resolve(ports.workingFolder, file));
  if (text === undefined) throw new UsageError(`The file ${file} of --queries cannot be read.`);
  return (async function* () {
    yield new TextEncoder().encode(text);
  })();
}

async function answerAll(
  queries: readonly string[],
  index: WorkspaceIndex,
  count: number,
  ports: CliPorts,
): Promise<number> {
  for (const query of queries) {
    throwIfCancelled(ports.cancellation);
    const { hits } = await index.search({ text: query, count }, ports.cancellation);
    await ports.stdout.write(`${JSON.stringify({ query, hits: hits.map(shortHitObject) })}\n`);
  }
  return 0;
}

function jsonLines(hits: readonly SearchHit[]): string {
  return hits.map((hit) => `${JSON.stringify(hitObject(hit))}\n`).join('');
}

function readable({ hits }: SearchResult, ports: CliPorts): string {
  if (hits.length === 0) return 'Nothing found.\n';
  const colors = createColors(ports);
  return hits.map((hit) => `${hitLines(hit, colors, ports.stdout.columns).join('\n')}\n`).join('\n');
}
