// vocab.txt (BERT WordPiece, one entry per line, the line number is the id) → a tokeniser with BERT's own
// pre-processing; its options come from tokenizer_config.json.

import type { AddedToken } from './addedTokens.ts';
import { corrupt, optionalBoolean } from './configReader.ts';
import { createTokenizer } from './createTokenizer.ts';
import { createWordPieceDecoder } from './decoders/wordPieceDecoder.ts';
import { maxVocabSize } from './models/createTokenModel.ts';
import { createWordPieceModel } from './models/wordPieceModel.ts';
import { createBertNormalizer } from './normalizers/bertNormalizer.ts';
import { createBertTemplate } from './postProcessors/specialTokenTemplate.ts';
import { createPreTokenizer } from './preTokenizers/createPreTokenizer.ts';
import { findSpecialTokens, namesOfRole, type SpecialRole, type TokenizerSettings } from './specialTokens.ts';
import type { Tokenizer } from './tokenBatch.ts';

export function createTokenizerFromVocabText(bytes: Uint8Array, settings: TokenizerSettings): Tokenizer {
  const pieces = readLines(bytes);
  const ids = new Map(pieces.map((piece, id) => [piece, id] as const));
  const idOf = (piece: string): number | undefined => ids.get(piece);
  const unknownId = namesOfRole('unk_token', settings)
    .map(idOf)
    .find((id) => id !== undefined);
  if (unknownId === undefined) throw corrupt('vocab.txt has no token for unknown words, such as [UNK]');
  const special = findSpecialTokens(settings, idOf);
  if (special.clsId < 0 || special.sepId < 0) throw corrupt('vocab.txt lacks [CLS] or [SEP]');
  const lowercase = optionalBoolean(settings.config.do_lower_case, 'do_lower_case', true);
  return createTokenizer({
    addedTokens: specialAddedTokens(settings, idOf, pieces),
    normalizer: createBertNormalizer({
      cleanText: true,
      handleChineseCharacters: optionalBoolean(
        settings.config.tokenize_chinese_chars,
        'tokenize_chinese_chars',
        true,
      ),
      stripAccents: optionalBoolean(settings.config.strip_accents, 'strip_accents', lowercase),
      lowercase,
    }),
    preTokenizer: createPreTokenizer({ type: 'BertPreTokenizer' }),
    model: createWordPieceModel({ pieces, unknownId, continuingPrefix: '##', maxCharactersPerWord: 100 }),
    template: createBertTemplate(special),
    decoder: createWordPieceDecoder({ prefix: '##', cleanUp: true }),
    special,
  });
}

function readLines(bytes: Uint8Array): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw corrupt('vocab.txt is not valid UTF-8');
  }
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines.length > maxVocabSize)
    throw corrupt('vocab.txt has no usable number of lines');
  return lines;
}

/** The special tokens of the vocabulary are recognised in a text as they stand. */
function specialAddedTokens(
  settings: TokenizerSettings,
  idOf: (piece: string) => number | undefined,
  pieces: readonly string[],
): readonly AddedToken[] {
  const roles: readonly SpecialRole[] = ['pad_token', 'unk_token', 'cls_token', 'sep_token', 'mask_token'];
  const found = new Set<number>();
  for (const role of roles) {
    const id = namesOfRole(role, settings)
      .map(idOf)
      .find((candidate) => candidate !== undefined);
    if (id !== undefined) found.add(id);
  }
  return [...found].map((id) => ({
    id,
    content: pieces[id]!,
    singleWord: false,
    stripLeft: false,
    stripRight: false,
    normalized: false,
    special: true,
  }));
}
