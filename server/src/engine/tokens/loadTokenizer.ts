// Station 3, entry: the files of a model folder → a tokeniser. The kind of tokeniser follows from which files are
// there, never from the model's type: `tokenizer.json`, else `spiece.model`, else `vocab.txt`.

import { EngineError } from '../errors.ts';
import type { ModelFiles } from '../storage.ts';
import { corrupt } from './configReader.ts';
import { createTokenizerFromSentencePiece } from './fromSentencePiece.ts';
import { createTokenizerFromJson } from './fromTokenizerJson.ts';
import { createTokenizerFromVocabText } from './fromVocabText.ts';
import { readTokenizerSettings } from './specialTokens.ts';
import type { Tokenizer } from './tokenBatch.ts';

/** No published tokeniser comes near it; parsing more would only eat memory. */
const maxFileBytes = 64 * 1024 * 1024;

/** Throws `modelMissing`, `modelCorrupt` or `modelUnsupported`. */
export async function loadTokenizer(files: ModelFiles): Promise<Tokenizer> {
  const settings = readTokenizerSettings({
    config: await readBounded(files, 'tokenizer_config.json'),
    specialTokensMap: await readBounded(files, 'special_tokens_map.json'),
  });
  const json = await readBounded(files, 'tokenizer.json');
  if (json) return createTokenizerFromJson(json, settings);
  const sentencePiece = await readBounded(files, 'spiece.model');
  if (sentencePiece) return createTokenizerFromSentencePiece(sentencePiece, settings);
  const vocab = await readBounded(files, 'vocab.txt');
  if (vocab) return createTokenizerFromVocabText(vocab, settings);
  throw new EngineError(
    'modelMissing',
    `${files.displayName} holds none of tokenizer.json, spiece.model and vocab.txt. Choose a folder with a complete model.`,
  );
}

async function readBounded(files: ModelFiles, fileName: string): Promise<Uint8Array | undefined> {
  const bytes = await files.read(fileName);
  if (bytes && bytes.length > maxFileBytes)
    throw corrupt(`${fileName} is larger than any tokenizer (${bytes.length} bytes)`);
  return bytes;
}
