// Why a label is suggested, in each language we speak. In: the locale of the client's texts. Out: sentences.

export interface SuggestionTexts {
  /** Short: beside a label in a list. */
  readonly codeShape: string;
  byWord(word: string): string;
  readonly byShape: string;
  byRemoval(commit: { readonly id: string; readonly day: string; readonly subject: string }): string;
  byChanges(count: number): string;
  readonly nothingFound: string;
}

export function createSuggestionTexts(locale: string): SuggestionTexts {
  return locale === 'zh-cn' ? simplifiedChinese : english;
}

const english: SuggestionTexts = {
  codeShape: 'its lines',
  byWord: (word) => `it says “${word}”, and the model disagrees`,
  byShape: 'its lines look like code, and the model disagrees',
  byRemoval: ({ id, day, subject }) => `removed on ${day} in ${id}: ${subject}`,
  byChanges: (count) => `its code changed in ${count} commits since`,
  nothingFound:
    'No label is suggested here: rules and model agree, and the history of git tells nothing that is not labelled.',
};

const simplifiedChinese: SuggestionTexts = {
  codeShape: '其各行的样式',
  byWord: (word) => `含有“${word}”，而模型的判断不同`,
  byShape: '各行看起来像代码，而模型的判断不同',
  byRemoval: ({ id, day, subject }) => `于 ${day} 在 ${id} 中删除：${subject}`,
  byChanges: (count) => `此后其代码在 ${count} 次提交中有改动`,
  nothingFound: '此处没有建议的标签：规则与模型一致，且 git 历史中没有尚未标注的线索。',
};
