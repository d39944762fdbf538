// Every sentence that the server shows to a person, in each language we speak. In: the client's locale.
// Out: functions and strings; the type makes a missing translation a compile error.

import type { EngineErrorCode } from '../engine/errors.ts';
import type { FindingCode } from '../engine/findings/finding.ts';
import type { LabelStoreError, LabelStoreErrorCode } from '../engine/labelling/labelStore.ts';
import type { QueueReason } from '../engine/labelling/nextBest.ts';
import type { LocalizedText } from '../engine/labels/task.ts';
import type { PassageKind } from '../engine/passages/passage.ts';

/** Why there is a finding: a label of the model with its percentage, a label of a person, or a doc tag. */
export type FindingEvidence =
  | { readonly kind: 'label'; readonly title: string; readonly percent: string }
  /** The name may be empty. */
  | { readonly kind: 'person'; readonly title: string; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string };

export interface Texts {
  /** VS Code locale that these texts are in. */
  readonly locale: string;
  readonly kinds: Readonly<Record<PassageKind, string>>;
  documents(symbolKind: string, name: string): string;
  layers(depth: number): string;
  /** As many as a text needs, from the first number on. */
  layersUpTo(fewest: number, most: number): string;
  /** No label of a task reaches its threshold; `nearest` is the likeliest one with its percentage. */
  noLabel(nearest: string): string;
  readonly modelLoading: string;
  readonly modelOff: string;
  /** What is wrong and what to do; English messages of the engine are kept, as they name files and numbers. */
  failure(code: EngineErrorCode | undefined, message: string): string;
  modelFailed(reason: string): string;
  /** The message that is shown once when a model does not load. */
  modelFailedNotice(reason: string): string;
  readonly retry: string;
  readonly openSettings: string;
  /** Undefined: the finding's own message is already in this language. */
  findingMessage(code: FindingCode, evidence: FindingEvidence): string | undefined;
  ignoreLine(code: string): string;
  ignoreComment(code: string): string;
  ignoreFile(code: string): string;
  ignoreFolder(code: string): string;
  readonly ignoreWholeFile: string;
  readonly switchedOff: string;
  tooLarge(sizeKB: number, limitKB: number): string;
  readonly noPassages: string;
  /** Said instead of a summary. */
  noSummary(reason: string): string;
  readonly documentNotOpen: string;
  /** Title of the lens above a comment. */
  readonly findSimilar: string;
  /** `name` may be empty; `date` is `2026-11-27` or undefined. */
  labelledBy(name: string, date: string | undefined): string;
  /** A person said that no label of a task fits. */
  readonly noneOfThem: string;
  readonly labelRight: string;
  readonly labelWrong: string;
  confirmLabel(title: string): string;
  /** What a person says to dismiss a finding: `Not debt`. */
  readonly notFinding: Readonly<Record<FindingCode, string>>;
  readonly stillAccurate: string;
  /** Said in a hover where somebody found the comment accurate and its code is still the same. */
  readonly foundAccurate: string;
  readonly noLabelFolder: string;
  readonly noPassageHere: string;
  readonly noCodeHere: string;
  readonly nothingToUndo: string;
  readonly conflictGone: string;
  brokenLabelLine(line: number): string;
  readonly labelConflict: string;
  readonly labelNearDuplicate: string;
  labelMistake(suggested: string): string;
  noSuchTask(name: string): string;
  /** Why a passage is asked about now. */
  readonly queueReasons: Readonly<Record<QueueReason, string>>;
  brokenTasks(location: string, reason: string): string;
  labelProblem(error: LabelStoreError): string;
}

/** Texts for `zh-cn`, `zh-Hans`, `zh`; English for everybody else. */
export function createTexts(locale: string | undefined): Texts {
  const wanted = (locale ?? 'en').toLowerCase();
  return /^zh(-(cn|sg|hans.*))?$/.test(wanted) ? simplifiedChinese : english;
}

/** `localize({ en: 'Usage', 'zh-cn': '用法' }, 'zh-cn')` is `'用法'`; a missing locale falls back to English. */
export function localize(text: LocalizedText, locale: string): string {
  return text[locale] ?? text[locale.split('-')[0] ?? 'en'] ?? text.en;
}

/** A calibrated probability for people; never claims certainty: `0.997` is `> 99 %`. */
export function toPercent(probability: number): string {
  const percent = Math.round(probability * 100);
  if (percent >= 100) return '> 99 %';
  return percent < 1 ? '< 1 %' : `${percent} %`;
}

