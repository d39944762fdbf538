// Comments of real projects at their natural lengths, each different text once. In: source trees, or files of JSON
// lines {"text"} (also gzipped). Out: texts in an order that does not depend on the disk.

import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { extractPassages, hashToUnit, languageOfPath } from '../../server/src/engine/engine.ts';
import { defaultMaxBytes, readSource } from '../../server/src/io/readSource.ts';
import { walkFiles } from '../../server/src/io/walkFiles.ts';

export async function readCorpus(places: readonly string[], limit: number): Promise<readonly string[]> {
  const texts = new Set<string>();
  for (const place of places) {
    if (statSync(place).isDirectory()) for await (const text of readComments(place)) texts.add(text);
    else for (const text of readLines(place)) texts.add(text);
  }
  texts.delete('');
  // Neighbours of one file resemble each other; a hash mixes them the same way everywhere.
  const mixed = [...texts].map((text) => [hashToUnit(text, 0), text] as const).sort(([a], [b]) => a - b);
  return mixed.slice(0, limit).map(([, text]) => text);
}

async function* readComments(folder: string): AsyncGenerator<string> {
  for await (const entry of walkFiles([folder], neverCancelled)) {
    const language = entry.kind === 'file' ? languageOfPath(entry.path) : undefined;
    if (language === undefined) continue;
    const content = await readSource(entry.path, { maxBytes: defaultMaxBytes });
    if ('skipped' in content) continue;
    const { passages } = extractPassages({ id: entry.path, language, version: 0, text: content.text });
    for (const { kind, text } of passages) if (kind !== 'paragraph') yield text.value;
  }
}

function readLines(file: string): string[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly text: string }).text.trim());
}
