// tokenizer.json (Hugging Face tokenizers) → a tokeniser.

import { readAddedTokens } from './addedTokens.ts';
import { asObject, corrupt, parseJson } from './configReader.ts';
import { createTokenizer } from './createTokenizer.ts';
import { createDecoder } from './decoders/createDecoder.ts';
import { createTokenModel } from './models/createTokenModel.ts';
import { createNormalizer } from './normalizers/createNormalizer.ts';
import { createTemplate } from './postProcessors/createTemplate.ts';
import { createPreTokenizer } from './preTokenizers/createPreTokenizer.ts';
import { findSpecialTokens, type TokenizerSettings } from './specialTokens.ts';
import type { Tokenizer } from './tokenBatch.ts';

/** Added tokens beyond this make no sense for a model that reads text. */
const maxAddedTokens = 10_000;

export function createTokenizerFromJson(bytes: Uint8Array, settings: TokenizerSettings): Tokenizer {
  const config = asObject(parseJson(bytes, 'tokenizer.json'), 'tokenizer.json');
  const model = createTokenModel(config.model);
  const addedTokens = readAddedTokens(config.added_tokens);
  if (addedTokens.length > maxAddedTokens) throw corrupt('tokenizer.json has too many added tokens');
  const addedIds = new Map(addedTokens.map((token) => [token.content, token.id] as const));
  return createTokenizer({
    addedTokens,
    normalizer: createNormalizer(config.normalizer),
    preTokenizer: createPreTokenizer(config.pre_tokenizer),
    model,
    template: createTemplate(config.post_processor),
    decoder: createDecoder(config.decoder),
    special: findSpecialTokens(settings, (piece) => addedIds.get(piece) ?? model.idOf(piece)),
  });
}
