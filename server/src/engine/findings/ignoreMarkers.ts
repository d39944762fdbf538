// Words in a comment that silence findings, the same in the editor and on the command line:
// `marginalia-ignore [codes]` for this passage or the next, `marginalia-ignore-file [codes]` for the whole file.
// In: a source and its passages. Out: which finding codes are silent for which passage.

import type { Passage } from '../passages/passage.ts';
import type { FindingCode } from './finding.ts';
import { findingCodes } from './findingSources.ts';

export interface IgnoreMarkers {
  readonly file: ReadonlySet<FindingCode>;
  /** By index of the passage. */
  readonly passages: readonly ReadonlySet<FindingCode>[];
}

export function readIgnoreMarkers(source: string, passages: readonly Passage[]): IgnoreMarkers {
  const file = new Set<FindingCode>();
  const silenced = passages.map(() => new Set<FindingCode>());
  for (const [index, passage] of passages.entries()) {
    for (const match of passage.text.value.matchAll(markerPattern)) {
      const codes = readCodes(match[2] ?? '');
      if (match[1] !== undefined) {
        addAll(file, codes);
        continue;
      }
      addAll(silenced[index]!, codes);
      const next = passages[index + 1];
      // A marker alone above something speaks about what comes next; one behind code, about its own comment.
      if (next && match.index === 0 && passage.ownLine && isNextTo(source, passage, next)) {
        addAll(silenced[index + 1]!, codes);
      }
    }
  }
  return { file, passages: silenced };
}

export function isSilenced(markers: IgnoreMarkers, passageIndex: number, code: FindingCode): boolean {
  return markers.file.has(code) || (markers.passages[passageIndex]?.has(code) ?? false);
}

const markerPattern = /(?<![\w-])marginalia-ignore(-file)?(?![\w-])([^\n]*)/g;

/** Leading codes, separated by spaces or commas; anything else is the reason. Without a code all are meant. */
function readCodes(rest: string): readonly FindingCode[] {
  const codes: FindingCode[] = [];
  for (const word of rest.trim().split(/[\s,]+/)) {
    const code = findingCodes.find((one) => one === word.replace(/[:.;)]+$/, ''));
    if (code === undefined) break;
    codes.push(code);
  }
  return codes.length > 0 ? codes : findingCodes;
}

/** Nothing but white space between them, or at most one line break: the next line's trailing comment. */
function isNextTo(source: string, passage: Passage, next: Passage): boolean {
  const between = source.slice(passage.span.end, next.span.start);
  return between.trim() === '' || (between.match(/\r\n|\r|\n/g)?.length ?? 0) <= 1;
}

function addAll(set: Set<FindingCode>, codes: readonly FindingCode[]): void {
  for (const code of codes) set.add(code);
}
