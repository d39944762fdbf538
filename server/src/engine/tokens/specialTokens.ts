// Which tokens play the parts of padding, [CLS], [SEP], [MASK] and unknown. The names come from
// tokenizer_config.json or special_tokens_map.json where they are there, else from the names in common use.

import { asObject, type JsonObject, parseJson } from './configReader.ts';
import type { SpecialTokenIds } from './createTokenizer.ts';

/** The two files that describe a tokeniser beside its vocabulary; both may be absent. */
export interface TokenizerSettings {
  readonly config: JsonObject;
  readonly specialTokensMap: JsonObject;
}

export type SpecialRole = 'pad_token' | 'cls_token' | 'sep_token' | 'mask_token' | 'unk_token';

const commonNames: Readonly<Record<SpecialRole, readonly string[]>> = {
  pad_token: ['<pad>', '[PAD]'],
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  mask_token: ['[MASK]', '<mask>'],
  unk_token: ['<unk>', '[UNK]'],
};

export function readTokenizerSettings(files: {
  readonly config: Uint8Array | undefined;
  readonly specialTokensMap: Uint8Array | undefined;
}): TokenizerSettings {
  return {
    config: files.config ? parseJson(files.config, 'tokenizer_config.json') : {},
    specialTokensMap: files.specialTokensMap
      ? parseJson(files.specialTokensMap, 'special_tokens_map.json')
      : {},
  };
}

/** Names that may play the role, the most binding first. */
export function namesOfRole(role: SpecialRole, settings: TokenizerSettings): readonly string[] {
  const named = [settings.config[role], settings.specialTokensMap[role]].flatMap((value) => {
    if (typeof value === 'string') return [value];
    if (value === undefined || value === null) return [];
    const content = asObject(value, `The ${role} of the tokenizer`).content;
    return typeof content === 'string' ? [content] : [];
  });
  return [...named, ...commonNames[role]];
}

/** -1 where no name of a role is known to `idOf`. */
export function findSpecialTokens(
  settings: TokenizerSettings,
  idOf: (piece: string) => number | undefined,
): SpecialTokenIds {
  const find = (role: SpecialRole): number => {
    for (const name of namesOfRole(role, settings)) {
      const id = idOf(name);
      if (id !== undefined) return id;
    }
    return -1;
  };
  return {
    padId: find('pad_token'),
    clsId: find('cls_token'),
    sepId: find('sep_token'),
    maskId: find('mask_token'),
  };
}
