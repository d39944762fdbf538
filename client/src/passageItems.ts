// The rows of the list of a file's labels. In: the server's answer. Out: label, description and detail of each
// row, plain data. Pure, so that it can be tested without an editor.

import type {
  LabelFileResult,
  LabelSummary,
  PassageSummary,
  ProtocolRange,
} from '../../protocol/requests.ts';

export interface PassageItem {
  /** The labels, as they are what the user asked for: `Summary 93 % · Design debt 87 %`. */
  readonly label: string;
  /** `line 12 · Doc comment · parse`. */
  readonly description: string;
  readonly detail: string;
  readonly range: ProtocolRange;
}

export interface PassageItemTexts {
  line(number: number): string;
  readonly noLabels: string;
}

export function toPassageItems(result: LabelFileResult, texts: PassageItemTexts): readonly PassageItem[] {
  return result.passages.map((passage) => toItem(passage, texts));
}

function toItem(passage: PassageSummary, texts: PassageItemTexts): PassageItem {
  const parts = [texts.line(passage.range.start.line + 1), passage.kind, passage.symbol];
  return {
    label: passage.labels.length > 0 ? passage.labels.map(toText).join(' · ') : texts.noLabels,
    description: parts.filter((part) => part !== undefined).join(' · '),
    // Icons would be drawn for `$(name)` in a comment's own text.
    detail: passage.text.replaceAll('$(', '$\u200b('),
    range: passage.range,
  };
}

function toText({ title, probability }: LabelSummary): string {
  const percent = Math.round(probability * 100);
  if (percent >= 100) return `${title} > 99 %`;
  return percent < 1 ? `${title} < 1 %` : `${title} ${percent} %`;
}
