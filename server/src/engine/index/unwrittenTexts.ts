// Texts that were read and are not stored yet, searched by words where they lie: while a folder is read for the first
// time, everything is found as soon as it is read, and the store is filled behind. In: read files. Out: what a store
// would answer if they were in it, with the same scores.
//
// Nothing is built for it: a query walks over the tokens of all texts, which are flat arrays of numbers. A hundred
// thousand texts take a few milliseconds.

import type {
  IndexStorage,
  LexicalQuery,
  Place,
  PlaceFilter,
  StoredText,
  TextScore,
  TokenCounts,
} from '../storage.ts';
import { chooseTokens, searchChosen, tokenLimits } from './chooseTokens.ts';
import type { ReadFile } from './fileReading.ts';
import { joinNames } from './joinNames.ts';
import { field, fieldCount, hashOf, namesAt, type PackedPassages, unpackPassage } from './packedPassages.ts';
import { createPlaceTest } from './placeTest.ts';
import { createTopList } from './topList.ts';
import { findWanted, several, type WantedTokens } from './wantedTokens.ts';

export interface UnwrittenTexts {
  /** Places. */
  readonly passageCount: number;
  /** Files of one reading are added once. */
  add(file: ReadFile): void;
  /** The same storage, as far as words, texts and places are concerned with these texts alone. */
  over(storage: IndexStorage): IndexStorage;
}

interface Standing {
  readonly file: string;
  readonly packed: PackedPassages;
  readonly index: number;
}

interface UnwrittenText extends Standing {
  /** Further ones. */
  readonly others: Standing[];
  /** Where places have given it others than the first one has. */
  names: string | undefined;
  /** Of all columns. */
  tokenCount: number;
}

/** BM25 as FTS5 computes it, with the weights of the columns of the store. */
const k1 = 1.2;
const b = 0.75;
const leastWeight = 1e-6;
const nameWeight = 1.5;

export function createUnwrittenTexts(): UnwrittenTexts {
  const texts: UnwrittenText[] = [];
  const numberOf = new Map<string, number>();
  let passageCount = 0;
  let tokenTotal = 0;

  function addPassage(standing: Standing): void {
    const { packed, index } = standing;
    const hash = hashOf(packed, index);
    const known = numberOf.get(hash);
    if (known !== undefined) {
      addPlace(texts[known]!, standing);
      return;
    }
    const tokenCount = countTokensOf(packed, index);
    tokenTotal += tokenCount;
    numberOf.set(hash, texts.length);
    texts.push({ ...standing, others: [], names: undefined, tokenCount });
  }

  function addPlace(text: UnwrittenText, standing: Standing): void {
    text.others.push(standing);
    const before = text.names ?? namesAt(text.packed, text.index);
    const names = joinNames(before, namesAt(standing.packed, standing.index));
    if (names === before) return;
    const more = countWords(names) - countWords(before);
    text.names = names;
    text.tokenCount += more;
    tokenTotal += more;
  }

  /** How often each text has each token, weighed by column: [texts found, tokens]. */
  function findAll(tokens: readonly string[]): Found {
    const width = tokens.length;
    const ids: number[] = [];
    const weights: number[] = [];
    const counts = new Float64Array(width);
    const own = new Float64Array(width);
    const wantedIn = new Map<readonly string[], WantedTokens>();
    for (const [id, text] of texts.entries()) {
      const { packed } = text;
      let wanted = wantedIn.get(packed.tokens);
      if (!wanted) {
        wanted = findWanted(packed.tokens, tokens);
        wantedIn.set(packed.tokens, wanted);
      }
      if (!weigh(text, tokens, wanted, own)) continue;
      ids.push(id);
      for (let slot = 0; slot < width; slot++) {
        weights.push(own[slot]!);
        if (own[slot]! > 0) counts[slot]!++;
      }
    }
    return { ids, weights, counts };
  }

  function search({ tokens: asked, count, filter }: LexicalQuery): Promise<readonly TextScore[]> {
    const tokens = [...new Set(asked)];
    const { ids, weights, counts } = findAll(tokens);
    const mean = tokenTotal / texts.length;
    const isWanted = createTextTest(filter);
    const counted = tokens.map((token, slot) => ({ token, count: token.endsWith('*') ? 0 : counts[slot]! }));
    const chosen = chooseTokens(counted, texts.length, tokenLimits);
    return searchChosen(chosen, count, async (some, isAll) => {
      const slots = some.map((token) => tokens.indexOf(token));
      const idf = slots.map((slot) => weightOf(counts[slot]!, texts.length));
      const best = createTopList(count);
      for (const [row, id] of ids.entries()) {
        const length = k1 * (1 - b + (b * texts[id]!.tokenCount) / mean);
        let score = 0;
        let held = 0;
        for (const [index, slot] of slots.entries()) {
          const frequency = weights[row * tokens.length + slot]!;
          if (frequency === 0) continue;
          held++;
          score += (idf[index]! * (frequency * (k1 + 1))) / (frequency + length);
        }
        const isFound = isAll ? held === slots.length : held > 0;
        if (isFound && score > best.floor && isWanted(texts[id]!)) best.offer(id, score);
      }
      return best.take();
    });
  }

  function countTokens(tokens: readonly string[]): TokenCounts {
    const { counts } = findAll(tokens);
    return { texts: texts.length, counts: Array.from(counts) };
  }

  function textsWhere(filter: PlaceFilter, count: number): Int32Array {
    const isWanted = createTextTest(filter);
    const ids: number[] = [];
    for (let id = 0; id < texts.length && ids.length < count; id++) if (isWanted(texts[id]!)) ids.push(id);
    return Int32Array.from(ids);
  }

  return {
    get passageCount() {
      return passageCount;
    },
    add({ file, passages: packed }) {
      if (!packed) return;
      for (let index = 0; index < packed.count; index++) addPassage({ file, packed, index });
      passageCount += packed.count;
    },
    over: (storage) => ({
      ...storage,
      searchWords: search,
      countTokens: async (tokens) => countTokens(tokens),
      textsWhere: async (filter, count) => textsWhere(filter, count),
      texts: async (ids) => ids.flatMap((id) => (texts[id] ? [toStoredText(id, texts[id])] : [])),
      findText: async (hash) => numberOf.get(hash),
    }),
  };
}