const english: Texts = {
  locale: 'en',
  kinds: {
    line: 'Line comment',
    block: 'Block comment',
    doc: 'Doc comment',
    docstring: 'Docstring',
    heading: 'Heading',
    paragraph: 'Paragraph',
    listItem: 'List item',
    tableRow: 'Table row',
  },
  documents: (symbolKind, name) => `documents ${symbolKind} ${name}`,
  layers: (depth) => (depth === 1 ? '1 layer' : `${depth} layers`),
  layersUpTo: (fewest, most) => (fewest === most ? english.layers(most) : `${fewest} to ${most} layers`),
  noLabel: (nearest) => `no label is likely enough (nearest: ${nearest})`,
  modelLoading: 'The model is still loading; labels appear when it is ready.',
  modelOff: 'No model is loaded.',
  failure: (_code, message) => message,
  modelFailed: (reason) => `No labels, because the model did not load. ${reason}`,
  modelFailedNotice: (reason) => `Marginalia has no model and shows no labels. ${reason}`,
  retry: 'Try Again',
  openSettings: 'Open Settings',
  findingMessage: () => undefined,
  ignoreLine: (code) => `Ignore ${code} on this line`,
  ignoreComment: (code) => `Ignore ${code} in this comment`,
  ignoreFile: (code) => `Ignore ${code} in this file`,
  ignoreFolder: (code) => `Ignore ${code} in this workspace folder`,
  ignoreWholeFile: 'Leave this file out (.marginaliaignore)',
  switchedOff: 'Marginalia is switched off for this file (setting marginalia.enable).',
  tooLarge: (sizeKB, limitKB) =>
    `The file has ${sizeKB} KB, more than the ${limitKB} KB of the setting marginalia.files.maxSizeKB.`,
  noPassages: 'There are no comments or paragraphs in this file.',
  noSummary: (reason) => `No summary, because the model did not load. ${reason}`,
  documentNotOpen: 'The file is not open, or its language is not supported.',
  findSimilar: 'Find similar',
  labelledBy: (name, date) => `labelled by ${name || 'your team'}${date ? ` on ${date}` : ''}`,
  noneOfThem: 'none of them,',
  labelRight: 'Right',
  labelWrong: 'Wrong: it is…',
  confirmLabel: (title) => `Right: ${title}`,
  notFinding: {
    debt: 'Not debt',
    'commented-out-code': 'Not switched-off code',
    'deprecated-without-alternative': 'Fine without an alternative',
  },
  stillAccurate: 'Still accurate',
  foundAccurate: 'Found accurate; nothing is reported until the code changes.',
  noLabelFolder: 'Labels are kept in a workspace folder on a disk. Open the folder that this file lies in.',
  noPassageHere: 'There is no comment or paragraph here.',
  noCodeHere: 'No code stands next to this comment, so nothing can be compared with it.',
  nothingToUndo: 'There is no label to take back.',
  conflictGone: 'This conflict was decided meanwhile.',
  brokenLabelLine: (line) => `Line ${line} is no label`,
  labelConflict: 'People labelled this text differently',
  labelNearDuplicate: 'Almost the same text, labelled differently',
  labelMistake: (suggested) => `Probably a mistake: the other labels say ${suggested}`,
  noSuchTask: (name) => `There is no task ${name}.`,
  queueReasons: {
    seed: 'one of the first, far from the others',
    uncertain: 'the model is not sure',
    disagreement: 'the model contradicts what people said about similar comments',
    unexplored: 'nothing like it is labelled yet',
  },
  brokenTasks: (location, reason) => `Tasks beside ${location} were left out, because ${reason}.`,
  labelProblem: (error) => error.message,
};

