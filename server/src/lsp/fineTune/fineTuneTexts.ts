// What the server says about labels, trainings and models, in each language we speak. In: the locale of the client's
// texts. Out: sentences; the type makes a missing translation a compile error.

import type { WorseReason } from '../../engine/adaptationMeasure.ts';
import type { TrainingMessage } from '../../engine/trainingMessages.ts';
import type { TrainingFailure } from '../../engine/trainingRun.ts';
import { errorText, failureText, noteText } from './trainingWords.ts';

export interface FineTuneTexts extends Sentences {
  /** What the process that trains noticed. */
  note(note: TrainingMessage): string;
  /** Why it stopped. */
  failure(end: TrainingFailure): string;
  /** What was thrown around it. */
  error(error: unknown): string;
}

interface Sentences {
  readonly noLabels: string;
  tooFewLabels(count: number, fewest: number): string;
  readonly oneLabelOnly: string;
  fewLabels(count: number, test: number): string;
  rareLabels(titles: readonly string[]): string;
  unlabelledRows(count: number): string;
  ambiguousRows(count: number): string;
  conflictingRows(count: number): string;
  readonly unevenLabels: string;
  readonly notPossible: string;
  readonly noFolder: string;
  noTask(name: string): string;
  readonly noTaskNamed: string;
  readonly noFolderNamed: string;
  readonly alreadyTraining: string;
  readonly nothingRuns: string;
  readonly nothingToContinue: string;
  readonly nothingTrained: string;
  /** What got worse by an adaptation, as a sentence. */
  worse(reason: WorseReason): string;
  diverged(epoch: number): string;
  stoppedEarly(epoch: number): string;
  tooFewPassages(count: number, fewest: number): string;
  repeatedPassages(count: number): string;
  leftOutPassages(count: number): string;
  readonly otherProcess: string;
  readonly speedUnknown: string;
  noSuchModel(name: string): string;
  readonly modelInUse: string;
  readonly nothingToRollBack: string;
  readonly shippedModel: string;
}

export function createFineTuneTexts(locale: string): FineTuneTexts {
  return {
    ...(locale === 'zh-cn' ? simplifiedChinese : english),
    note: (note) => noteText(note, locale),
    failure: (end) => failureText(end, locale),
    error: (error) => errorText(error, locale),
  };
}

const english: Sentences = {
  noLabels: 'Nobody has labelled anything for this task yet.',
  tooFewLabels: (count, fewest) =>
    `${count} texts are labelled; at least ${fewest} are needed. Label a few more.`,
  oneLabelOnly:
    'All texts have the same label, so there is nothing to tell apart. Label texts of another kind.',
  fewLabels: (count, test) =>
    `${count} labelled texts are few: what is measured on ${test} of them can be off by a lot.`,
  rareLabels: (titles) => `Fewer than 5 texts: ${titles.join(', ')}. The model will hardly learn these.`,
  unlabelledRows: (count) =>
    `${count} texts were said to have none of the labels. They are left out, as this task has exactly one label.`,
  ambiguousRows: (count) => `${count} texts have several labels in a task that takes one; the first counts.`,
  conflictingRows: (count) =>
    `${count} texts were labelled differently by different people. They are left out until somebody decides.`,
  unevenLabels:
    'The most frequent label has ten times as many texts as the rarest. More of the rare ones help most.',
  notPossible: 'This editor cannot train models with this server.',
  noFolder: 'Open a folder first: labels and models belong to a workspace.',
  noTask: (name) => `There is no task ${name} to train. Choose one of those that the labels are about.`,
  noTaskNamed: 'No task was named.',
  noFolderNamed: 'No folder was named.',
  alreadyTraining: 'A training is running in this window. Wait for it, or cancel it.',
  nothingRuns: 'No training is running.',
  nothingToContinue: 'There is no interrupted training to go on with.',
  nothingTrained: 'Train a model first; the curve is about its labels.',
  worse(reason) {
    switch (reason.kind) {
      case 'words':
        return 'Hidden words are guessed no better.';
      case 'search':
        return `Comments are found worse by the name of what they document: mean reciprocal rank ${rank(reason.before)}, now ${rank(reason.after)}.`;
      case 'labels':
        return `Your labels of ${reason.task} are met less often: macro F1 ${hundredths(reason.before)}, now ${hundredths(reason.after)}.`;
      case 'decisions':
        return `${Math.round(100 * reason.changed)} % of the decisions about ${reason.task} would change, and no label of yours tells which are right. Label some texts of that task, then adapt again.`;
    }
  },
  diverged: (epoch) =>
    `The loss stopped being a number. The model is that of epoch ${epoch}, the last good one. To get further, train again with half the learning rate.`,
  stoppedEarly: (epoch) =>
    `More epochs made it no better on held-back texts, so training ended early. The model is that of epoch ${epoch}.`,
  tooFewPassages: (count, fewest) =>
    `This workspace has ${count} different comments and paragraphs; at least ${fewest} are needed to adapt to them.`,
  repeatedPassages: (count) => `${count} passages say word for word what another one says; each counts once.`,
  leftOutPassages: (count) =>
    `The workspace has ${count} passages more than a few minutes allow; a sample was drawn.`,
  speedUnknown: 'The training ended before its speed was known.',
  otherProcess: 'Another process is still training here. Wait for it to end, then continue.',
  noSuchModel: (name) => `There is no model ${name} any more.`,
  modelInUse: 'This model is in use. Roll back or use another one first.',
  nothingToRollBack: 'No other model was used here before.',
  shippedModel: 'the model that comes with Marginalia',
};