interface Found {
  readonly ids: readonly number[];
  readonly weights: readonly number[];
  /** Texts that have each token. */
  readonly counts: Float64Array;
}

/** The first sentence counts once more. */
const columns = [field.wordStart, field.leadStart, field.nameStart];
const columnWeights = [1, 1, nameWeight];
const columnsWithoutNames = 2;

/** False: it has none of them. */
function weigh(
  { packed, index, names }: UnwrittenText,
  tokens: readonly string[],
  { slotOf, severalOf, isAny }: WantedTokens,
  own: Float64Array,
): boolean {
  if (!isAny && names === undefined) return false;
  const { numbers } = packed;
  const row = index * fieldCount;
  let isFound = false;
  const columnCount = names === undefined ? columns.length : columnsWithoutNames;
  for (let column = 0; column < columnCount; column++) {
    const start = numbers[row + columns[column]!]!;
    const end = start + numbers[row + columns[column]! + 1]!;
    for (let at = start; at < end; at++) {
      const slot = slotOf[numbers[at]!]!;
      if (slot === 0) continue;
      if (!isFound) own.fill(0);
      isFound = true;
      if (slot !== several) own[slot - 1]! += columnWeights[column]!;
      else for (const one of severalOf.get(numbers[at]!)!) own[one - 1]! += columnWeights[column]!;
    }
  }
  return names === undefined ? isFound : weighNames(names, tokens, own, isFound);
}

/** Of several places: they are no part of the packed text. */
function weighNames(names: string, tokens: readonly string[], own: Float64Array, wasFound: boolean): boolean {
  let isFound = wasFound;
  for (const name of names.split(' ')) {
    for (const [slot, token] of tokens.entries()) {
      if (token.endsWith('*') ? !name.startsWith(token.slice(0, -1)) : name !== token) continue;
      if (!isFound) own.fill(0);
      isFound = true;
      own[slot]! += nameWeight;
    }
  }
  return isFound;
}

/** How much a token tells that so many of all texts hold. */
function weightOf(count: number, textCount: number): number {
  return Math.max(leastWeight, Math.log((textCount - count + 0.5) / (count + 0.5)));
}

/** No text has a label before the model has read it. */
function createTextTest(filter: PlaceFilter | undefined): (text: UnwrittenText) => boolean {
  if (!filter) return () => true;
  if (filter.labels && filter.labels.length > 0) return () => false;
  const isWanted = createPlaceTest(filter);
  return (text) => isWanted(placeOf(text)) || text.others.some((other) => isWanted(placeOf(other)));
}

function toStoredText(id: number, text: UnwrittenText): StoredText {
  const { textHash, text: value, names } = unpackPassage(text.packed, text.index);
  const places = [text, ...text.others].map(placeOf).sort(comparePlaces);
  return { id, textHash, text: value, names: text.names ?? names, labels: [], places };
}

function placeOf({ file, packed, index }: Standing): Place {
  return { file, ...unpackPassage(packed, index).place };
}

function comparePlaces(left: Place, right: Place): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.span.start - right.span.start;
}

function countTokensOf({ numbers }: PackedPassages, index: number): number {
  const row = index * fieldCount;
  return [field.wordCount, field.nameCount, field.leadCount].reduce(
    (sum, column) => sum + numbers[row + column]!,
    0,
  );
}

function countWords(joined: string): number {
  return joined === '' ? 0 : joined.split(' ').length;
}
