// Where special tokens stand around one text and around a pair: `[CLS] A [SEP]`, `[CLS] A [SEP] B [SEP]`.

/** One place of a template: a special token, or all tokens of the first or second text. */
export type TemplateItem =
  | { readonly kind: 'special'; readonly id: number; readonly typeId: number }
  | { readonly kind: 'text'; readonly text: 0 | 1; readonly typeId: number };

export interface SpecialTokenTemplate {
  readonly single: readonly TemplateItem[];
  readonly pair: readonly TemplateItem[];
}

/** What BERT and ALBERT use. */
export function createBertTemplate(ids: {
  readonly clsId: number;
  readonly sepId: number;
}): SpecialTokenTemplate {
  const cls: TemplateItem = { kind: 'special', id: ids.clsId, typeId: 0 };
  const sep = (typeId: number): TemplateItem => ({ kind: 'special', id: ids.sepId, typeId });
  const text = (index: 0 | 1): TemplateItem => ({ kind: 'text', text: index, typeId: index });
  return { single: [cls, text(0), sep(0)], pair: [cls, text(0), sep(0), text(1), sep(1)] };
}

/** No special tokens at all. */
export const bareTemplate: SpecialTokenTemplate = {
  single: [{ kind: 'text', text: 0, typeId: 0 }],
  pair: [
    { kind: 'text', text: 0, typeId: 0 },
    { kind: 'text', text: 1, typeId: 1 },
  ],
};

/** How many special tokens a template adds. */
export function countSpecialTokens(items: readonly TemplateItem[]): number {
  return items.filter((item) => item.kind === 'special').length;
}
