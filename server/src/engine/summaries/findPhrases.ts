// Which runs of words could be key phrases: a grammar over words and identifiers, without a tagger of word classes.
// A phrase is one to four neighbouring words of one sentence, none of them a stop word (as in RAKE, Rose et al. 2010),
// with no punctuation between them. In: texts with a way back to the source. Out: candidates with all their places.

import { type MappedText, toSourceSpan } from '../text/mappedText.ts';
import type { Span } from '../text/span.ts';
import { isStopWord } from './stopWords.ts';

export interface PhraseText {
  readonly text: MappedText;
  /** A phrase of a title says more than one that is mentioned. */
  readonly isHeading: boolean;
}

export interface PhraseCandidate {
  /** What makes two phrases the same: lower case, singular. */
  readonly key: string;
  readonly words: readonly string[];
  /** The most frequent way it is written; of equals the first. */
  readonly text: string;
  readonly places: readonly Span[];
  readonly isInHeading: boolean;
}

interface Word {
  readonly span: Span;
  readonly key: string;
  /** Signs of a script without spaces: what joins them is nothing, and single ones are no phrase. */
  readonly isUnspaced: boolean;
}

const maxWords = 4;
const maxUnspacedLength = 6;

/** Words with inner dots, hyphens, colons or apostrophes stay whole: `node.js`, `run-time`, `std::vector`, `don't`. */
const wordPattern = /[\p{L}\p{M}\p{N}_$@#]+(?:(?:\.|::|->|-|\/|['’])[\p{L}\p{M}\p{N}_$]+)*/gu;
const unspacedRun =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]+/gu;
const wordSegmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** In the order of their first places. */
export function findPhrases(texts: readonly PhraseText[]): readonly PhraseCandidate[] {
  const found = new Map<string, Occurrences>();
  for (const { text, isHeading } of texts) {
    for (const run of wordRuns(text.value)) {
      for (let first = 0; first < run.length; first++) {
        for (let last = first; last < Math.min(first + maxWords, run.length); last++) {
          const words = run.slice(first, last + 1);
          if (!canBePhrase(words)) continue;
          const span = { start: words[0]!.span.start, end: words.at(-1)!.span.end };
          const place = toSourceSpan(text, span);
          if (place) record(found, words, { place, isHeading, text: text.value.slice(span.start, span.end) });
        }
      }
    }
  }
  const candidates = [...found].map(([key, one]) => toCandidate(key, one));
  return withoutNested(candidates);
}

interface Occurrences {
  readonly words: readonly string[];
  readonly places: Span[];
  readonly writings: Map<string, number>;
  isInHeading: boolean;
}

function record(
  found: Map<string, Occurrences>,
  words: readonly Word[],
  one: { readonly place: Span; readonly isHeading: boolean; readonly text: string },
): void {
  const keys = words.map(({ key }) => key);
  const key = keys.join(' ');
  const known: Occurrences = found.get(key) ?? {
    words: keys,
    places: [],
    writings: new Map(),
    isInHeading: false,
  };
  known.places.push(one.place);
  const writing = one.text.replace(/\s+/g, ' ');
  known.writings.set(writing, (known.writings.get(writing) ?? 0) + 1);
  known.isInHeading ||= one.isHeading;
  found.set(key, known);
}

function toCandidate(key: string, { words, places, writings, isInHeading }: Occurrences): PhraseCandidate {
  let text = '';
  let greatest = 0;
  for (const [writing, count] of writings) {
    if (count <= greatest) continue;
    text = writing;
    greatest = count;
  }
  return { key, words, text, places, isInHeading };
}

/** A phrase that stands nowhere but inside a longer one is part of that one (the idea of C-value, Frantzi et al. 2000). */
function withoutNested(candidates: readonly PhraseCandidate[]): readonly PhraseCandidate[] {
  const counts = new Map(candidates.map(({ key, places }) => [key, places.length]));
  const nested = new Set<string>();
  for (const { words, places } of candidates) {
    for (let first = 0; first < words.length; first++) {
      for (let end = first + 1; end <= words.length; end++) {
        if (end - first === words.length) continue;
        const key = words.slice(first, end).join(' ');
        if (counts.get(key) === places.length) nested.add(key);
      }
    }
  }
  return candidates.filter(({ key }) => !nested.has(key));
}

function canBePhrase(words: readonly Word[]): boolean {
  const length = words.at(-1)!.span.end - words[0]!.span.start;
  if (words.some((word) => word.isUnspaced)) return length >= 2 && length <= maxUnspacedLength;
  if (words.length > 1) return words.some(({ key }) => /\p{L}{2}/u.test(key));
  return /\p{L}{3}/u.test(words[0]!.key) || /^\p{L}{2}$/u.test(words[0]!.key);
}

/** Neighbouring words of a text that are no stop words and have nothing but space between them. */
function wordRuns(text: string): readonly (readonly Word[])[] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  let end = 0;
  for (const word of wordsOf(text)) {
    const between = text.slice(end, word.span.start);
    const isJoined = /^[ \t]*$/.test(between) && (between !== '' || word.isUnspaced);
    if (!isJoined && run.length > 0) {
      runs.push(run);
      run = [];
    }
    end = word.span.end;
    const written = text.slice(word.span.start, word.span.end);
    // Two letters are a word of their own only as a name: `IO`, `UI`.
    const isTooShort = !word.isUnspaced && written.length <= 2 && written !== written.toUpperCase();
    if (isStopWord(written) || isTooShort || /^[\p{N}.,/:-]+$/u.test(written)) {
      if (run.length > 0) runs.push(run);
      run = [];
    } else run.push(word);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function* wordsOf(text: string): Generator<Word, void, undefined> {
  for (const match of text.matchAll(wordPattern)) {
    const base = match.index;
    let from = 0;
    for (const unspaced of match[0].matchAll(unspacedRun)) {
      if (unspaced.index > from) yield spacedWord(match[0].slice(from, unspaced.index), base + from);
      for (const { segment, index, isWordLike } of wordSegmenter.segment(unspaced[0])) {
        const start = base + unspaced.index + index;
        if (isWordLike)
          yield { span: { start, end: start + segment.length }, key: segment, isUnspaced: true };
      }
      from = unspaced.index + unspaced[0].length;
    }
    if (from < match[0].length) yield spacedWord(match[0].slice(from), base + from);
  }
}

function spacedWord(written: string, start: number): Word {
  return {
    span: { start, end: start + written.length },
    key: singular(written.toLowerCase()),
    isUnspaced: false,
  };
}

/** `passages` and `passage` are one; names such as `status` and `class` stay. */
function singular(word: string): string {
  if (/^[a-z]{3,}ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/^[a-z]+(?:ch|sh|ss|x)es$/.test(word)) return word.slice(0, -2);
  return /^[a-z]{3,}s$/.test(word) && !/(?:ss|us|is|as|os)$/.test(word) ? word.slice(0, -1) : word;
}
