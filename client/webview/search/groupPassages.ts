// Results in groups. In: passages, best first. Out: groups by file or by label, each as good as its best passage;
// what nearly every passage has in common tells nothing about any of them, and makes no group and no badge.

import type { LabelSummary } from '../../../protocol/requests.ts';
import type { FoundPassage } from '../../../protocol/searchRequests.ts';
import type { Grouping } from '../../../protocol/searchViewMessages.ts';

export interface PassageGroup {
  /** Stable while the results change: what is folded stays folded. */
  readonly key: string;
  readonly title: string;
  /** Folder of a file; empty for labels. */
  readonly detail: string;
  readonly passages: readonly FoundPassage[];
}

export interface GroupingOptions {
  readonly grouping: Grouping;
  /** Title of the group for passages without a label worth telling. */
  readonly otherLabels: string;
}

export function groupPassages(
  passages: readonly FoundPassage[],
  { grouping, otherLabels }: GroupingOptions,
): readonly PassageGroup[] {
  const common = findCommonLabels(passages);
  const groups = new Map<string, { title: string; detail: string; passages: FoundPassage[] }>();
  for (const passage of passages) {
    const place = grouping === 'file' ? filePlace(passage) : labelPlace(passage, common, otherLabels);
    const group = groups.get(place.key) ?? { title: place.title, detail: place.detail, passages: [] };
    group.passages.push(passage);
    groups.set(place.key, group);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** Labels to show beside a passage: those that tell it from others, the most telling task first. */
export function tellingLabels(
  passage: FoundPassage,
  common: ReadonlySet<string>,
  count: number,
): readonly LabelSummary[] {
  return passage.labels.filter((label) => !common.has(keyOf(label))).slice(0, count);
}

/** Below this number of results nothing can be called common. */
const fewResults = 4;
const commonShare = 0.75;

export function findCommonLabels(passages: readonly FoundPassage[]): ReadonlySet<string> {
  const read = passages.filter((passage) => passage.labels.length > 0);
  if (read.length < fewResults) return new Set();
  const counts = new Map<string, number>();
  for (const label of read.flatMap((passage) => passage.labels)) {
    counts.set(keyOf(label), (counts.get(keyOf(label)) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count >= commonShare * read.length).map(([key]) => key));
}

export interface Facet {
  readonly key: 'label' | 'lang';
  readonly value: string;
  readonly title: string;
  readonly count: number;
}

/** Filters that would make the result smaller, the largest part first; none that would leave all of it. */
export function findFacets(passages: readonly FoundPassage[], count: number): readonly Facet[] {
  const facets = new Map<string, Facet>();
  const add = (key: Facet['key'], value: string, title: string) => {
    const id = `${key}:${value}`;
    facets.set(id, { key, value, title, count: (facets.get(id)?.count ?? 0) + 1 });
  };
  for (const { labels, language } of passages) {
    for (const { name, title } of labels) add('label', name, title);
    add('lang', language, language);
  }
  return [...facets.values()]
    .filter((facet) => facet.count > 1 && facet.count < passages.length)
    .sort((one, other) => other.count - one.count)
    .slice(0, count);
}

function filePlace({ file, root }: FoundPassage) {
  const slash = file.lastIndexOf('/');
  return { key: `${root} ${file}`, title: file.slice(slash + 1), detail: file.slice(0, Math.max(slash, 0)) };
}

function labelPlace(passage: FoundPassage, common: ReadonlySet<string>, other: string) {
  const [label] = tellingLabels(passage, common, 1);
  return label
    ? { key: keyOf(label), title: label.title, detail: '' }
    : { key: '', title: other, detail: '' };
}

function keyOf({ task, name }: LabelSummary): string {
  return `${task}/${name}`;
}
