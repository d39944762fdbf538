// Finds the metadata block (YAML between `---`, TOML between `+++`) at the head of a document.
// In: the source and its lines. Out: the index of the first line of the document itself.

import type { Span } from '../../../text/span.ts';
import { isBlank } from '../lines.ts';

/** Without a closing fence, or with a blank line after the first one, the dashes are a ruler, not a fence. */
export function findFrontMatterEnd(source: string, lines: readonly Span[]): number {
  const first = lines[0];
  const second = lines[1];
  if (!first || !second || isBlank(source, second)) return 0;
  const fence = source.slice(first.start, first.end).trimEnd();
  if (fence !== '---' && fence !== '+++') return 0;
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.end - line.start > 80) continue;
    const text = source.slice(line.start, line.end).trimEnd();
    if (text === fence || (fence === '---' && text === '...')) return index + 1;
  }
  return 0;
}
