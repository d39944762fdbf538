// The words of a question that an answer should have, and how much each tells: what few passages say tells most,
// and what none says tells that there may be no answer. In: a question, counts of the index. Out: weighed tokens.

import type { IndexStorage } from '../../storage.ts';
import type { Span } from '../../text/span.ts';
import { lexicalTokens } from '../lexicalTokens.ts';
import { findSearchWords, type SearchWord } from '../searchWords.ts';

export interface QuestionWord {
  /** As in `lexicalTokens`, perhaps with a `*` behind. */
  readonly token: string;
  /** As the question has it, for people. */
  readonly text: string;
  /** Logarithm of how few texts of the index have it. */
  readonly rarity: number;
  /** The same, all of one question's together being 1. */
  readonly weight: number;
  /** No passage of the index has it. */
  readonly isUnknown: boolean;
}

/** They ask for something and do not name it. */
const askingWords = new Set(
  (
    'many much often long old kind sort exactly mean happen get work use there need ' +
    '什么 怎么 怎样 怎么样 为什么 为何 如何 何时 时候 什么时候 多少 多久 多大 哪里 哪个 哪些 谁 是否 能否 可以 会 吗'
  ).split(' '),
);

export async function weighQuestion(
  question: string,
  storage: Pick<IndexStorage, 'countTokens'>,
): Promise<readonly QuestionWord[]> {
  const all = lexicalTokens(question);
  const texts = nameTokens(question);
  const telling = all.filter((token) => texts.has(token) && !askingWords.has(token));
  const tokens = telling.length > 0 ? telling : all;
  const { texts: textCount, counts } = await storage.countTokens(tokens);
  const raw = counts.map((count) => Math.log(1 + (textCount + 0.5) / (count + 0.5)));
  const sum = raw.reduce((total, one) => total + one, 0) || 1;
  return tokens.map((token, index) => ({
    token,
    text: texts.get(token) ?? token,
    rarity: raw[index]!,
    weight: raw[index]! / sum,
    isUnknown: counts[index] === 0,
  }));
}

/** Of the question's weight, the part that stands among these tokens. */
export function coverage(words: readonly QuestionWord[], has: (token: string) => boolean): number {
  return words.reduce((sum, { token, weight }) => sum + (has(token) ? weight : 0), 0);
}

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const particles = new Set([...'的是在了吗会被把和与有我你它这那不就都也很']);
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * What the question calls each token. Scripts without spaces have a token for every two neighbours, and some lie
 * across two words: they are no words of the question, and are left out.
 */
function nameTokens(question: string): ReadonlyMap<string, string> {
  const unspacedWords = unspaced.test(question) ? findUnspacedWords(question) : [];
  const names = new Map<string, string>();
  for (const word of findSearchWords(question)) {
    const name = unspaced.test(word.token)
      ? wordAround(word, unspacedWords)
      : question.slice(word.start, word.end);
    if (name !== undefined && !names.has(word.token)) names.set(word.token, name);
  }
  return names;
}

function wordAround({ start, end }: SearchWord, words: readonly NamedSpan[]): string | undefined {
  if (end - start < 2) return undefined;
  return words.find((one) => one.start <= start && end <= one.end)?.name;
}

interface NamedSpan extends Span {
  readonly name: string;
}

/** Words that a dictionary does not know come out character by character: neighbours are taken for one word. */
function findUnspacedWords(question: string): readonly NamedSpan[] {
  const words: NamedSpan[] = [];
  let isOpen = false;
  for (const { segment, index, isWordLike } of segmenter.segment(question)) {
    const isWord = isWordLike === true && !askingWords.has(segment) && !particles.has(segment);
    const isSingle = isWord && [...segment].length === 1;
    const last = words.at(-1);
    if (isSingle && isOpen && last) {
      words[words.length - 1] = { ...last, end: index + segment.length, name: last.name + segment };
    } else if (isWord) {
      words.push({ start: index, end: index + segment.length, name: segment });
    }
    isOpen = isSingle;
  }
  return words;
}
