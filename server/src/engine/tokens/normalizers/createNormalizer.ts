// The `normalizer` of tokenizer.json → one step that runs all of them.

import {
  asObject,
  asString,
  corrupt,
  optionalBoolean,
  readSequence,
  readStep,
  unsupportedStep,
} from '../configReader.ts';
import { compileSafePattern } from '../safePattern.ts';
import { createBertNormalizer } from './bertNormalizer.ts';
import { createCharsMap } from './charsMap.ts';
import { createStripNormalizer, stripAccentsNormalizer } from './filterNormalizer.ts';
import { lowercaseNormalizer } from './lowercaseNormalizer.ts';
import { nmtNormalizer } from './nmtNormalizer.ts';
import type { Normalizer } from './normalizer.ts';
import { createPrecompiledNormalizer } from './precompiledNormalizer.ts';
import { createPrependNormalizer } from './prependNormalizer.ts';
import {
  collapseSpacesNormalizer,
  createLiteralReplaceNormalizer,
  createPatternReplaceNormalizer,
} from './replaceNormalizer.ts';
import { createUnicodeFormNormalizer } from './unicodeFormNormalizer.ts';

export function createNormalizer(value: unknown, depth = 0): Normalizer {
  if (value === null || value === undefined) return createSequence([]);
  const { config, type } = readStep(value, 'normalizer');
  switch (type) {
    case 'Sequence':
      return createSequence(readSequence(config.normalizers, 'normalizer', depth, createNormalizer));
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return createUnicodeFormNormalizer(type);
    case 'StripAccents':
      return stripAccentsNormalizer;
    case 'Lowercase':
      return lowercaseNormalizer;
    case 'Nmt':
      return nmtNormalizer;
    case 'Strip':
      return createStripNormalizer({
        left: optionalBoolean(config.strip_left, 'strip_left', true),
        right: optionalBoolean(config.strip_right, 'strip_right', true),
      });
    case 'Prepend':
      return createPrependNormalizer(asString(config.prepend, 'The text of a Prepend normalizer'));
    case 'Replace':
      return createReplace(config.pattern, asString(config.content, 'The content of a Replace normalizer'));
    case 'Precompiled':
      return createPrecompiled(config.precompiled_charsmap);
    case 'BertNormalizer': {
      const lowercase = optionalBoolean(config.lowercase, 'lowercase', true);
      return createBertNormalizer({
        cleanText: optionalBoolean(config.clean_text, 'clean_text', true),
        handleChineseCharacters: optionalBoolean(config.handle_chinese_chars, 'handle_chinese_chars', true),
        stripAccents: optionalBoolean(config.strip_accents, 'strip_accents', lowercase),
        lowercase,
      });
    }
    default:
      throw unsupportedStep('normalizer', type);
  }
}

export function createSequence(steps: readonly Normalizer[]): Normalizer {
  return {
    normalize: (text) => {
      for (const step of steps) step.normalize(text);
    },
  };
}

function createReplace(patternValue: unknown, content: string): Normalizer {
  const pattern = asObject(patternValue, 'The pattern of a Replace normalizer');
  if (pattern.String !== undefined) {
    return createLiteralReplaceNormalizer(
      asString(pattern.String, 'The pattern of a Replace normalizer'),
      content,
    );
  }
  const source = asString(pattern.Regex, 'The pattern of a Replace normalizer');
  if (source === ' {2,}' && content === ' ') return collapseSpacesNormalizer;
  return createPatternReplaceNormalizer(compileSafePattern(source, 'A Replace normalizer'), content);
}

function createPrecompiled(value: unknown): Normalizer {
  if (value === null || value === undefined || value === '') return createSequence([]);
  const base64 = asString(value, 'The character map of the tokenizer');
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw corrupt('The character map of the tokenizer is not valid base64');
  }
  return createPrecompiledNormalizer(createCharsMap(bytes));
}
