// Weak labels of passages and of comments that are gone, where several stations know something: words, tags, the shape
// of lines, and what a commit did. In: a passage with its source, or files as commits changed them. Out: suggestions for
// people to confirm.

import { looksLikeCode } from './findings/looksLikeCode.ts';
import { suggestForRemoved } from './labelling/historySuggestions.ts';
import { textKey } from './labelling/labelRow.ts';
import type { LabelTask } from './labelling/labelTasks.ts';
import type { Commit, Removal } from './labelling/removal.ts';
import { type LabelSuggestion, suggestLabels } from './labelling/suggestLabels.ts';
import { extractPassages } from './passages/extractPassages.ts';
import type { Passage } from './passages/passage.ts';
import { createSourceFile, type LanguageId } from './text/sourceFile.ts';

/** What most lines of switched-off code have: the shape of code, and none a sentence. */
const codeShape = { task: 'form', label: 'code' } as const;

/** Words and tags of the passage, and the shape of its lines. */
export function suggestForPassage(
  passage: Passage,
  source: string,
  tasks: readonly LabelTask[],
): readonly LabelSuggestion[] {
  const suggestions = suggestLabels(passage, tasks);
  const isCode = commentKinds.has(passage.kind) && knows(tasks, codeShape) && looksLikeCode(passage, source);
  return isCode ? [...suggestions, { ...codeShape, because: '' }] : suggestions;
}

const commentKinds: ReadonlySet<Passage['kind']> = new Set(['line', 'block']);

export interface RemovedComment {
  readonly text: string;
  readonly file: string;
  readonly symbol: string | undefined;
  readonly commit: Commit;
  readonly suggestion: LabelSuggestion;
}

/** Comments of which the commit that took them away says that they were debt; each text once, in the given order. */
export function suggestFromRemovals(
  removals: readonly Removal[],
  languageOf: (file: string) => LanguageId | undefined,
  tasks: readonly LabelTask[],
): readonly RemovedComment[] {
  const gone = removals.map((removal) => ({ removal, passages: removedPassages(removal, languageOf) }));
  const counts = new Map<string, number>();
  for (const { removal, passages } of gone) {
    const { id } = removal.commit;
    counts.set(id, (counts.get(id) ?? 0) + passages.length);
  }
  const comments = new Map<string, RemovedComment>();
  for (const { removal, passages } of gone) {
    const { commit, file, before } = removal;
    for (const passage of passages) {
      const text = passage.text.value;
      const key = textKey(text, undefined);
      if (comments.has(key) || looksLikeCode(passage, before)) continue;
      const ruled = suggestLabels(passage, tasks);
      const suggestion = suggestForRemoved(text, ruled, commit, counts.get(commit.id) ?? 0, tasks);
      if (suggestion) comments.set(key, { text, file, symbol: passage.symbol?.name, commit, suggestion });
    }
  }
  return [...comments.values()];
}

/** Comments before the commit that stand nowhere in the file after it. */
function removedPassages(
  { file, before, after }: Removal,
  languageOf: (file: string) => LanguageId | undefined,
): readonly Passage[] {
  const language = languageOf(file);
  if (language === undefined) return [];
  const extract = (text: string) =>
    extractPassages(createSourceFile({ id: file, language, version: 0, text })).passages;
  const left = new Set(extract(after).map(({ text }) => textKey(text.value, undefined)));
  return extract(before).filter(
    ({ kind, text }) => removableKinds.has(kind) && !left.has(textKey(text.value, undefined)),
  );
}

const removableKinds: ReadonlySet<Passage['kind']> = new Set(['line', 'block', 'doc', 'docstring']);

function knows(
  tasks: readonly LabelTask[],
  { task, label }: { readonly task: string; readonly label: string },
): boolean {
  return tasks.some(({ name, labels }) => name === task && labels.some((one) => one.name === label));
}
