// What the process that trains has to tell, in the words of the editor: no flags of the command line, and each language
// that we speak. In: a code with values. Out: a sentence; the type makes a missing wording a compile error.

import { EngineError } from '../../engine/errors.ts';
import {
  TrainingError,
  type TrainingMessage,
  type TrainingWording,
  trainingWords,
  wordTraining,
} from '../../engine/trainingMessages.ts';
import type { TrainingFailure } from '../../engine/trainingRun.ts';
import { messageOf } from '../guard.ts';
import { createTexts } from '../texts.ts';

export function trainingWordsIn(locale: string): TrainingWording {
  return locale === 'zh-cn' ? simplifiedChinese : english;
}

/** A run of another version of the program may have written sentences, or codes that we do not know. */
export function noteText(note: TrainingMessage | string, locale: string): string {
  return typeof note === 'string' ? note : (wordTraining(note, trainingWordsIn(locale)) ?? note.code);
}

export function failureText({ told, code, message }: TrainingFailure, locale: string): string {
  const worded = told && wordTraining(told, trainingWordsIn(locale));
  return worded ?? createTexts(locale).failure(code, message);
}

/** Of whatever was thrown on the way to a training. */
export function errorText(error: unknown, locale: string): string {
  if (error instanceof TrainingError) return noteText(error.told, locale);
  return createTexts(locale).failure(error instanceof EngineError ? error.code : undefined, messageOf(error));
}

export const english: TrainingWording = {
  ...trainingWords,
  lineNotOneLabel: ({ line, count }) =>
    `The training cannot start: line ${line} has ${count} labels in a task that takes one. Correct the label.`,
  brokeDown: ({ rate, next }) =>
    `The training broke down before the first epoch ended: the loss was no number any more. Try a smaller learning rate than ${rate}, such as ${next}.`,
  tooFewPassages: ({ count, fewest }) =>
    `There are ${count} different comments and paragraphs, too few to adapt to: at least ${fewest} are needed.`,
  passagesDamaged: () => 'The saved passages are damaged. Discard this run and start again.',
  stateOfOtherRun: () =>
    'The saved state belongs to other labels, settings or another model. Discard this run and start again.',
  stateOfOtherKind: () => 'The saved state is of another kind. Discard this run and start again.',
  stateDamaged: () => 'The saved state was cut off or changed. Discard this run and start again.',
  runOfOtherOptions: ({ folder }) =>
    `${folder} holds a training that was interrupted and has other options. Continue it or discard it.`,
  stoppedUnexpectedly: ({ reason }) =>
    `The training stopped unexpectedly: ${reason}. Choose Continue: it goes on from its last saved state. If it stops again, memory may be short: close other programs.`,
};

