// Hits as they are printed: for people with the matched words in bold, for programs as plain objects.

import type { SearchHit } from '../../engine/index/workspaceIndex.ts';
import type { Span } from '../../engine/text/span.ts';
import type { Colors } from '../colors.ts';
import { roundScore } from '../roundScores.ts';
import { plural, printable } from '../writers/textWriter.ts';

/** What `search --queries` promises, and no more: the answers of many queries are long enough. */
export function shortHitObject({ file, line, text, score }: SearchHit) {
  return { file, line, text, score: roundLong(score) };
}

export function hitObject(hit: SearchHit) {
  const { id, span, highlights, labels, ...rest } = hit;
  return {
    ...rest,
    score: roundLong(hit.score),
    labels: labels.map(({ task, name, probability }) => ({
      task,
      name,
      probability: roundScore(probability),
    })),
  };
}

/** `src/retry.ts:12  docstring of retryUpload` and the passage below it, around its first match. */
export function hitLines(hit: SearchHit, colors: Colors, columns: number): readonly string[] {
  const { file, line, kind, symbol, duplicates, isDeprecated } = hit;
  const about = symbol === undefined ? kind : `${kind} of ${symbol}`;
  const what = isDeprecated ? `${about}, deprecated` : about;
  const also = duplicates > 0 ? `, and ${plural(duplicates, 'copy').replace('copys', 'copies')}` : '';
  const labels = hit.labels.map(({ task, name }) => `${task} ${name}`).join(' · ');
  const width = Math.max(40, Math.min(columns, 160) - 4);
  return [
    `${colors.bold(`${file}:${line}`)}  ${colors.dim(what + also)}`,
    `    ${paintExcerpt(hit, colors, width)}`,
    ...(labels === '' ? [] : [`    ${colors.cyan(labels)}`]),
  ];
}

/** Two lines' worth of the text, from a little before its first match. */
function paintExcerpt({ text, highlights }: SearchHit, colors: Colors, width: number): string {
  const length = 2 * width;
  const first = highlights[0]?.start ?? 0;
  const start = first < length / 2 ? 0 : Math.max(0, first - 40);
  const end = Math.min(text.length, start + length);
  return `${start > 0 ? '…' : ''}${paintSpans(text, { start, end }, highlights, colors)}${end < text.length ? '…' : ''}`;
}

export function paintSpans(text: string, window: Span, spans: readonly Span[], colors: Colors): string {
  let painted = '';
  let at = window.start;
  for (const span of spans) {
    const start = Math.max(at, span.start);
    const end = Math.min(window.end, span.end);
    if (start >= end) continue;
    painted +=
      printable(text.slice(at, start), text.length) +
      colors.bold(printable(text.slice(start, end), text.length));
    at = end;
  }
  return painted + printable(text.slice(at, Math.max(at, window.end)), text.length);
}

function roundLong(score: number): number {
  return Number(score.toPrecision(6));
}
