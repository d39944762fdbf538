// Tokens of lexical search as numbers, so that texts can be kept and searched in memory, and pass between threads, as
// flat arrays. In: texts. Out: places in a list of tokens that only ever grows.
//
// Most words were met before. They are found by their bytes in a table of our own, without being cut out of their text:
// to make a string of each and to look it up takes several times as long.

import type { Span } from '../text/span.ts';
import { appendNumbers, cutNumbers, type NumberList } from './numberList.ts';
import { findSearchWords, wordPattern } from './searchWords.ts';

export interface TokenDictionary {
  /** A number is a place in here. */
  readonly tokens: readonly string[];
  /** Of any string. */
  numberOf(token: string): number;
  /** Appends the tokens of a text, in its order. Answers how many. */
  append(text: string, list: NumberList): number;
}

/** Words and what they give, each once. */
interface WordTable {
  /** 1 + the number of the word in this slot, or 0. */
  readonly slots: Int32Array;
  readonly hashes: Int32Array;
}

/** Longer words are rarely met again. */
const longestKnown = 32;
const slotsAtFirst = 1 << 13;

export function createTokenDictionary(): TokenDictionary {
  const tokens: string[] = [];
  const numbers = new Map<string, number>();
  let table: WordTable = createTable(slotsAtFirst);
  let bytes = new Uint8Array(1 << 16);
  let byteCount = 0;
  // Of each word, where it begins in `bytes` and its tokens in `tokenLists`; the next one's beginning is its end.
  const wordStarts: number[] = [0];
  const tokenLists: number[] = [];
  const listStarts: number[] = [0];
  let buffer = new Uint8Array(1 << 16);

  function numberOf(token: string): number {
    let number = numbers.get(token);
    if (number === undefined) {
      const own = ownString(token);
      number = tokens.push(own) - 1;
      numbers.set(own, number);
    }
    return number;
  }

  function readWord(word: string): readonly number[] {
    return findSearchWords(word).map(({ token }) => numberOf(token));
  }

  function grow(): void {
    const old = table;
    table = createTable(2 * old.slots.length);
    for (const [slot, word] of old.slots.entries()) if (word > 0) put(word, old.hashes[slot]!);
  }

  function put(word: number, hash: number): void {
    const mask = table.slots.length - 1;
    let slot = firstSlot(hash, mask);
    while (table.slots[slot] !== 0) slot = (slot + 1) & mask;
    table.slots[slot] = word;
    table.hashes[slot] = hash;
  }

  /** The number of the word in `buffer`, made known where it was not. */
  function findWord(text: string, start: number, end: number, hash: number): number {
    const { slots, hashes } = table;
    const mask = slots.length - 1;
    for (let slot = firstSlot(hash, mask); ; slot = (slot + 1) & mask) {
      const word = slots[slot]!;
      if (word === 0) return learnWord(text, start, end, hash);
      if (hashes[slot] === hash && isWord(word - 1, start, end)) return word - 1;
    }
  }

  function isWord(word: number, start: number, end: number): boolean {
    const known = wordStarts[word]!;
    if (wordStarts[word + 1]! - known !== end - start) return false;
    for (let at = 0; at < end - start; at++) if (bytes[known + at] !== buffer[start + at]) return false;
    return true;
  }

  function learnWord(text: string, start: number, end: number, hash: number): number {
    const word = wordStarts.length - 1;
    if (byteCount + end - start > bytes.length) bytes = doubled(bytes);
    bytes.set(buffer.subarray(start, end), byteCount);
    byteCount += end - start;
    wordStarts.push(byteCount);
    for (const number of readWord(text.slice(start, end))) tokenLists.push(number);
    listStarts.push(tokenLists.length);
    if (2 * wordStarts.length > table.slots.length) grow();
    put(word + 1, hash);
    return word;
  }

  function appendWord(text: string, span: Span, hash: number, list: NumberList): number {
    const { start, end } = span;
    if (end - start > longestKnown) return appendNumbers(list, readWord(text.slice(start, end)));
    const word = findWord(text, start, end, hash);
    const from = listStarts[word]!;
    const to = listStarts[word + 1]!;
    for (let at = from; at < to; at++) {
      if (list.length === list.numbers.length) list.numbers = doubled(list.numbers);
      list.numbers[list.length++] = tokenLists[at]!;
    }
    return to - from;
  }

  /** -1 where the text has other characters than ASCII. */
  function appendAscii(text: string, list: NumberList): number {
    // Up to three bytes a character.
    if (3 * text.length > buffer.length) buffer = new Uint8Array(4 * text.length);
    const { written } = encoder.encodeInto(text, buffer);
    if (written !== text.length) return -1;
    let count = 0;
    for (let at = 0; at < written; at++) {
      if (isWordByte[buffer[at]!] === 0) continue;
      const start = at;
      let hash = 0;
      while (at < written && isWordByte[buffer[at]!] === 1) hash = (Math.imul(hash, 31) + buffer[at++]!) | 0;
      count += appendWord(text, { start, end: at }, hash, list);
    }
    return count;
  }

  return {
    tokens,
    numberOf,
    append(text, list) {
      const from = list.length;
      const count = appendAscii(text, list);
      if (count >= 0) return count;
      cutNumbers(list, from);
      let others = 0;
      for (const [word] of text.matchAll(wordPattern)) others += appendNumbers(list, readWord(word));
      return others;
    },
  };
}

const encoder = new TextEncoder();

const isWordByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 && /[\w$]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

function createTable(slots: number): WordTable {
  return { slots: new Int32Array(slots), hashes: new Int32Array(slots) };
}

function firstSlot(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

function doubled<T extends Uint8Array | Int32Array>(numbers: T): T {
  const larger = new (numbers.constructor as new (length: number) => T)(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

/** A longer piece of a text may be a view of it, and would keep all of it in memory. */
function ownString(text: string): string {
  return text.length <= 12 ? text : text.split('').join('');
}