const simplifiedChinese: Texts = {
  locale: 'zh-cn',
  kinds: {
    line: '行注释',
    block: '块注释',
    doc: '文档注释',
    docstring: '文档字符串',
    heading: '标题',
    paragraph: '段落',
    listItem: '列表项',
    tableRow: '表格行',
  },
  documents: (symbolKind, name) => `说明${chineseSymbolKinds[symbolKind] ?? ` ${symbolKind}`} ${name}`,
  layers: (depth) => `${depth} 层`,
  layersUpTo: (fewest, most) => (fewest === most ? `${most} 层` : `${fewest} 至 ${most} 层`),
  noLabel: (nearest) => `没有足够可能的标签（最接近：${nearest}）`,
  modelLoading: '模型仍在加载；加载完成后会显示标签。',
  modelOff: '未加载模型。',
  failure: (code, message) => (code ? `${chineseAdvice[code]}（${message}）` : message),
  modelFailed: (reason) => `没有标签，因为模型未能加载。${reason}`,
  modelFailedNotice: (reason) => `Marginalia 没有模型，无法显示标签。${reason}`,
  retry: '重试',
  openSettings: '打开设置',
  findingMessage: (code, evidence) => {
    const statement = {
      debt: '此注释承认有未完成或临时的工作',
      'commented-out-code': '此注释是被停用的代码；版本控制会记住它',
      'deprecated-without-alternative': '此处说明某物已弃用，但没有说明该用什么代替',
    }[code];
    const reason =
      evidence.kind === 'tag'
        ? `带有标记 ${evidence.name}`
        : evidence.kind === 'person'
          ? `${evidence.title}，由${evidence.name || '你的团队'}标注`
          : `${evidence.title}，把握 ${evidence.percent}`;
    return `${statement}（${reason}）。`;
  },
  ignoreLine: (code) => `在此行忽略 ${code}`,
  ignoreComment: (code) => `在此注释中忽略 ${code}`,
  ignoreFile: (code) => `在此文件中忽略 ${code}`,
  ignoreFolder: (code) => `在此工作区文件夹中忽略 ${code}`,
  ignoreWholeFile: '排除此文件（.marginaliaignore）',
  switchedOff: '此文件已关闭 Marginalia（设置 marginalia.enable）。',
  tooLarge: (sizeKB, limitKB) =>
    `文件大小为 ${sizeKB} KB，超过设置 marginalia.files.maxSizeKB 的 ${limitKB} KB。`,
  noPassages: '此文件中没有注释或段落。',
  noSummary: (reason) => `没有摘要，因为模型未能加载。${reason}`,
  documentNotOpen: '文件未打开，或不支持其语言。',
  findSimilar: '查找相似内容',
  labelledBy: (name, date) => `由${name || '你的团队'}${date ? `于 ${date} ` : ''}标注`,
  noneOfThem: '均不适用，',
  labelRight: '正确',
  labelWrong: '错误：应为…',
  confirmLabel: (title) => `正确：${title}`,
  notFinding: {
    debt: '不是债务',
    'commented-out-code': '不是停用的代码',
    'deprecated-without-alternative': '无需替代项',
  },
  stillAccurate: '仍然准确',
  foundAccurate: '已确认准确；在代码更改之前不再报告。',
  noLabelFolder: '标签保存在磁盘上的工作区文件夹中。请打开此文件所在的文件夹。',
  noPassageHere: '此处没有注释或段落。',
  noCodeHere: '此注释旁没有代码，无法与之比较。',
  nothingToUndo: '没有可撤销的标签。',
  conflictGone: '此冲突已被解决。',
  brokenLabelLine: (line) => `第 ${line} 行不是标签`,
  labelConflict: '人们对此文本的标注不同',
  labelNearDuplicate: '文本几乎相同，但标注不同',
  labelMistake: (suggested) => `可能有误：其他标签表明应为 ${suggested}`,
  noSuchTask: (name) => `没有名为 ${name} 的任务。`,
  queueReasons: {
    seed: '首批之一，与其他内容相距较远',
    uncertain: '模型不确定',
    disagreement: '模型与人们对相似注释的标注相矛盾',
    unexplored: '尚无相似内容被标注',
  },
  brokenTasks: (location, reason) => `${location} 旁的任务未被采用，原因：${reason}。`,
  labelProblem: ({ code, location, detail }) => `${chineseLabelProblems[code](location)}（${detail}）`,
};

const chineseLabelProblems: Readonly<Record<LabelStoreErrorCode, (location: string) => string>> = {
  unreadable: (location) => `无法读取 ${location} 中的标签；请检查文件及其权限。`,
  unwritable: (location) => `标签未保存：无法写入 ${location}；请检查权限和可用空间，然后重试。`,
  busy: (location) => `标签未保存：另一个程序正在写入 ${location}；请稍后重试。`,
};

const chineseAdvice: Readonly<Record<EngineErrorCode, string>> = {
  modelMissing: '找不到完整的模型；请在设置 marginalia.model.path 中选择模型文件夹，或重新下载模型。',
  modelCorrupt: '模型文件已损坏；请重新下载，或在设置 marginalia.model.path 中选择另一个模型文件夹。',
  modelUnsupported: '不支持此模型；请在设置 marginalia.model.path 中选择另一个 ALBERT 模型文件夹。',
  taskUnknown: '模型没有此任务；请选择另一个模型。',
  runtimeUnavailable: '模型的运行环境意外停止或无法加载；请重试，或将设置 marginalia.threads 设为 1。',
  storageUnavailable: '无法写入或读取搜索索引；请检查磁盘空间和文件夹权限，或换一个文件夹。',
  invalidArgument: '模型不接受此请求；请报告此问题。',
};

/** Kinds of symbols that extraction knows; another one is shown by its own name. */
const chineseSymbolKinds: Readonly<Record<string, string>> = {
  class: '类',
  constant: '常量',
  constructor: '构造函数',
  enum: '枚举',
  field: '字段',
  function: '函数',
  index: '索引',
  interface: '接口',
  macro: '宏',
  method: '方法',
  module: '模块',
  namespace: '命名空间',
  property: '属性',
  rule: '规则',
  section: '小节',
  struct: '结构体',
  table: '表',
  target: '目标',
  trigger: '触发器',
  type: '类型',
  union: '联合体',
  variable: '变量',
  view: '视图',
};
