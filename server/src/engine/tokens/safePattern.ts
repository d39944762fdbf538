// Regular expressions that come out of a model file. They run on every text, so only shapes whose worst case is
// harmless are accepted: no repeated groups, no back references, no look-behind, and not long.

import { EngineError } from '../errors.ts';
import { corrupt } from './configReader.ts';

const maxPatternLength = 300;

/** Compiles the pattern of a tokenizer file, global and Unicode-aware. */
export function compileSafePattern(source: string, where: string): RegExp {
  if (source === '' || source.length > maxPatternLength || /\)[*+{]|\\[1-9k]|\(\?<[=!]/u.test(source)) {
    throw new EngineError(
      'modelUnsupported',
      `${where} uses the pattern ${JSON.stringify(source.slice(0, 80))}, which is not supported. Use another model.`,
    );
  }
  // `\w` and `\s` are Unicode classes in the reference.
  const translated = source
    .replaceAll('[^\\w\\s]', '[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}\\p{White_Space}]')
    .replaceAll('\\w', '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]')
    .replaceAll('\\s', '\\p{White_Space}')
    .replaceAll('\\d', '\\p{Nd}');
  try {
    return new RegExp(translated, 'gu');
  } catch {
    throw corrupt(`${where} holds the pattern ${JSON.stringify(source.slice(0, 80))}, which cannot be read`);
  }
}
