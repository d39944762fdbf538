// The list below the input as rows, top to bottom, and the way through it by keyboard. In: what was found, what is
// folded. Out: rows with everything that is drawn of them; the row that a key leads to.

import type { LabelSummary } from '../../../protocol/requests.ts';
import type { FoundAnswer, FoundPassage } from '../../../protocol/searchRequests.ts';
import { findCommonLabels, groupPassages, tellingLabels } from './groupPassages.ts';
import type { Outcome, ViewState } from './viewState.ts';

export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly count: number;
  readonly isFolded: boolean;
  readonly place: RowPlace;
}

export interface PassageRow {
  readonly kind: 'passage';
  readonly key: string;
  /** Key of its group. */
  readonly group: string;
  readonly passage: FoundPassage;
  readonly labels: readonly LabelSummary[];
  /** The group does not say it. */
  readonly showsFile: boolean;
  readonly place: RowPlace;
}

export interface AnswerRow {
  readonly kind: 'answer';
  readonly key: string;
  readonly answer: FoundAnswer;
  readonly labels: readonly LabelSummary[];
  readonly place: RowPlace;
}

export type Row = GroupRow | PassageRow | AnswerRow;

/** For screen readers: the how-many-eth of how many. */
export interface RowPlace {
  readonly level: 1 | 2;
  readonly position: number;
  readonly size: number;
}

const badgeCount = 3;

export function toRows(
  { outcome, grouping, folded }: Pick<ViewState, 'outcome' | 'grouping' | 'folded'>,
  otherLabels: string,
): readonly Row[] {
  const passages = passagesOf(outcome);
  const common = findCommonLabels(passages);
  const groups = groupPassages(passages, { grouping, otherLabels });
  const answer = outcome.kind === 'answered' ? outcome.response.answer : undefined;
  const size = groups.length + (answer ? 1 : 0);
  const rows: Row[] = [];
  if (answer) {
    const labels = tellingLabels(answer.passage, common, badgeCount);
    rows.push({ kind: 'answer', key: 'answer', answer, labels, place: { level: 1, position: 1, size } });
  }
  for (const [index, group] of groups.entries()) {
    const isFolded = folded.includes(group.key);
    const { key, title, detail } = group;
    const position = index + 1 + (answer ? 1 : 0);
    const count = group.passages.length;
    rows.push({
      kind: 'group',
      key: `group ${key}`,
      title,
      detail,
      count,
      isFolded,
      place: { level: 1, position, size },
    });
    if (isFolded) continue;
    for (const [number, passage] of group.passages.entries()) {
      rows.push({
        kind: 'passage',
        key: `passage ${passage.root} ${passage.id}`,
        group: `group ${key}`,
        passage,
        labels: tellingLabels(passage, common, badgeCount),
        showsFile: grouping !== 'file',
        place: { level: 2, position: number + 1, size: count },
      });
    }
  }
  return rows;
}

export function passagesOf(outcome: Outcome): readonly FoundPassage[] {
  switch (outcome.kind) {
    case 'found':
    case 'similar':
      return outcome.response.hits;
    case 'answered':
      return outcome.response.read;
    default:
      return [];
  }
}

/** The key of a group without the prefix that tells rows apart. */
export function groupKeyOf(row: GroupRow): string {
  return row.key.slice('group '.length);
}

/** What a key does in the list: choose a row, fold a group, or leave the list upwards. */
export type ListMove =
  | { readonly kind: 'choose'; readonly key: string }
  | { readonly kind: 'fold'; readonly row: GroupRow; readonly isFolded: boolean }
  | { readonly kind: 'leave' };

const pageSize = 10;

/** As in every tree of the editor; undefined for keys that mean nothing here. */
export function moveInList(
  rows: readonly Row[],
  chosen: string | undefined,
  key: string,
): ListMove | undefined {
  const index = rows.findIndex((row) => row.key === chosen);
  const row = rows[index];
  const choose = (wanted: number): ListMove | undefined => {
    const target = rows[Math.min(Math.max(wanted, 0), rows.length - 1)];
    return target && { kind: 'choose', key: target.key };
  };
  switch (key) {
    case 'ArrowDown':
      return choose(index + 1);
    case 'ArrowUp':
      return index <= 0 ? { kind: 'leave' } : choose(index - 1);
    case 'PageDown':
      return choose(index + pageSize);
    case 'PageUp':
      return choose(index - pageSize);
    case 'Home':
      return choose(0);
    case 'End':
      return choose(rows.length - 1);
    case 'ArrowRight':
      if (row?.kind !== 'group') return undefined;
      return row.isFolded ? { kind: 'fold', row, isFolded: false } : choose(index + 1);
    case 'ArrowLeft':
      if (row?.kind === 'passage') return { kind: 'choose', key: row.group };
      return row?.kind === 'group' && !row.isFolded ? { kind: 'fold', row, isFolded: true } : undefined;
    default:
      return undefined;
  }
}
