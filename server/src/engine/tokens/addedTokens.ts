// Tokens that are found in a text as they stand ("[MASK]"), before the model sees the rest.
// In: a text. Out: ranges, each an added token or text for the model. Leftmost match first, the longest of them
// (Hugging Face tokenizers, tokenizer/added_vocabulary.rs).

import { asArray, asCount, asObject, asString, optionalBoolean } from './configReader.ts';
import { isWhiteSpace, isWordCharacter } from './unicodeClasses.ts';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Matches only where no word character touches it. */
  readonly singleWord: boolean;
  /** Takes the white space before it, or after it, along. */
  readonly stripLeft: boolean;
  readonly stripRight: boolean;
  /** Looked for in the normalised text instead of the raw one. */
  readonly normalized: boolean;
  /** Left out when decoding. */
  readonly special: boolean;
}

export function readAddedTokens(value: unknown): readonly AddedToken[] {
  return asArray(value ?? [], 'added_tokens').map((entry) => {
    const token = asObject(entry, 'An added token');
    const special = optionalBoolean(token.special, 'special', false);
    return {
      id: asCount(token.id, 'The id of an added token', 0),
      content: asString(token.content, 'The content of an added token'),
      singleWord: optionalBoolean(token.single_word, 'single_word', false),
      stripLeft: optionalBoolean(token.lstrip, 'lstrip', false),
      stripRight: optionalBoolean(token.rstrip, 'rstrip', false),
      normalized: optionalBoolean(token.normalized, 'normalized', !special),
      special,
    };
  });
}

/** `id` is -1 for text between added tokens. */
export type OnRange = (from: number, to: number, id: number) => void;

export interface AddedTokenFinder {
  /** Calls `onRange` for every range of `text`, in order; ranges are not empty and cover the text. */
  split(text: string, onRange: OnRange): void;
  readonly isEmpty: boolean;
}

export function createAddedTokenFinder(tokens: readonly AddedToken[]): AddedTokenFinder {
  const usable = tokens.filter((token) => token.content !== '');
  const byFirst = new Map<string, AddedToken[]>();
  for (const token of usable) {
    const first = token.content.charAt(0);
    const group = byFirst.get(first) ?? [];
    group.push(token);
    byFirst.set(first, group);
  }
  for (const group of byFirst.values()) group.sort((a, b) => b.content.length - a.content.length);
  const firsts = [...byFirst.keys()];
  return {
    isEmpty: usable.length === 0,
    split: (text, onRange) => {
      let emitted = 0;
      const nextOf = firsts.map((first) => text.indexOf(first));
      for (let at = nearest(nextOf); at >= 0; ) {
        const which = nextOf.indexOf(at);
        const first = firsts[which]!;
        const token = byFirst.get(first)!.find((candidate) => text.startsWith(candidate.content, at));
        let next = at + 1;
        if (token) {
          next = at + token.content.length;
          emitted = emitToken(text, { token, at, emitted }, onRange);
        }
        for (let index = 0; index < firsts.length; index++) {
          if (nextOf[index]! >= 0 && nextOf[index]! < next)
            nextOf[index] = text.indexOf(firsts[index]!, next);
        }
        at = nearest(nextOf);
      }
      if (emitted < text.length) onRange(emitted, text.length, -1);
    },
  };
}

interface Match {
  readonly token: AddedToken;
  readonly at: number;
  /** End of what was handed out so far. */
  readonly emitted: number;
}

/** Hands out the text before the match and the match; answers the new end of what was handed out. */
function emitToken(text: string, match: Match, onRange: OnRange): number {
  const { token, at, emitted } = match;
  let start = at;
  let end = at + token.content.length;
  if (token.singleWord && (wordEndsAt(text, start) || wordStartsAt(text, end))) return emitted;
  if (token.stripLeft) while (start > emitted && isWhiteSpace(text.charCodeAt(start - 1))) start--;
  if (token.stripRight) while (end < text.length && isWhiteSpace(text.charCodeAt(end))) end++;
  // The token before may have taken this one's first white space along.
  start = Math.max(start, emitted);
  if (start >= end) return emitted;
  if (emitted < start) onRange(emitted, start, -1);
  onRange(start, end, token.id);
  return end;
}

function wordEndsAt(text: string, end: number): boolean {
  if (end === 0) return false;
  const unit = text.charCodeAt(end - 1);
  const isLow = (unit & 0xfc00) === 0xdc00 && end > 1;
  return isWordCharacter(text.codePointAt(isLow ? end - 2 : end - 1)!);
}

function wordStartsAt(text: string, start: number): boolean {
  return start < text.length && isWordCharacter(text.codePointAt(start)!);
}

function nearest(positions: readonly number[]): number {
  let best = -1;
  for (const position of positions) if (position >= 0 && (best < 0 || position < best)) best = position;
  return best;
}
