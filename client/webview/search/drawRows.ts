// Draws the rows of the list. In: rows and texts. Out: elements with the roles of a tree; the place of a row in the
// list is in `data-row`, so that one listener on the list serves all of them.

import type { LabelSummary } from '../../../protocol/requests.ts';
import type { FoundPassage } from '../../../protocol/searchRequests.ts';
import type { SearchViewTexts } from '../../../protocol/searchViewMessages.ts';
import { element, icon } from '../element.ts';
import { fillText, percentText } from '../fillText.ts';
import type { AnswerRow, GroupRow, PassageRow, Row } from './listRows.ts';
import { cutText, shortenText, type TextMarks } from './textPieces.ts';

export function drawRow(row: Row, index: number, texts: SearchViewTexts): HTMLElement {
  const drawn = drawContent(row, texts);
  const { level, position, size } = row.place;
  drawn.id = rowId(index);
  drawn.setAttribute('role', 'treeitem');
  drawn.setAttribute('data-row', String(index));
  drawn.setAttribute('aria-level', String(level));
  drawn.setAttribute('aria-posinset', String(position));
  drawn.setAttribute('aria-setsize', String(size));
  drawn.setAttribute('aria-selected', 'false');
  return drawn;
}

export function rowId(index: number): string {
  return `row-${index}`;
}

function drawContent(row: Row, texts: SearchViewTexts): HTMLElement {
  switch (row.kind) {
    case 'group':
      return drawGroup(row);
    case 'passage':
      return drawPassage(row, texts);
    case 'answer':
      return drawAnswer(row, texts);
  }
}

function drawGroup({ title, detail, count, isFolded }: GroupRow): HTMLElement {
  return element(
    'div',
    { class: 'row group', 'aria-expanded': String(!isFolded), title: detail ? `${detail}/${title}` : title },
    icon('chevron'),
    element('span', { class: 'title' }, title),
    element('span', { class: 'detail' }, detail),
    element('span', { class: 'count' }, String(count)),
  );
}

/** So much of a text may come before its first match; more would push the match out of sight. */
const maxLead = 90;

function drawPassage(row: PassageRow, texts: SearchViewTexts): HTMLElement {
  const { passage, labels, showsFile } = row;
  const marks = { strong: passage.highlights, sentence: undefined };
  const line = fillText(texts.line, passage.line + 1);
  const facts = [
    showsFile ? `${passage.file}:${passage.line + 1}` : line,
    passage.symbol ?? passage.kind,
    passage.duplicates > 0 ? fillText(texts.duplicates, passage.duplicates) : undefined,
  ];
  return element(
    'div',
    { class: 'row passage', 'data-vscode-context': contextOf(passage) },
    drawText(passage.text, marks, 'text'),
    element(
      'div',
      { class: 'facts' },
      element('span', { class: 'where' }, facts.filter((fact) => fact !== undefined).join(' · ')),
      passage.byWords
        ? undefined
        : element('span', { class: 'badge meaning', title: texts.byMeaningTip }, texts.byMeaning),
      drawDeprecated(passage, texts),
      ...labels.map(drawLabel),
    ),
    element(
      'button',
      { class: 'similar', type: 'button', tabindex: '-1', title: texts.similar, 'aria-label': texts.similar },
      icon('similar'),
    ),
  );
}

function drawAnswer({ answer, labels }: AnswerRow, texts: SearchViewTexts): HTMLElement {
  const { passage, span, sentence, range, score } = answer;
  // A sentence that answers as a whole is marked once and not twice.
  const isPart = span.start > sentence.start || span.end < sentence.end;
  const line = (range?.start.line ?? passage.line) + 1;
  return element(
    'div',
    { class: 'row answer', 'data-vscode-context': contextOf(passage) },
    element(
      'div',
      { class: 'caption' },
      element('span', {}, texts.answer),
      element('span', { class: 'badge' }, fillText(texts.sure, percentText(score))),
    ),
    drawText(passage.text, { strong: isPart ? [span] : [], sentence }, 'text quote'),
    element(
      'div',
      { class: 'facts' },
      element('span', { class: 'where' }, `${passage.file}:${line}`),
      drawDeprecated(passage, texts),
      ...labels.map(drawLabel),
    ),
  );
}

function drawText(text: string, marks: TextMarks, className: string): HTMLElement {
  const shown = shortenText(text, marks, maxLead);
  const pieces = cutText(shown.text, shown.marks).map(({ text: piece, isStrong, isSentence }) => {
    const drawn = isStrong ? element('mark', {}, piece) : piece;
    return isSentence ? element('span', { class: 'sentence' }, drawn) : drawn;
  });
  return element('div', { class: className, title: text }, ...pieces);
}

function drawLabel({ title, probability }: LabelSummary): HTMLElement {
  const percent = percentText(probability);
  return element('span', { class: 'badge', title: `${title} ${percent}` }, title);
}

function drawDeprecated({ isDeprecated }: FoundPassage, texts: SearchViewTexts): HTMLElement | undefined {
  if (!isDeprecated) return undefined;
  return element('span', { class: 'badge deprecated', title: texts.deprecatedTip }, texts.deprecated);
}

/** What the editor's own context menu hands to its commands. */
function contextOf(passage: FoundPassage): string {
  return JSON.stringify({ webviewSection: 'passage', preventDefaultContextMenuItems: true, passage });
}
