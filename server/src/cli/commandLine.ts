// From words to options: one description per command drives parsing, checking and help.
// In: argv without the program. Out: typed values, or a UsageError that names the flag and what it accepts.

import { parseArgs } from 'node:util';
import { UsageError } from './usageError.ts';

export interface FlagDescription {
  readonly name: string;
  readonly short?: string;
  /** `undefined` for a flag without a value. */
  readonly value: string | undefined;
  readonly help: string;
}

export interface ParsedCommandLine {
  readonly positionals: readonly string[];
  /** The last value where a flag is repeated. */
  text(flag: string): string | undefined;
  isSet(flag: string): boolean;
  /** A whole number of at least `smallest`. */
  wholeNumber(flag: string, smallest: number): number | undefined;
  /** A decimal number; `above` is not allowed itself, `least` and `most` are. */
  number(flag: string, range: NumberRange): number | undefined;
  oneOf<T extends string>(flag: string, choices: readonly T[]): T | undefined;
}

export interface NumberRange {
  readonly above?: number;
  readonly least?: number;
  readonly most: number;
}

export function parseCommandLine(
  words: readonly string[],
  flags: readonly FlagDescription[],
): ParsedCommandLine {
  const { values, positionals } = parse(words, flags);
  const text = (flag: string) => (typeof values[flag] === 'string' ? values[flag] : undefined);
  return {
    positionals,
    text,
    isSet: (flag) => values[flag] === true,
    wholeNumber(flag, smallest) {
      const value = text(flag);
      if (value === undefined) return undefined;
      if (!/^\d{1,9}$/.test(value) || Number(value) < smallest) {
        throw new UsageError(`--${flag} takes a whole number of at least ${smallest}, not "${value}".`);
      }
      return Number(value);
    },
    number(flag, { above, least, most }) {
      const value = text(flag);
      if (value === undefined) return undefined;
      const number = /^[\d.]+(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
      const isLow = (above !== undefined && number <= above) || (least !== undefined && number < least);
      if (Number.isNaN(number) || isLow || number > most) {
        const range = above === undefined ? `from ${least ?? 0}` : `above ${above}`;
        throw new UsageError(`--${flag} takes a number ${range} and up to ${most}, not "${value}".`);
      }
      return number;
    },
    oneOf(flag, choices) {
      const value = text(flag);
      if (value === undefined) return undefined;
      const choice = choices.find((one) => one === value);
      if (choice === undefined)
        throw new UsageError(`--${flag} takes ${choices.join(', ')}; not "${value}".`);
      return choice;
    },
  };
}

function parse(words: readonly string[], flags: readonly FlagDescription[]) {
  const options = Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: words.map((word) => (isFilter(word) ? shield + word : word)),
      options,
      allowPositionals: true,
      strict: true,
    });
    return {
      values: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          typeof value === 'string' ? value.replace(shield, '') : value,
        ]),
      ),
      positionals: positionals.map((word) => word.replace(shield, '')),
    };
  } catch (error) {
    throw new UsageError(explain(error as Error, words, flags));
  }
}

/** No argument of a program can hold it. */
const shield = '\0';

/** `-path:test` is part of a query, not a flag. */
function isFilter(word: string): boolean {
  return /^-[a-z]{2,}:/i.test(word);
}

/** Node's own messages speak about its API; ours about the command. */
function explain(error: Error, words: readonly string[], flags: readonly FlagDescription[]): string {
  const quoted = /'([^']+)'/.exec(error.message)?.[1] ?? '';
  const names = flags.map((flag) => `--${flag.name}`);
  if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = names.find((name) => editDistance(name, quoted) <= 2);
    return `There is no flag ${quoted}.${near ? ` Did you mean ${near}?` : ' See --help.'}`;
  }
  const name =
    names.find((one) => quoted.includes(one)) ?? words.find((word) => word.startsWith('-')) ?? quoted;
  const flag = flags.find((one) => `--${one.name}` === name);
  if (flag)
    return flag.value === undefined
      ? `${name} takes no value.`
      : `${name} needs a value: ${name} ${flag.value}.`;
  return error.message;
}

/** Levenshtein distance; the words are short. */
export function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replace = previous[column - 1]! + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(replace, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[right.length]!;
}
