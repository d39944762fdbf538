// The `pre_tokenizer` of tokenizer.json → one step that runs all of them.

import {
  asObject,
  asString,
  corrupt,
  type JsonObject,
  optionalBoolean,
  optionalString,
  readSequence,
  readStep,
  unsupportedStep,
} from '../configReader.ts';
import { PieceList } from '../pieceList.ts';
import { compileSafePattern } from '../safePattern.ts';
import { isBertPunctuation, isNumeric, isWhiteSpace, isWordCharacter } from '../unicodeClasses.ts';
import { createMetaspacePreTokenizer } from './metaspacePreTokenizer.ts';
import type { PreTokenizer } from './preTokenizer.ts';
import {
  createClassSplit,
  createPatternSplit,
  createRemovingSplit,
  createRunSplit,
  type SplitBehavior,
  splitBehaviors,
} from './splitPreTokenizer.ts';

export function createPreTokenizer(value: unknown, depth = 0): PreTokenizer {
  if (value === null || value === undefined) return keepWhole;
  const { config, type } = readStep(value, 'pre-tokenizer');
  switch (type) {
    case 'Sequence':
      return createSequence(readSequence(config.pretokenizers, 'pre-tokenizer', depth, createPreTokenizer));
    case 'WhitespaceSplit':
      return createRemovingSplit(isWhiteSpace);
    case 'Whitespace':
      return createRunSplit(whitespaceClass);
    case 'BertPreTokenizer':
      return createSequence([
        createRemovingSplit(isWhiteSpace),
        createClassSplit(isBertPunctuation, 'Isolated'),
      ]);
    case 'Punctuation':
      return createClassSplit(isBertPunctuation, readBehavior(config.behavior ?? 'Isolated'));
    case 'Digits': {
      const individual = optionalBoolean(config.individual_digits, 'individual_digits', false);
      return createClassSplit(isNumeric, individual ? 'Isolated' : 'Contiguous');
    }
    case 'CharDelimiterSplit': {
      const delimiter = asString(config.delimiter, 'The delimiter of a pre-tokenizer').codePointAt(0);
      return createRemovingSplit((codePoint) => codePoint === delimiter);
    }
    case 'Split':
      return createPatternSplit(readPattern(config), {
        behavior: readBehavior(config.behavior),
        invert: optionalBoolean(config.invert, 'invert', false),
      });
    case 'Metaspace':
      return createMetaspacePreTokenizer(readMetaspace(config));
    default:
      throw unsupportedStep('pre-tokenizer', type);
  }
}

/** `\w+|[^\w\s]+` */
function whitespaceClass(codePoint: number): number {
  if (isWordCharacter(codePoint)) return 1;
  return isWhiteSpace(codePoint) ? 0 : 2;
}

const keepWhole: PreTokenizer = {
  cut: (_text, pieces, out) => {
    for (let piece = 0; piece < pieces.length; piece++) out.push(pieces.starts[piece]!, pieces.ends[piece]!);
  },
};

function createSequence(steps: readonly PreTokenizer[]): PreTokenizer {
  if (steps.length === 0) return keepWhole;
  if (steps.length === 1) return steps[0]!;
  const buffers = [new PieceList(), new PieceList()] as const;
  return {
    cut: (text, pieces, out) => {
      let current = pieces;
      steps.forEach((step, index) => {
        const isLast = index === steps.length - 1;
        const target = isLast ? out : buffers[index % 2]!;
        if (!isLast) target.clear();
        step.cut(text, current, target);
        current = target;
      });
    },
  };
}

/** Old files say `add_prefix_space`, newer ones `prepend_scheme`, and some both. */
export function readMetaspace(config: JsonObject): {
  replacement: string;
  prependScheme: 'always' | 'first' | 'never';
  split: boolean;
} {
  const replacement = optionalString(config.replacement, 'The replacement of Metaspace', '▁');
  if (replacement.length !== 1) throw corrupt('The replacement of Metaspace is not one character');
  const scheme = optionalString(config.prepend_scheme, 'prepend_scheme', 'always');
  const addsPrefix = optionalBoolean(config.add_prefix_space, 'add_prefix_space', true);
  if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never') {
    throw corrupt(
      `The prepend_scheme ${JSON.stringify(scheme)} of Metaspace is none of always, first and never`,
    );
  }
  return {
    replacement,
    prependScheme: addsPrefix ? scheme : 'never',
    split: optionalBoolean(config.split, 'split', true),
  };
}

function readBehavior(value: unknown): SplitBehavior {
  const name = asString(value, 'The behavior of a pre-tokenizer');
  const behavior = splitBehaviors.find((candidate) => candidate === name);
  if (!behavior) throw corrupt(`The behavior ${JSON.stringify(name)} of a pre-tokenizer is not known`);
  return behavior;
}

function readPattern(config: JsonObject): RegExp {
  const pattern = asObject(config.pattern, 'The pattern of a pre-tokenizer');
  if (pattern.String !== undefined) {
    const literal = asString(pattern.String, 'The pattern of a pre-tokenizer');
    if (literal === '') throw corrupt('The pattern of a pre-tokenizer is empty');
    return new RegExp(literal.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&'), 'gu');
  }
  return compileSafePattern(asString(pattern.Regex, 'The pattern of a pre-tokenizer'), 'A pre-tokenizer');
}
