// Passages for tests of the search view: only what a test is about has to be said.

import type { FoundPassage } from '../../../protocol/searchRequests.ts';

let count = 0;

export function found(passage: Partial<FoundPassage> = {}): FoundPassage {
  const file = passage.file ?? 'src/retry.ts';
  return {
    id: String(count++),
    root: 'file:///harbour',
    uri: `file:///harbour/${file}`,
    file,
    line: 11,
    endLine: 12,
    text: 'Waits longer after each failure.',
    highlights: [],
    kind: 'Doc comment',
    language: 'typescript',
    symbol: undefined,
    labels: [],
    score: 1,
    byWords: true,
    isDeprecated: false,
    duplicates: 0,
    ...passage,
  };
}

export function label(task: string, name: string, probability = 0.9) {
  return { task, name, title: name.toUpperCase(), probability };
}
