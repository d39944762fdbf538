// What the tree of labels shows. In: files with their passages, how to group them, what was typed as a filter.
// Out: groups with counts and rows, plain data. Pure, so that it can be tested without an editor.

import type { LabelledFileSummary } from '../../../protocol/labelRequests.ts';
import type { LabelSummary, PassageSummary } from '../../../protocol/requests.ts';

export type LabelGrouping = 'label' | 'file' | 'flat';

export interface PassageNode {
  readonly kind: 'passage';
  /** Stable while the text stays where it is. */
  readonly id: string;
  /** The text of the passage. */
  readonly label: string;
  /** Labels, or the place where the group tells the labels. */
  readonly description: string;
  readonly uri: string;
  readonly passage: PassageSummary;
  /** The task of the group that it stands in. */
  readonly task: string | undefined;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Of a group that is a file. */
  readonly uri: string | undefined;
  readonly children: readonly PassageNode[];
}

export type LabelNode = GroupNode | PassageNode;

export interface LabelTreeTexts {
  /** Path of a file for people. */
  file(uri: string): string;
  readonly noLabels: string;
}

export interface LabelTree {
  readonly nodes: readonly LabelNode[];
  /** Passages that pass the filter, each counted once. */
  readonly passageCount: number;
  /** Of them, those with a label of a person. */
  readonly labelledCount: number;
}

export function toLabelTree(
  files: readonly LabelledFileSummary[],
  options: { readonly grouping: LabelGrouping; readonly filter: string },
  texts: LabelTreeTexts,
): LabelTree {
  const entries = files.flatMap(({ uri, passages }) => passages.map((passage) => ({ uri, passage })));
  const wanted = entries.filter((entry) => passesFilter(entry, options.filter, texts));
  return {
    nodes: groupers[options.grouping](wanted, texts),
    passageCount: wanted.length,
    labelledCount: wanted.filter(({ passage }) => passage.labels.some((one) => one.labelledBy !== undefined))
      .length,
  };
}

interface Entry {
  readonly uri: string;
  readonly passage: PassageSummary;
}

const groupers: Readonly<
  Record<LabelGrouping, (entries: readonly Entry[], texts: LabelTreeTexts) => readonly LabelNode[]>
> = {
  flat: (entries, texts) =>
    entries.map((entry) =>
      toNode(entry, { group: '', task: undefined, description: titlesOf(entry, texts) }),
    ),
  file(entries, texts) {
    const groups = groupBy(entries, (entry) => [entry.uri]);
    return [...groups].map(([uri, members]) => ({
      kind: 'group',
      id: `file ${uri}`,
      label: texts.file(uri),
      description: String(members.length),
      uri,
      children: members.map((entry) =>
        toNode(entry, { group: uri, task: undefined, description: titlesOf(entry, texts) }),
      ),
    }));
  },
  label(entries, texts) {
    const titles = new Map<string, LabelSummary>();
    const groups = groupBy(entries, ({ passage }) =>
      passage.labels.map((label) => {
        const key = `${label.task}/${label.name}`;
        titles.set(key, label);
        return key;
      }),
    );
    const nodes = [...groups].map(([key, members]): GroupNode & { readonly task: string } => {
      const { task, title } = titles.get(key)!;
      return {
        kind: 'group',
        id: `label ${key}`,
        label: title,
        description: `${task} · ${members.length}`,
        uri: undefined,
        task,
        children: members.map((entry) =>
          toNode(entry, { group: key, task, description: placeOf(entry, texts) }),
        ),
      };
    });
    return nodes.sort(
      (left, right) =>
        compare(left.task, right.task) ||
        right.children.length - left.children.length ||
        compare(left.label, right.label),
    );
  },
};

function toNode(
  { uri, passage }: Entry,
  options: { readonly group: string; readonly task: string | undefined; readonly description: string },
): PassageNode {
  const { line, character } = passage.range.start;
  return {
    kind: 'passage',
    id: `${options.group} ${uri} ${line}:${character}`,
    // Icons would be drawn for `$(name)` in a comment's own text.
    label: passage.text.slice(0, 120).replaceAll('$(', '$\u200b('),
    description: options.description,
    uri,
    passage,
    task: options.task,
  };
}

function titlesOf({ passage }: Entry, texts: LabelTreeTexts): string {
  return passage.labels.map((label) => label.title).join(', ') || texts.noLabels;
}

function placeOf({ uri, passage }: Entry, texts: LabelTreeTexts): string {
  return `${texts.file(uri)}:${passage.range.start.line + 1}`;
}

/** Every word of the filter has to appear in the text, a label, the symbol, the kind or the path. */
function passesFilter({ uri, passage }: Entry, filter: string, texts: LabelTreeTexts): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const labels = passage.labels.flatMap(({ task, name, title, labelledBy }) => [
    task,
    name,
    title,
    labelledBy ?? '',
  ]);
  const haystack = [passage.text, passage.kind, passage.symbol ?? '', texts.file(uri), ...labels]
    .join(' ')
    .toLowerCase();
  return words.every((word) => haystack.includes(word));
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
