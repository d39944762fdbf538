// All passages of one file with the labels that hold for them, people's before the model's; the file need not be open.
// In: its address. Out: passages, or why there are none. Work for a list goes behind what the user looks at.

import { type Cancellation, throwIfCancelled } from '../engine/cancellation.ts';
import type { TaskSet } from '../engine/labels/task.ts';
import type { LineIndex } from '../engine/text/lineIndex.ts';
import type { SourceFile } from '../engine/text/sourceFile.ts';
import { type HandlerContext, reasonToSkip, toWorkOptions } from './handlers/context.ts';
import { openSource } from './openSource.ts';
import type { TeamLabelled } from './teamLabels.ts';

export interface LabelledFile {
  readonly uri: string;
  readonly source: SourceFile;
  readonly lines: LineIndex;
  readonly tasks: TaskSet;
  readonly labelled: readonly TeamLabelled[];
}

/** Waits for the model; a broken one is an error that the user is told. */
export async function requireModel(context: HandlerContext, cancellation: Cancellation): Promise<TaskSet> {
  await context.ensureEngine();
  await context.holder.settled();
  throwIfCancelled(cancellation);
  const { state } = context.holder;
  if (state.kind === 'ready') return state.info.tasks;
  const reason = state.kind === 'failed' ? context.texts.failure(state.code, state.message) : '';
  throw new Error(context.texts.modelFailed(reason));
}

export async function readLabelledFile(
  context: HandlerContext,
  uri: string,
  tasks: TaskSet,
  cancellation: Cancellation,
): Promise<LabelledFile | { readonly problem: string }> {
  const settings = await context.settings.get(uri);
  const document = context.documents.get(uri);
  if (document) {
    const reason = reasonToSkip(document, settings, context.texts);
    if (reason !== undefined) return { problem: reason };
    const extraction = await context.analysis.extract(document);
    const options = toWorkOptions(settings, tasks, context.priorityOf(uri));
    const own = await context.analysis.labelDocument(document, options, cancellation);
    const labelled = await context.team.overlay(document, extraction, own, tasks);
    return { uri, source: document.source, lines: document.lines, tasks, labelled };
  }
  const { files } = context.services;
  const { engine } = context.holder;
  if (!files || !engine) return { problem: context.texts.documentNotOpen };
  if (!settings.enable) return { problem: context.texts.switchedOff };
  const opened = await openSource(context, uri, files);
  if ('problem' in opened) return opened;
  const extraction = await engine.extract(opened.source);
  const options = toWorkOptions(settings, tasks, 'background');
  const own = await engine.labelPassages(extraction.passages, options, cancellation);
  const labelled = await context.team.overlay({ uri, source: opened.source }, extraction, own, tasks);
  return { uri, source: opened.source, lines: opened.lines, tasks, labelled };
}
