// spiece.model → a tokeniser that does what transformers' own (slow) ALBERT tokeniser does with it; its options come
// from tokenizer_config.json.

import { type AddedToken, createAddedTokenFinder } from './addedTokens.ts';
import { asObject, corrupt, type JsonObject, optionalBoolean } from './configReader.ts';
import { createTokenizer } from './createTokenizer.ts';
import { createSentencePieceModel } from './models/sentencePieceModel.ts';
import { createAlbertPreprocessing, isPythonSpace } from './normalizers/albertPreprocessing.ts';
import { createCharsMap } from './normalizers/charsMap.ts';
import { createSequence } from './normalizers/createNormalizer.ts';
import { createSentencePieceNormalizer } from './normalizers/sentencePieceNormalizer.ts';
import { createBertTemplate } from './postProcessors/specialTokenTemplate.ts';
import { createPreTokenizer } from './preTokenizers/createPreTokenizer.ts';
import { pieceTypes, readSentencePieceFile } from './sentencePieceFile.ts';
import { findSpecialTokens, namesOfRole, type SpecialRole, type TokenizerSettings } from './specialTokens.ts';
import type { Tokenizer } from './tokenBatch.ts';

export function createTokenizerFromSentencePiece(bytes: Uint8Array, settings: TokenizerSettings): Tokenizer {
  const file = readSentencePieceFile(bytes);
  const model = createSentencePieceModel(file);
  const special = findSpecialTokens(settings, model.idOf);
  if (special.clsId < 0 || special.sepId < 0) throw corrupt('spiece.model lacks [CLS] or [SEP]');
  const lowercase = optionalBoolean(settings.config.do_lower_case, 'do_lower_case', true);
  const addedTokens = specialAddedTokens(settings, model.idOf);
  return createTokenizer({
    addedTokens,
    ...(lowercase ? { prepare: createLowercasing(addedTokens) } : {}),
    normalizer: createSequence([
      createAlbertPreprocessing({
        lowercase,
        keepAccents: optionalBoolean(settings.config.keep_accents, 'keep_accents', false),
        removeSpace: optionalBoolean(settings.config.remove_space, 'remove_space', true),
      }),
      createSentencePieceNormalizer({
        charsMap: file.charsMap.length > 0 ? createCharsMap(file.charsMap) : undefined,
        userDefinedSymbols: file.pieces.filter((_, id) => file.types[id] === pieceTypes.userDefined),
        addDummyPrefix: file.addDummyPrefix,
        removeExtraWhitespaces: file.removeExtraWhitespaces,
      }),
    ]),
    preTokenizer: createPreTokenizer(undefined),
    model,
    template: createBertTemplate(special),
    decoder: { decode: (pieces) => [trimPython(pieces.join('').replaceAll('▁', ' '))] },
    special,
  });
}

const roles: readonly SpecialRole[] = ['pad_token', 'unk_token', 'cls_token', 'sep_token', 'mask_token'];

function specialAddedTokens(
  settings: TokenizerSettings,
  idOf: (piece: string) => number | undefined,
): readonly AddedToken[] {
  const found = new Map<number, AddedToken>();
  for (const role of roles) {
    for (const content of namesOfRole(role, settings)) {
      const id = idOf(content);
      if (id === undefined) continue;
      const stripsByDefault = role === 'mask_token';
      const declared = settings.config[role];
      const options: JsonObject =
        typeof declared === 'object' && declared !== null
          ? asObject(declared, `The ${role} of the tokenizer`)
          : {};
      found.set(id, {
        id,
        content,
        singleWord: optionalBoolean(options.single_word, 'single_word', false),
        stripLeft: optionalBoolean(options.lstrip, 'lstrip', stripsByDefault),
        stripRight: optionalBoolean(options.rstrip, 'rstrip', false),
        normalized: false,
        special: true,
      });
      break;
    }
  }
  return [...found.values()];
}

/**
 * Lower case of everything but special tokens, before special tokens are looked for, so that "<UNK>" counts as
 * "<unk>". Keeps every length: a character whose lower case is longer waits for the normaliser.
 */
function createLowercasing(addedTokens: readonly AddedToken[]): (text: string) => string {
  const finder = createAddedTokenFinder(
    addedTokens.map((token) => ({ ...token, stripLeft: false, stripRight: false })),
  );
  return (text) => {
    let lower = '';
    finder.split(text, (from, to, id) => {
      lower += id >= 0 ? text.slice(from, to) : lowercaseKeepingLength(text.slice(from, to));
    });
    return lower;
  };
}

function lowercaseKeepingLength(text: string): string {
  // One character at a time there is no end of a word, so no final sigma.
  const lower = text.replaceAll('Σ', 'σ').toLowerCase();
  if (lower.length === text.length) return lower;
  let result = '';
  for (const character of text) {
    const single = character.toLowerCase();
    result += single.length === character.length ? single : character;
  }
  return result;
}

function trimPython(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isPythonSpace(text.charCodeAt(from))) from++;
  while (to > from && isPythonSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}
