// Answers `marginalia/setLabels` and `marginalia/undoLabels`: keeps what a person says about a passage, and takes
// the last of it back. Whatever shows labels is told.

import type { CancellationToken } from 'vscode-languageserver';
import type {
  LabelTextParams,
  SetLabelsParams,
  SetLabelsResult,
  UndoLabelsParams,
  UndoLabelsResult,
} from '../../../../protocol/labelRequests.ts';
import {
  applyChange,
  emptyRow,
  hashOfCode,
  LabelStoreError,
  labelsOfDismissal,
  textKey,
} from '../../engine/engine.ts';
import type { LabelRow } from '../../engine/labelling/labelRow.ts';
import type { LabelStore } from '../../engine/labelling/labelStore.ts';
import type { Passage } from '../../engine/passages/passage.ts';
import { findPassageAt } from '../documentAnalysis.ts';
import type { OpenDocument } from '../documents.ts';
import { fromPosition, fromToken } from '../fromProto.ts';
import { type HandlerContext, toWorkOptions } from './context.ts';

/** One label that can be taken back. */
export interface UndoStep {
  readonly store: LabelStore;
  readonly folderUri: string;
  readonly id: string;
  /** Absent where nothing was known of the text. */
  readonly before: LabelRow | undefined;
  /** Absent for a text that stands in no file. */
  readonly place: UndoLabelsResult['place'];
}

/** Nobody takes back more than this. */
const maxUndoSteps = 1000;

export function createSetLabelsHandler(context: HandlerContext, undoSteps: UndoStep[]) {
  return async (params: SetLabelsParams, token: CancellationToken): Promise<SetLabelsResult> => {
    const { texts, team } = context;
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return { saved: false, message: texts.documentNotOpen };
    const folder = team.stores.of(document.uri);
    if (!folder) return { saved: false, message: texts.noLabelFolder };
    const extraction = await context.analysis.extract(document);
    const passages = extraction?.passages ?? [];
    const passage = findPassageAt(passages, fromPosition(document, params.position));
    if (!passage) return { saved: false, message: texts.noPassageHere };
    const code = hashOfCode(document.source.text, passages, passage);
    if (params.verdict === 'accurate' && code === undefined)
      return { saved: false, message: texts.noCodeHere };

    return await tellProblems(context, async () => {
      const shown =
        params.verdict === 'right' ? await labelsShown(context, document, passage, params, token) : {};
      const dismissal = Object.assign({}, ...params.dismissed.map(labelsOfDismissal));
      const before = await team.rowOf(document, passage);
      const row = applyChange(before, {
        text: passage.text.value,
        labels: { ...dismissal, ...shown, ...params.labels },
        verdict: params.verdict,
        dismissed: params.dismissed,
        who: await folder.store.author(),
        when: context.services.today().toISOString(),
        source: params.verdict === 'accurate' ? code : undefined,
        file: folder.file,
        symbol: passage.symbol?.name,
      });
      await folder.store.save([row]);
      const place = { uri: document.uri, position: params.position };
      rememberUndo(undoSteps, { ...folder, id: row.id, before, place });
      context.labelsChanged([folder.folderUri]);
      return { saved: true, message: undefined };
    });
  };
}

/** The same for a text without a place: a comment of the past, or a pair of comment and code. */
export function createLabelTextHandler(context: HandlerContext, undoSteps: UndoStep[]) {
  return async (params: LabelTextParams): Promise<SetLabelsResult> => {
    const { texts, team } = context;
    const folder = team.stores.all().find(({ folderUri }) => folderUri === params.folder);
    if (!folder) return { saved: false, message: texts.noLabelFolder };
    return await tellProblems(context, async () => {
      const { text, context: second, labels, verdict, file, symbol } = params;
      const before = (await folder.store.read()).rows.get(textKey(text, second));
      const row = applyChange(before ?? emptyRow(text, second), {
        text,
        labels,
        verdict,
        dismissed: [],
        who: await folder.store.author(),
        when: context.services.today().toISOString(),
        source: undefined,
        file,
        symbol,
      });
      await folder.store.save([row]);
      rememberUndo(undoSteps, { ...folder, id: row.id, before, place: undefined });
      context.labelsChanged([folder.folderUri]);
      return { saved: true, message: undefined };
    });
  };
}

function rememberUndo(undoSteps: UndoStep[], { store, folderUri, id, before, place }: UndoStep): void {
  undoSteps.push({ store, folderUri, id, before, place });
  if (undoSteps.length > maxUndoSteps) undoSteps.shift();
}

export function createUndoLabelsHandler(context: HandlerContext, undoSteps: UndoStep[]) {
  return async ({ textDocument }: UndoLabelsParams): Promise<UndoLabelsResult> => {
    const index = undoSteps.findLastIndex((step) => !textDocument || step.place?.uri === textDocument.uri);
    const step = undoSteps[index];
    if (!step) return { place: undefined, message: context.texts.nothingToUndo };
    const { message } = await tellProblems(context, async () => {
      if (step.before) await step.store.save([step.before]);
      else await step.store.remove(step.id);
      undoSteps.splice(index, 1);
      context.labelsChanged([step.folderUri]);
      return { saved: true, message: undefined };
    });
    return { place: message === undefined ? step.place : undefined, message };
  };
}

/** What the user sees now: a confirmation is about that, whether the model or a colleague said it. */
async function labelsShown(
  context: HandlerContext,
  document: OpenDocument,
  passage: Passage,
  { task, labels }: SetLabelsParams,
  token: CancellationToken,
): Promise<LabelRow['labels']> {
  const state = context.holder.state;
  if (state.kind !== 'ready' || Object.keys(labels).length > 0) return {};
  const { tasks } = state.info;
  const options = toWorkOptions(await context.settings.get(document.uri), tasks, 'interactive');
  const labelled = await context.analysis.label([passage], options, fromToken(token));
  const [shown] = await context.team.overlay(document, undefined, labelled, tasks);
  const confirmed = (shown?.scores ?? []).filter((one) => task === undefined || one.task === task);
  return Object.fromEntries(confirmed.map((one) => [one.task, one.predicted]));
}

/** A label that could not be kept is told to the person who gave it, in the person's language. */
export async function tellProblems(
  { texts }: HandlerContext,
  work: () => Promise<SetLabelsResult>,
): Promise<SetLabelsResult> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LabelStoreError) return { saved: false, message: texts.labelProblem(error) };
    throw error;
  }
}
