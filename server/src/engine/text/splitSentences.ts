// Cuts a cleaned text into sentences. Unicode's rules (UAX 29, as Intl.Segmenter has them) know punctuation of all
// scripts but neither abbreviations nor code; what they cut wrongly is joined again here. Pure.

import type { Span } from './span.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Words whose full stop ends no sentence, without the stop. */
const abbreviations = new Set(
  (
    'e.g i.e eg ie etc vs cf ca approx resp incl excl esp fig figs eq eqs sec secs ch chap vol no nos nr p pp ed eds ' +
    'al ibid mr mrs ms dr prof st jr sr inc ltd co corp dept est min max avg std def var arg args param params ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec z.b d.h bzw usw'
  ).split(' '),
);

/** After these a capital letter or the end of the text does end the sentence. */
const mayEndSentence = new Set(['etc', 'inc', 'ltd', 'co', 'corp', 'jr', 'sr', 'usw', 'al']);

/**
 * Spans in ascending order, without the white space around a sentence; together they hold every visible character.
 * `splitSentences('Call f(), e.g. here. Then go.')` has the two spans of `Call f(), e.g. here.` and `Then go.`
 */
export function splitSentences(text: string): readonly Span[] {
  return [...sentencesOf(text)];
}

/** The same one by one, for whoever needs only the first. */
export function* sentencesOf(text: string): Generator<Span, void, undefined> {
  const codeSpans = text.includes('`') ? findCodeSpans(text) : [];
  let start = 0;
  let nextCode = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    const end = index + segment.length;
    while (nextCode < codeSpans.length && codeSpans[nextCode]!.end <= end) nextCode++;
    const code = codeSpans[nextCode];
    const isInCode = code !== undefined && code.start < end;
    if (end < text.length && (isInCode || goesOn(text, { start, end }))) continue;
    const sentence = trimSpan(text, { start, end });
    if (sentence.end > sentence.start) yield sentence;
    start = end;
  }
}

/** Whether what stands before `end` is no whole sentence yet, although Unicode's rules cut there. */
export function goesOn(text: string, { start, end }: Span): boolean {
  // Only the last word matters; the whole would be looked at again for each part of a long sentence.
  const before = text.slice(Math.max(start, end - 60), end);
  // A line feed stands between paragraphs: nothing goes on behind it.
  if (/[\n\r\u2028\u2029]\s*$/.test(before)) return false;
  const next = text.slice(end, end + 40);
  if (/^\s*\p{Ll}/u.test(next) && !/[。！？!?]\s*$/u.test(before)) return true;
  // `a.b?c=d`: what stands close behind a mark is part of an address or an expression.
  if (/[.!?]$/.test(before) && /^[\p{sc=Latin}\p{N}/_=&%#-]/u.test(next)) return true;
  const word = /(?:^|[\s([{"'`])([\p{L}.]+)\.\s*$/u.exec(before)?.[1]?.toLowerCase();
  if (word === undefined) return false;
  if (mayEndSentence.has(word)) return false;
  // `J. Smith`: one letter is an initial, except the word I and variables at the end of a sentence.
  const isInitial = /(?:^|\s)\p{Lu}\.\s*$/u.test(before) && word !== 'i' && /^\p{Lu}\p{Ll}/u.test(next);
  return isInitial || abbreviations.has(word);
}

/** Between two runs of as many backticks, as in Markdown; a run without a partner marks nothing. */
function findCodeSpans(text: string): readonly Span[] {
  const runs = [...text.matchAll(/`+|\n/g)];
  const partners = new Map<number, number>();
  const nextOfLength = new Map<number, number>();
  for (const [index, run] of [...runs.entries()].reverse()) {
    // Code does not go on in the next paragraph.
    if (run[0] === '\n') nextOfLength.clear();
    else {
      const partner = nextOfLength.get(run[0].length);
      if (partner !== undefined) partners.set(index, partner);
      nextOfLength.set(run[0].length, index);
    }
  }
  const spans: Span[] = [];
  for (let index = 0; index < runs.length; index++) {
    const partner = partners.get(index);
    if (partner === undefined) continue;
    spans.push({ start: runs[index]!.index, end: runs[partner]!.index + runs[partner]![0].length });
    index = partner;
  }
  return spans;
}

function trimSpan(text: string, span: Span): Span {
  const piece = text.slice(span.start, span.end);
  const start = span.start + (piece.length - piece.trimStart().length);
  return { start, end: Math.max(start, span.start + piece.trimEnd().length) };
}