const simplifiedChinese: Sentences = {
  noLabels: '还没有人为此任务标注任何内容。',
  tooFewLabels: (count, fewest) => `已标注 ${count} 条文本；至少需要 ${fewest} 条。请再标注一些。`,
  oneLabelOnly: '所有文本的标签都相同，没有可区分的内容。请标注其他类型的文本。',
  fewLabels: (count, test) => `已标注 ${count} 条文本，数量较少：用其中 ${test} 条测得的结果可能偏差很大。`,
  rareLabels: (titles) => `少于 5 条文本：${titles.join('、')}。模型几乎学不会这些标签。`,
  unlabelledRows: (count) =>
    `有 ${count} 条文本被认为不属于任何标签。此任务恰好需要一个标签，因此不使用它们。`,
  ambiguousRows: (count) => `有 ${count} 条文本在单标签任务中有多个标签；以第一个为准。`,
  conflictingRows: (count) => `有 ${count} 条文本被不同的人标注得不一致。在有人决定之前不使用它们。`,
  unevenLabels: '最常见的标签的文本数是最少见的十倍。多标注少见的标签最有帮助。',
  notPossible: '此编辑器无法用此服务器训练模型。',
  noFolder: '请先打开一个文件夹：标签和模型属于工作区。',
  noTask: (name) => `没有可训练的任务 ${name}。请选择标签所属的任务。`,
  noTaskNamed: '没有指定任务。',
  noFolderNamed: '没有指定文件夹。',
  alreadyTraining: '此窗口正在进行训练。请等待或取消它。',
  nothingRuns: '没有正在进行的训练。',
  nothingToContinue: '没有可以继续的中断的训练。',
  nothingTrained: '请先训练一个模型；曲线与它的标签有关。',
  worse(reason) {
    switch (reason.kind) {
      case 'words':
        return '被遮住的词猜得没有更准。';
      case 'search':
        return `按所说明的名称查找注释变差了：平均倒数排名原为 ${rank(reason.before)}，现为 ${rank(reason.after)}。`;
      case 'labels':
        return `与你们的 ${reason.task} 标签的一致程度下降了：宏 F1 原为 ${hundredths(reason.before)}，现为 ${hundredths(reason.after)}。`;
      case 'decisions':
        return `关于 ${reason.task} 的判断有 ${Math.round(100 * reason.changed)}% 会改变，而没有你们的标签能说明哪些是对的。请先为该任务标注一些文本，再重新适应。`;
    }
  },
  diverged: (epoch) =>
    `损失不再是数字。模型取自第 ${epoch} 轮，即最后一个正常的轮次。若要继续提高，请以一半的学习率重新训练。`,
  stoppedEarly: (epoch) => `更多轮次在留出的文本上没有改进，因此训练提前结束。模型取自第 ${epoch} 轮。`,
  tooFewPassages: (count, fewest) =>
    `此工作区有 ${count} 个不同的注释和段落；至少需要 ${fewest} 个才能适应。`,
  repeatedPassages: (count) => `有 ${count} 个段落与其他段落逐字相同；每个只计一次。`,
  leftOutPassages: (count) => `工作区另有 ${count} 个段落，超出几分钟所能处理的数量；因此只抽取了样本。`,
  speedUnknown: '训练在测得速度之前就结束了。',
  otherProcess: '另一个进程仍在此处训练。请等它结束后再继续。',
  noSuchModel: (name) => `模型 ${name} 已不存在。`,
  modelInUse: '此模型正在使用。请先回退或改用其他模型。',
  nothingToRollBack: '此处之前没有使用过其他模型。',
  shippedModel: 'Marginalia 自带的模型',
};

function rank(value: number): string {
  return value.toFixed(3);
}

/** As all rates are told: `0.8312` is `83.1`. */
function hundredths(value: number): string {
  return (100 * value).toFixed(1);
}
