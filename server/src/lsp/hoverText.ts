// What a hover says about one passage. In: the passage, its labels if the model has given them, the model's
// state. Out: Markdown, or plain text for clients that show nothing else.

import { type MarkupContent, MarkupKind } from 'vscode-languageserver';
import type { Depth, ModelInfo } from '../engine/engine.ts';
import type { LabelScores, TaskLabel, TaskSet } from '../engine/labels/task.ts';
import type { Passage } from '../engine/passages/passage.ts';
import type { ModelState } from './engineHolder.ts';
import { findClassification } from './findClassification.ts';
import { escapeMarkdown, inlineCode } from './markdownText.ts';
import type { TeamLabelled } from './teamLabels.ts';
import { localize, type Texts, toPercent } from './texts.ts';

export interface HoverInput {
  readonly passage: Passage;
  /** Absent while the model has not answered. */
  readonly labelled: TeamLabelled | undefined;
  readonly modelState: ModelState;
  /** Depth from the settings; undefined: the model's own. */
  readonly depth: Depth | undefined;
  readonly texts: Texts;
  /** Links of trusted Markdown, with which a person says what is right; empty for other clients. */
  readonly links: readonly string[];
}

/** How the parts of a hover are written: in Markdown, or bare. */
interface Format {
  strong(text: string): string;
  faint(text: string): string;
  code(text: string): string;
  plain(text: string): string;
}

const markdown: Format = {
  strong: (text) => `**${escapeMarkdown(text)}**`,
  faint: (text) => `*${escapeMarkdown(text)}*`,
  code: inlineCode,
  plain: escapeMarkdown,
};

const bare: Format = { strong: same, faint: same, code: same, plain: same };

export function toHoverContent(input: HoverInput, kind: MarkupKind): MarkupContent {
  const format = kind === MarkupKind.Markdown ? markdown : bare;
  const blocks = [
    titleLine(input, format),
    ...labelBlock(input, format),
    accurateLine(input, format),
    kind === MarkupKind.Markdown ? input.links.join(' · ') : '',
    modelLine(input, format),
  ];
  return { kind, value: blocks.filter((block) => block !== '').join('\n\n') };
}

/** `**Doc comment** · documents function `parse``. */
function titleLine({ passage, texts }: HoverInput, format: Format): string {
  const kind = format.strong(texts.kinds[passage.kind]);
  const symbol = passage.symbol;
  if (symbol) return `${kind} · ${texts.documents(format.plain(symbol.kind), format.code(symbol.name))}`;
  if (passage.section.length > 0) return `${kind} · ${passage.section.map(format.plain).join(' › ')}`;
  return kind;
}

function labelBlock({ labelled, modelState, texts }: HoverInput, format: Format): string[] {
  switch (modelState.kind) {
    case 'idle':
      return [format.plain(texts.modelOff)];
    case 'loading':
      return [format.plain(texts.modelLoading)];
    case 'failed':
      return [format.plain(texts.modelFailed(texts.failure(modelState.code, modelState.message)))];
    case 'ready': {
      const lines = (labelled?.scores ?? []).flatMap((scores) =>
        taskLines(scores, labelled, modelState.info.tasks, texts, format),
      );
      lines.push(...teamOnlyLines(labelled, modelState.info.tasks, texts, format));
      return lines.length > 0 ? [lines.join('\n')] : [];
    }
  }
}

/** One line per predicted label: `- purpose: **Summary** 93 % — Says in short what the code does.` */
function taskLines(
  scores: LabelScores,
  labelled: TeamLabelled | undefined,
  tasks: TaskSet,
  texts: Texts,
  format: Format,
): string[] {
  const task = findClassification(tasks, scores.task);
  if (!task) return [];
  const head = `- ${format.plain(task.name)}: `;
  const author = authorOf(labelled, scores.task, texts);
  const title = (label: TaskLabel) => localize(label.title, texts.locale);
  const predicted = scores.predicted.flatMap((name) => {
    const index = task.labels.findIndex((label) => label.name === name);
    const label = task.labels[index];
    if (!label) return [];
    const percent = format.plain(author ?? toPercent(scores.probabilities[index] ?? 0));
    const description = format.plain(localize(label.description, texts.locale));
    return [`${head}${format.strong(title(label))} ${percent} — ${description}`];
  });
  if (predicted.length > 0) return predicted;
  if (author !== undefined) return [`${head}${format.plain(`${texts.noneOfThem} ${author}`)}`];
  const nearest = indexOfGreatest(scores.probabilities);
  const label = task.labels[nearest];
  if (!label) return [];
  const text = `${title(label)} ${toPercent(scores.probabilities[nearest] ?? 0)}`;
  return [`${head}${format.plain(texts.noLabel(text))}`];
}

/** Labels that people gave for tasks that the model does not have. */
function teamOnlyLines(
  labelled: TeamLabelled | undefined,
  tasks: TaskSet,
  texts: Texts,
  format: Format,
): string[] {
  return Object.entries(labelled?.row?.labels ?? {}).flatMap(([task, names]) => {
    if (findClassification(tasks, task) || names.length === 0) return [];
    const author = authorOf(labelled, task, texts) ?? '';
    return [`- ${format.plain(task)}: ${names.map(format.strong).join(', ')} ${format.plain(author)}`];
  });
}

/** `labelled by Ada on 2026-11-27`; undefined where only the model speaks. */
function authorOf(labelled: TeamLabelled | undefined, task: string, texts: Texts): string | undefined {
  const name = labelled?.verdict.authors[task];
  return name === undefined ? undefined : texts.labelledBy(name, labelled?.row?.when?.slice(0, 10));
}

function accurateLine({ labelled, texts }: HoverInput, format: Format): string {
  return labelled?.verdict.isAccurate ? format.plain(texts.foundAccurate) : '';
}

/** `*marginalia-small 0.1.0 · 6 layers · cpu*`. */
function modelLine({ modelState, depth, texts }: HoverInput, format: Format): string {
  if (modelState.kind !== 'ready') return '';
  return format.faint(describeModel(modelState.info, depth, texts));
}

function describeModel(info: ModelInfo, depth: Depth | undefined, texts: Texts): string {
  const { depths, defaultDepth } = info.tasks;
  const layers =
    depth === 'auto' ? texts.layersUpTo(depths[0]!, defaultDepth) : texts.layers(depth ?? defaultDepth);
  return `${info.name} ${info.version} · ${layers} · ${info.device.name}`;
}

function indexOfGreatest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -1) ? index : best), 0);
}

function same(text: string): string {
  return text;
}
