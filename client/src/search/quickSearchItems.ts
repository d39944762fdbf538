// The rows of the search in the quick pick. In: passages that were found. Out: label and detail of
// each row, plain data. Pure, so that it can be tested without an editor.

import type { FoundPassage } from '../../../protocol/searchRequests.ts';

export interface QuickSearchItem {
  /** The text around the first match, on one line. */
  readonly label: string;
  /** `src/retry.ts:12 · retry · Rationale`. */
  readonly detail: string;
  readonly alwaysShow: true;
  readonly passage: FoundPassage;
}

const labelLength = 90;
const lead = 30;

export function toQuickSearchItems(passages: readonly FoundPassage[]): readonly QuickSearchItem[] {
  return passages.map((passage) => ({
    label: withoutIcons(beginNearMatch(passage)),
    detail: withoutIcons(
      [
        `${passage.file}:${passage.line + 1}`,
        passage.symbol ?? passage.kind,
        ...passage.labels.slice(0, 3).map((label) => label.title),
      ].join(' · '),
    ),
    // The server has chosen; the editor's own filter would take away what matches by meaning.
    alwaysShow: true,
    passage,
  }));
}

function beginNearMatch({ text, highlights }: FoundPassage): string {
  const line = text.replace(/\s/g, ' ');
  const first = highlights[0]?.start ?? 0;
  const space = first > lead ? line.indexOf(' ', first - lead) + 1 : 0;
  const start = space > 0 && space <= first ? space : 0;
  const shown = line.slice(start, start + labelLength).trim();
  return `${start > 0 ? '… ' : ''}${shown}${start + labelLength < line.length ? ' …' : ''}`;
}

/** Icons would be drawn for `$(name)` in a comment's own text. */
function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
