// WordPiece: from the left, always the longest entry that fits; entries inside a word start with a prefix ("##").
// A word with a part that fits nothing, or with too many characters, is one unknown token
// (Hugging Face tokenizers, models/wordpiece/mod.rs).

import type { TokenModel } from './tokenModel.ts';
import { createUnitTrie, type UnitTrie } from './unitTrie.ts';

export interface WordPieceOptions {
  /** Every piece by id; holes are `undefined`. */
  readonly pieces: readonly (string | undefined)[];
  readonly unknownId: number;
  readonly continuingPrefix: string;
  readonly maxCharactersPerWord: number;
}

export function createWordPieceModel(options: WordPieceOptions): TokenModel {
  const { pieces, unknownId, continuingPrefix } = options;
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    if (piece !== undefined) ids.set(piece, id);
  });
  const entries = [...ids].filter(([piece]) => piece !== '');
  const first = createUnitTrie(entries);
  const inner = createUnitTrie(
    entries
      .filter(([piece]) => piece.startsWith(continuingPrefix) && piece.length > continuingPrefix.length)
      .map(([piece, id]) => [piece.slice(continuingPrefix.length), id] as const),
  );
  return {
    vocabSize: pieces.length,
    unknownId,
    pieceOf: (id) => pieces[id],
    idOf: (piece) => ids.get(piece),
    tokenize: (text, from, to, out) => {
      const mark = out.length;
      const { units } = text;
      let fits = countCodePoints(units, from, to) <= options.maxCharactersPerWord;
      for (let start = from; fits && start < to; ) {
        const found = longestEntry(start === from ? first : inner, units, start, to);
        if (found.end === start) {
          fits = false;
        } else {
          out.push(found.id, text.starts[start]!, text.ends[found.end - 1]!);
          start = found.end;
        }
      }
      if (fits) return;
      out.length = mark;
      out.push(unknownId, text.starts[from]!, text.ends[to - 1]!);
    },
  };
}

function longestEntry(
  trie: UnitTrie,
  units: Uint16Array,
  from: number,
  to: number,
): { id: number; end: number } {
  let node = 0;
  let id = -1;
  let end = from;
  for (let index = from; index < to; index++) {
    node = trie.child(node, units[index]!);
    if (node === 0) break;
    if (trie.values[node]! >= 0) {
      id = trie.values[node]!;
      end = index + 1;
    }
  }
  return { id, end };
}

function countCodePoints(units: Uint16Array, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) if ((units[index]! & 0xfc00) !== 0xdc00) count++;
  return count;
}