export const simplifiedChinese: TrainingWording = {
  emptyTexts: ({ count, file }) => `${file} 中有 ${count} 行的文本为空，不使用它们。`,
  longTexts: ({ count, file, most }) => `${file} 中有 ${count} 条文本超过 ${most} 个字符；只使用其开头。`,
  repeatedTexts: ({ count, file }) => `${file} 中有 ${count} 行重复了已有的文本；每条文本只计一次。`,
  conflictingLabels: ({ count, file, line }) =>
    `${file} 中有 ${count} 条文本在不同的行中标签不同，首次出现在第 ${line} 行；模型按比例学习。`,
  replacedIds: ({ count, file }) => `${file} 中有 ${count} 个 id 出现两次；以后一行为准。`,
  sampledRows: ({ file, most, used }) => `${file} 中的不同文本超过 ${most} 条；按内容选用其中 ${used} 条。`,
  fileEmpty: ({ file }) => `${file} 是空的。${oneObjectALine}`,
  fileOfOtherTasks: ({ file, task }) => `${file} 中没有任务 ${task} 的行。${oneObjectALine}`,
  fileOfEmptyTexts: ({ file }) => `${file} 中只有空文本。${oneObjectALine}`,
  fileMissing: ({ file }) => `${file} 不存在。请指定一个 JSON 行文件。`,
  fileIsFolder: ({ file }) => `${file} 是文件夹。请指定一个 JSON 行文件。`,
  fileUnreadable: ({ file, reason }) => `无法读取 ${file}（${reason}）。请指定一个 JSON 行文件。`,
  lineNotJson: (at) => badLine(at, '不是 JSON'),
  lineNotObject: (at) => badLine(at, '不是 JSON 对象'),
  lineValueNotText: (at) => badLine(at, `的 "${at.key}" 不是字符串`),
  lineWithoutText: (at) => badLine(at, '没有 "text"'),
  lineWithoutLabels: (at) => badLine(at, '既没有 "labels" 也没有 "label"'),
  lineLabelNotName: (at) => badLine(at, '有一个标签不是名称'),
  lineLabelTooLong: (at) => badLine(at, `有一个标签超过 ${at.most} 个字符`),
  lineLabelUnknown: ({ file, line, label, known }) =>
    `${file} 第 ${line} 行的标签“${label}”不在 ${known} 之中。请更正此标签，或在训练文件中加入这样的文本。`,
  lineNotOneLabel: ({ line, count }) =>
    `无法开始训练：第 ${line} 行有 ${count} 个标签，而此任务只取一个。请更正标签。`,
  noLabelAtAll: () => '无法开始训练：没有任何文本带有标签。请添加标签。',
  tooManyLabels: ({ count }) =>
    `无法开始训练：有 ${count} 个不同的标签。请检查 "labels" 中是名称而不是文本。`,
  oneLabelOnly: ({ label }) =>
    `无法开始训练：所有文本的标签都是“${label}”，没有可区分的内容。请添加带有其他标签或不带标签的文本。`,
  tooFewTexts: ({ count }) => `无法开始训练：只有 ${count} 条不同的文本。请再标注一些。`,
  taskWithoutLabels: ({ task }) => `模型的任务“${task}”不给出标签。请为新任务另选名称。`,
  badTaskName: ({ task }) => `“${task}”不能作为任务名称。请使用字母、数字、_ 和 -，最多 60 个字符。`,
  brokeDown: ({ rate, next }) =>
    `训练在第一轮结束之前崩溃：损失不再是数字。请使用小于 ${rate} 的学习率，例如 ${next}。`,
  tokenizerLacksMarks: () => '无法适应此模型：其分词器缺少 [MASK]、[CLS] 或 [SEP]。请选择另一个模型。',
  tooFewPassages: ({ count, fewest }) =>
    `只有 ${count} 个不同的注释和段落，不足以适应：至少需要 ${fewest} 个。`,
  passagesDamaged: () => '保存的段落已损坏。请放弃此次训练并重新开始。',
  stateOfOtherRun: () => '保存的状态属于其他标签、设置或另一个模型。请放弃此次训练并重新开始。',
  stateOfOtherKind: () => '保存的状态属于另一种类型。请放弃此次训练并重新开始。',
  stateDamaged: () => '保存的状态不完整或已被更改。请放弃此次训练并重新开始。',
  runOfOtherOptions: ({ folder }) => `${folder} 中有一个选项不同的中断的训练。请继续或放弃它。`,
  runMissing: ({ folder }) => `${folder} 中没有训练。`,
  runBusy: ({ folder }) => `另一个进程正在 ${folder} 中训练。请等待它结束，或在那里取消它。`,
  outputExists: ({ folder }) => `${folder} 已存在，不会替换任何内容。请选择另一个文件夹或删除它。`,
  diskFull: ({ file }) => unwritten(file, '磁盘已满。请释放一些空间并重新开始'),
  quotaUsedUp: ({ file }) => unwritten(file, '您的磁盘配额已用完。请释放一些空间并重新开始'),
  writingForbidden: ({ file }) => unwritten(file, '请检查其文件夹的权限'),
  diskReadOnly: ({ file }) => unwritten(file, '磁盘是只读的。请选择另一个位置'),
  stoppedUnexpectedly: ({ reason }) =>
    `训练意外停止：${reason}。请选择“继续”：它会从最后保存的状态继续。如果再次停止，可能是内存不足：请关闭其他程序。`,
};

const oneObjectALine = '每行应为一个 JSON 对象：{"text": "…", "labels": ["…"]}。';

function badLine({ file, line }: { readonly file: string; readonly line: number }, reason: string): string {
  return `${file} 第 ${line} 行${reason}。一行应为 {"text": "…", "labels": ["…"]}，如有上下文则加上 "context"。`;
}

function unwritten(file: string, advice: string): string {
  return `无法写入 ${file}。${advice}；之前保存的内容是完整的。`;
}
