// Weak labels from the past: a comment that went when its debt was paid was debt, and one whose code changed again and
// again while it stayed may be out of date. Offered to a person with the reason, never kept or trained on their own.
// In: comments that a commit took away, or lines with the times of their last change. Out: suggestions. Pure.

import type { LineChange } from '../storage.ts';
import type { Span } from '../text/span.ts';
import type { LabelTask } from './labelTasks.ts';
import type { Commit } from './removal.ts';
import type { LabelSuggestion } from './suggestLabels.ts';

/** The label of comments that admitted debt without a word that tells its kind; the most frequent one in the wild. */
const paidDebt = { task: 'debt', label: 'design' } as const;

/** Asked about comments whose code has moved on; a pair of texts, comment and code. */
export const accuracyTask: LabelTask = {
  name: 'accuracy',
  several: false,
  description: {
    en: 'Does the comment still describe its code?',
    'zh-cn': '注释是否仍然准确描述其代码？',
  },
  labels: [
    {
      name: 'accurate',
      title: { en: 'Still accurate', 'zh-cn': '仍然准确' },
      description: { en: 'The comment describes the code as it is.', 'zh-cn': '注释与现有代码相符。' },
      words: [],
    },
    {
      name: 'stale',
      title: { en: 'Out of date', 'zh-cn': '已过时' },
      description: {
        en: 'The comment says something that the code no longer does.',
        'zh-cn': '注释所说的内容代码已不再如此。',
      },
      words: [],
    },
  ],
};
export const staleLabel = 'stale';

/** A commit that says so and takes away more comments than this was about something else. */
const mostPaidComments = 5;
const fewestWords = 3;

/**
 * @param ruled what the rules say about the removed comment itself, see suggestLabels.ts
 * @param removedCount how many comments the commit took away
 */
export function suggestForRemoved(
  text: string,
  ruled: readonly LabelSuggestion[],
  commit: Pick<Commit, 'message'>,
  removedCount: number,
  tasks: readonly LabelTask[],
): LabelSuggestion | undefined {
  const byWord = ruled.find(({ task }) => task === paidDebt.task);
  if (byWord) return byWord;
  const isKnown = tasks.some(
    ({ name, labels }) => name === paidDebt.task && labels.some((one) => one.name === paidDebt.label),
  );
  const isSentence = text.split(/\s+/).length >= fewestWords;
  if (!isKnown || !isSentence || removedCount > mostPaidComments || !saysThatDebtIsPaid(commit.message)) {
    return undefined;
  }
  return { ...paidDebt, because: '' };
}

/** `saysThatDebtIsPaid('Resolve the last TODO')` is true; in one line, as a verb before what it is about. */
export function saysThatDebtIsPaid(message: string): boolean {
  return message.split('\n').some((line) => paying.test(line));
}

const paying =
  /\b(?:remov|resolv|fix|address|clean|drop|pay|repay|delet|implement)\w*\b.*\b(?:todos?|fixmes?|hack\w*|kludge\w*|workarounds?|tech(?:nical)? debt)\b/i;

/** Fewer changes than this happen to every comment. */
export const fewestChanges = 3;

/**
 * How many commits changed code after its comment was last touched. A lower bound: a line tells of its last change alone.
 * @param lines of the whole file, one for each line
 * @param comment lines of the comment, half open, from zero; `code` those of what it documents
 */
export function countCodeChanges(lines: readonly LineChange[], comment: Span, code: Span): number {
  const touched = lines
    .slice(comment.start, comment.end)
    .reduce((latest, { timeMs }) => Math.max(latest, timeMs), 0);
  if (touched === 0) return 0;
  const later = new Set<string>();
  for (let line = code.start; line < Math.min(code.end, lines.length); line++) {
    if (line >= comment.start && line < comment.end) continue;
    const { author, timeMs } = lines[line]!;
    if (timeMs > touched) later.add(`${timeMs} ${author}`);
  }
  return later.size;
}
