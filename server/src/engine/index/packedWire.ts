// Read files on their way from one thread to another: a dictionary is sent once, and then what has come to it.
// In: outcomes of one reading. Out: plain data for a message, and the same outcomes on the other side.
// Messages have to arrive in the order in which they were made.

import { type ReadFile, type ReadOutcome, readingsAtOnce } from './fileReading.ts';

export interface OutcomeMessage {
  readonly outcomes: readonly (Exclude<ReadOutcome, { readonly kind: 'read' }> | SentFile)[];
  /** Tokens that have come to each dictionary in use, one in a line. */
  readonly added: readonly { readonly dictionary: number; readonly tokens: string }[];
}

interface SentFile {
  readonly kind: 'read';
  /** Its passages know no tokens. */
  readonly file: ReadFile;
  readonly dictionary: number | undefined;
}

const noTokens: readonly string[] = [];

export function createOutcomeSender(): (outcomes: readonly ReadOutcome[]) => OutcomeMessage {
  const sent = new WeakMap<readonly string[], { readonly number: number; length: number }>();
  let dictionaryCount = 0;

  return (outcomes) => {
    const added = new Map<number, string>();
    const numberOf = (tokens: readonly string[]) => {
      let known = sent.get(tokens);
      if (!known) {
        known = { number: dictionaryCount++, length: 0 };
        sent.set(tokens, known);
      }
      if (known.length < tokens.length) added.set(known.number, tokens.slice(known.length).join('\n'));
      known.length = tokens.length;
      return known.number;
    };
    const messages = outcomes.map((outcome) => {
      if (outcome.kind === 'skipped') return outcome;
      const { passages } = outcome.file;
      const dictionary = passages && numberOf(passages.tokens);
      const file = { ...outcome.file, passages: passages && { ...passages, tokens: noTokens } };
      return { kind: 'read' as const, file, dictionary };
    });
    return {
      outcomes: messages,
      added: Array.from(added, ([dictionary, tokens]) => ({ dictionary, tokens })),
    };
  };
}

export function createOutcomeReceiver(): (message: OutcomeMessage) => readonly ReadOutcome[] {
  const dictionaries = new Map<number, string[]>();

  return ({ outcomes, added }) => {
    for (const { dictionary, tokens } of added) {
      const known = dictionaries.get(dictionary) ?? [];
      dictionaries.set(dictionary, known);
      for (const token of tokens.split('\n')) known.push(token);
      // A reading keeps the dictionary with which it began, and each of those under way may have begun with another one.
      dictionaries.delete(dictionary - readingsAtOnce);
    }
    return outcomes.map((outcome) => {
      if (outcome.kind === 'skipped') return outcome;
      const { file, dictionary } = outcome;
      const { passages } = file;
      if (!passages || dictionary === undefined) return { kind: 'read', file };
      return {
        kind: 'read',
        file: { ...file, passages: { ...passages, tokens: dictionaries.get(dictionary)! } },
      };
    });
  };
}
