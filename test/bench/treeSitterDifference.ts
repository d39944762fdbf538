// Compares our scanner with tree-sitter on real sources and prints how far they agree, one line per language.
// Usage: node test/bench/treeSitterDifference.ts FOLDER [--language ID] [--limit FILES] [--show DIFFERENCES]

import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { languageOfPath } from '../../server/src/engine/passages/languageOfPath.ts';
import { languageRow } from '../../server/src/engine/passages/languages.ts';
import { scanComments } from '../../server/src/engine/passages/scanComments.ts';
import type { Span } from '../../server/src/engine/text/span.ts';
import { listFiles } from './listFiles.ts';
import { type FindComments, grammars, loadReference, trimSpan } from './treeSitterComments.ts';

interface Tally {
  files: number;
  filesWithErrors: number;
  both: number;
  onlyOurs: number;
  onlyReference: number;
  inBrokenFiles: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { language: { type: 'string' }, limit: { type: 'string' }, show: { type: 'string' } },
});
const limit = Number(values.limit ?? 2000);
let showLeft = Number(values.show ?? 0);
const tallies = new Map<string, Tally>();
const references = new Map<string, FindComments>();

for (const folder of positionals) {
  for (const path of listFiles(folder)) await compareFile(path);
}
for (const [language, tally] of [...tallies].sort()) console.log(language.padEnd(16), JSON.stringify(tally));

async function compareFile(path: string): Promise<void> {
  let language = languageOfPath(path) ?? '';
  if (language === 'javascriptreact') language = 'javascript';
  if (!grammars[language] || (values.language && values.language !== language)) return;
  const tally = tallies.get(language) ?? {
    files: 0,
    filesWithErrors: 0,
    both: 0,
    onlyOurs: 0,
    onlyReference: 0,
    inBrokenFiles: 0,
  };
  tallies.set(language, tally);
  if (tally.files >= limit || statSync(path).size > 500_000) return;
  const text = readFileSync(path, 'utf8');
  const row = languageRow(language);
  if (row?.reads !== 'code') return;
  tally.files++;
  const find = references.get(language) ?? (await loadReference(language));
  references.set(language, find);
  const reference = find(text);
  if (reference.hasErrors) tally.filesWithErrors++;
  const scanned = scanComments(text, row.lexis).comments.filter((token) => token.kind !== 'docstring');
  const ours = new Set(scanned.map((token) => spanKey(trimSpan(text, token.span))));
  // A shebang is a comment to some grammars and never one to us.
  const theirs = new Set(reference.spans.filter((span) => !text.startsWith('#!', span.start)).map(spanKey));
  count(path, text, tally, ours, theirs, reference.hasErrors);
}

function count(
  path: string,
  text: string,
  tally: Tally,
  ours: Set<string>,
  theirs: Set<string>,
  broken: boolean,
): void {
  const differences: string[] = [];
  for (const key of ours) {
    if (theirs.has(key)) tally.both++;
    else differences.push(`ours ${key}`);
  }
  for (const key of theirs) if (!ours.has(key)) differences.push(`reference ${key}`);
  for (const difference of differences) {
    const [side, key] = difference.split(' ') as [string, string];
    if (broken) tally.inBrokenFiles++;
    else if (side === 'ours') tally.onlyOurs++;
    else tally.onlyReference++;
    if (showLeft > 0 && !broken) {
      showLeft--;
      const [start, end] = key.split('-').map(Number) as [number, number];
      console.log(
        `${path}:${text.slice(0, start).split('\n').length} ${side} ${JSON.stringify(text.slice(start, Math.min(end, start + 90)))}`,
      );
    }
  }
}

function spanKey(span: Span): string {
  return `${span.start}-${span.end}`;
}
