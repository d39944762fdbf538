// Words in a comment that silence findings, the same in the editor and on the command line, narrowest first:
// `marginalia-ignore-line [codes]` for the line it stands on, `marginalia-ignore [codes]` for this comment or the next,
// `marginalia-ignore-start [codes]` … `marginalia-ignore-end` for everything between, `marginalia-ignore-file [codes]`
// for the whole file. A comment `# marginalia-ignore [codes]` in a .marginaliaignore file speaks about its folder.
// In: a source and its passages. Out: which finding codes are silent where.

import type { Passage } from '../passages/passage.ts';
import { toSourceSpan } from '../text/mappedText.ts';
import type { Span } from '../text/span.ts';
import type { FindingCode } from './finding.ts';
import { findingCodes } from './findingSources.ts';

export interface IgnoreMarkers {
  readonly file: ReadonlySet<FindingCode>;
  /** By index of the passage. */
  readonly passages: readonly ReadonlySet<FindingCode>[];
  /** Findings that begin in one of these. */
  readonly regions: readonly { readonly span: Span; readonly codes: readonly FindingCode[] }[];
}

export function readIgnoreMarkers(source: string, passages: readonly Passage[]): IgnoreMarkers {
  const file = new Set<FindingCode>();
  const silenced = passages.map(() => new Set<FindingCode>());
  const regions: { span: Span; codes: readonly FindingCode[] }[] = [];
  let open: { start: number; codes: readonly FindingCode[] } | undefined;
  const close = (end: number): void => {
    if (open) regions.push({ span: { start: open.start, end }, codes: open.codes });
    open = undefined;
  };
  for (const [index, passage] of passages.entries()) {
    for (const match of passage.text.value.matchAll(markerPattern)) {
      const codes = readCodes(match[2] ?? '');
      switch (match[1]) {
        case '-file':
          addAll(file, codes);
          break;
        case '-line':
          regions.push({ span: lineOf(source, placeOf(passage, match.index)), codes });
          break;
        case '-start':
          close(passage.span.start);
          open = { start: passage.span.start, codes };
          break;
        case '-end':
          close(passage.span.end);
          break;
        default: {
          addAll(silenced[index]!, codes);
          const next = passages[index + 1];
          // A marker alone above something speaks about what comes next; one behind code, about its own comment.
          if (next && match.index === 0 && passage.ownLine && isNextTo(source, passage, next)) {
            addAll(silenced[index + 1]!, codes);
          }
        }
      }
    }
  }
  // What nobody ends goes on to the end of the file.
  close(source.length);
  return { file, passages: silenced, regions };
}

/** `offset`: where the finding begins. */
export function isSilenced(
  markers: IgnoreMarkers,
  finding: { readonly passageIndex: number; readonly code: FindingCode; readonly offset: number },
): boolean {
  const { passageIndex, code, offset } = finding;
  if (markers.file.has(code) || (markers.passages[passageIndex]?.has(code) ?? false)) return true;
  return markers.regions.some(
    ({ span, codes }) => span.start <= offset && offset < span.end && codes.includes(code),
  );
}

/**
 * Codes that a .marginaliaignore file silences for everything below its folder: `# marginalia-ignore debt`. Its other
 * lines are patterns of files to leave out.
 */
export function readFolderMarkers(ignoreFile: string): readonly FindingCode[] {
  const codes = new Set<FindingCode>();
  for (const [, rest] of ignoreFile.matchAll(/^[ \t]*#[ \t]*marginalia-ignore(?![\w-])([^\r\n]*)/gm)) {
    addAll(codes, readCodes(rest ?? ''));
  }
  return [...codes];
}

const markerPattern = /(?<![\w-])marginalia-ignore(-file|-line|-start|-end)?(?![\w-])([^\n]*)/g;

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

/** Where a character of the cleaned text stands in the source. */
function placeOf(passage: Passage, index: number): number {
  return toSourceSpan(passage.text, { start: index, end: index + 1 })?.start ?? passage.span.start;
}

function lineOf(source: string, offset: number): Span {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const end = source.indexOf('\n', offset);
  return { start, end: end < 0 ? source.length + 1 : end };
}

/** Nothing but white space between them, or at most one line break: the next line's trailing comment. */
function isNextTo(source: string, passage: Passage, next: Passage): boolean {
  const between = source.slice(passage.span.end, next.span.start);
  return between.trim() === '' || (between.match(/\r\n|\r|\n/g)?.length ?? 0) <= 1;
}

function addAll(set: Set<FindingCode>, codes: readonly FindingCode[]): void {
  for (const code of codes) set.add(code);
}
