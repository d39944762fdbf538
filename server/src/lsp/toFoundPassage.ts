// Conversions from what an index answers to what the client shows. In: hits of one folder's index.
// Out: hits with addresses, names of labels and kinds in the user's language; hits of several folders merged.

import type { LabelSummary } from '../../../protocol/requests.ts';
import type { FoundPassage } from '../../../protocol/searchRequests.ts';
import type { HitLabel, SearchHit } from '../engine/index/workspaceIndex.ts';
import type { TaskSet } from '../engine/labels/task.ts';
import type { PassageKind } from '../engine/passages/passage.ts';
import { findClassification } from './findClassification.ts';
import { localize, type Texts } from './texts.ts';
import { uriBelow } from './uriPaths.ts';
import type { WorkspaceFolder } from './workspaceIndexes.ts';

export interface FoundContext {
  readonly folder: WorkspaceFolder;
  /** Files are named after their folder where there are several. */
  readonly withFolderName: boolean;
  /** Absent while no model is ready: labels then go by their own names. */
  readonly tasks: TaskSet | undefined;
  readonly texts: Texts;
}

export function toFoundPassage(hit: SearchHit, context: FoundContext): FoundPassage {
  const { folder, texts } = context;
  return {
    id: hit.id,
    root: folder.uri,
    uri: uriBelow(folder.uri, hit.file),
    file: context.withFolderName ? `${folder.name}/${hit.file}` : hit.file,
    line: hit.line - 1,
    endLine: hit.endLine - 1,
    text: hit.text,
    highlights: hit.highlights,
    kind: texts.kinds[hit.kind as PassageKind] ?? hit.kind,
    language: hit.language,
    symbol: hit.symbol,
    labels: hit.labels.flatMap((label) => toLabelSummary(label, context) ?? []),
    score: hit.score,
    byWords: hit.lexicalRank !== undefined,
    isDeprecated: hit.isDeprecated,
    duplicates: hit.duplicates,
  };
}

/**
 * Scores of different indexes cannot be compared, places can: first all firsts, then all seconds. A file that
 * lies in two folders, one inside the other, is named once.
 */
export function mergeByRank(
  results: readonly (readonly FoundPassage[])[],
  count: number,
): readonly FoundPassage[] {
  const merged = new Map<string, FoundPassage>();
  const longest = Math.max(0, ...results.map((hits) => hits.length));
  for (let rank = 0; rank < longest && merged.size < count; rank++) {
    for (const hits of results) {
      const hit = hits[rank];
      if (!hit) continue;
      const key = `${hit.uri}:${hit.line}:${hit.text}`;
      if (!merged.has(key)) merged.set(key, hit);
    }
  }
  return [...merged.values()].slice(0, count);
}

/** Where exactly one label holds, the first of tasks.json is what there is to say about most texts: it stays away. */
function toLabelSummary(
  { task, name, probability }: HitLabel,
  { tasks, texts }: FoundContext,
): LabelSummary | undefined {
  const known = tasks && findClassification(tasks, task);
  const label = known?.labels.find((one) => one.name === name);
  if (known?.kind === 'singleLabel' && label === known.labels[0]) return undefined;
  return { task, name, title: label ? localize(label.title, texts.locale) : name, probability };
}
