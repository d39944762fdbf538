// What a person said about one text: a line of `.marginalia/labels.jsonl`, a row of a training set.
// A row belongs to its text and not to a place, so that it survives moved lines; file and symbol are hints for
// readers. Labels are data: tasks and labels may have any names, and fields that we do not know are kept.

import { createHash } from 'node:crypto';

/**
 * `right`: the model was confirmed; `wrong`: it was corrected; `dismissed`: findings were silenced until the text
 * changes; `accurate`: the text still describes its code, which holds until that code changes. Other tools may
 * write others.
 */
export type Verdict = 'right' | 'wrong' | 'dismissed' | 'accurate' | (string & {});

export interface LabelRow {
  /** `textKey` of text and context: the same text has the same row on every branch and machine. */
  readonly id: string;
  readonly text: string;
  /** Second segment that the model was or will be given; absent for passages, which are read alone. */
  readonly context: string | undefined;
  /** By task. An empty list says that none of the labels of the task fits. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly verdict: Verdict | undefined;
  /** Codes of findings that are silent for this text. */
  readonly dismissed: readonly string[];
  readonly who: string | undefined;
  /** ISO 8601, UTC. */
  readonly when: string | undefined;
  /**
   * Hash of the code that the text documents, from the day when somebody said "still accurate": while the code is
   * the same, all findings about the text are silent. See `hashOfCode`.
   */
  readonly source: string | undefined;
  readonly file: string | undefined;
  readonly symbol: string | undefined;
  /** Fields of other tools, as they stood. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What is said in one go about a text; everything that is not mentioned stays as it was said before. */
export interface LabelChange {
  readonly text: string;
  readonly labels: LabelRow['labels'];
  readonly verdict: Verdict;
  readonly dismissed: readonly string[];
  readonly who: string;
  readonly when: string;
  /** Present where the text was found to be accurate. */
  readonly source: string | undefined;
  readonly file: string | undefined;
  readonly symbol: string | undefined;
}

/** A text that was only wrapped differently is the same text: `textKey('a  b', undefined) === textKey('a\nb', undefined)`. */
export function textKey(text: string, context: string | undefined): string {
  const parts = [text, ...(context === undefined ? [] : [context])].map((part) =>
    part.replace(/\s+/g, ' ').trim(),
  );
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** A row with nothing but its text. */
export function emptyRow(text: string, context: string | undefined): LabelRow {
  return {
    id: textKey(text, context),
    text,
    context,
    labels: {},
    verdict: undefined,
    dismissed: [],
    who: undefined,
    when: undefined,
    source: undefined,
    file: undefined,
    symbol: undefined,
    rest: {},
  };
}

/** Tasks that the change does not mention keep their labels, and what was dismissed stays so. */
export function applyChange(previous: LabelRow | undefined, change: LabelChange): LabelRow {
  const before = previous ?? emptyRow(change.text, undefined);
  return {
    ...before,
    labels: { ...before.labels, ...change.labels },
    verdict: change.verdict,
    dismissed: [...new Set([...before.dismissed, ...change.dismissed])].sort(),
    who: change.who,
    when: change.when,
    source: change.source ?? before.source,
    file: change.file,
    symbol: change.symbol,
  };
}
