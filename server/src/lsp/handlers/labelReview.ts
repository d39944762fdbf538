// Answers `marginalia/labelConflicts`, `marginalia/decideConflict` and `marginalia/checkLabels`: what people have to
// look at again in the labels of the workspace's folders.

import type { CancellationToken } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type {
  CheckLabelsResult,
  DecideConflictParams,
  DoubtfulLabel,
  LabelConflictsResult,
  SetLabelsResult,
} from '../../../../protocol/labelRequests.ts';
import type { Cancellation } from '../../engine/cancellation.ts';
import { checkLabels, type LabelProblem } from '../../engine/engine.ts';
import type { LabelBook } from '../../engine/labelling/labelBook.ts';
import type { LabelRow } from '../../engine/labelling/labelRow.ts';
import { fromToken } from '../fromProto.ts';
import { requireModel } from '../labelledFile.ts';
import { uriBelow } from '../uriPaths.ts';
import type { HandlerContext } from './context.ts';
import { tellProblems } from './setLabels.ts';

export function createLabelConflictsHandler(context: HandlerContext) {
  return async (_params: object, _token: CancellationToken): Promise<LabelConflictsResult> => {
    const conflicts: LabelConflictsResult['conflicts'][number][] = [];
    for (const { folderUri, store } of context.team.stores.all()) {
      for (const { id, candidates } of (await store.read()).conflicts) {
        conflicts.push({
          folder: folderUri,
          id,
          text: candidates[0]?.text ?? '',
          candidates: candidates.map((row) => ({
            who: row.who ?? '',
            when: row.when,
            labels: describeLabels(row, context),
          })),
        });
      }
    }
    return { conflicts };
  };
}

/** One of the rows becomes the row of the text, in the name of whoever decides. */
export function createDecideConflictHandler(context: HandlerContext) {
  return async (params: DecideConflictParams, _token: CancellationToken): Promise<SetLabelsResult> => {
    const folder = context.team.stores.all().find((one) => one.folderUri === params.folder);
    if (!folder) return { saved: false, message: context.texts.noLabelFolder };
    return await tellProblems(context, async () => {
      const { conflicts } = await folder.store.read();
      const conflict = conflicts.find((one) => one.id === params.id);
      const chosen = conflict?.candidates[params.candidate];
      if (!chosen) return { saved: false, message: context.texts.conflictGone };
      const who = await folder.store.author();
      await folder.store.save([{ ...chosen, who, when: context.services.today().toISOString() }]);
      context.labelsChanged([folder.folderUri]);
      return { saved: true, message: undefined };
    });
  };
}

export function createCheckLabelsHandler(context: HandlerContext) {
  return async (_params: object, token: CancellationToken): Promise<CheckLabelsResult> => {
    const cancellation = fromToken(token);
    const problems: DoubtfulLabel[] = [];
    const notes: string[] = [];
    for (const { folderUri, store } of context.team.stores.all()) {
      const book = await store.read();
      const vectors = await embedRows(context, book, cancellation);
      const checked = checkLabels(book, vectors);
      notes.push(...checked.notes);
      const file = URI.file(store.location).toString();
      for (const problem of checked.problems)
        problems.push(toDoubtful(problem, { folderUri, file, context }));
    }
    return { problems, notes };
  };
}

async function embedRows(
  context: HandlerContext,
  { rows }: LabelBook,
  cancellation: Cancellation,
): Promise<ReadonlyMap<string, Float32Array>> {
  const tasks = await requireModel(context, cancellation);
  const { engine } = context.holder;
  if (!engine || rows.size === 0 || !tasks.tasks.some((task) => task.kind === 'embedding')) return new Map();
  const all = [...rows.values()];
  const texts = all.map((row) => row.text);
  const vectors = await engine.embed(texts, { priority: 'background' }, cancellation);
  return new Map(all.map((row, index) => [row.id, vectors[index]!]));
}

interface DoubtContext {
  readonly folderUri: string;
  /** The file of labels. */
  readonly file: string;
  readonly context: HandlerContext;
}

function toDoubtful(problem: LabelProblem, { folderUri, file, context }: DoubtContext): DoubtfulLabel {
  const { texts } = context;
  const say = (row: LabelRow) => `${describeLabels(row, context)}: ${row.text}`;
  const rows = 'rows' in problem ? problem.rows : 'row' in problem ? [problem.row] : [];
  const source = rows.find((row) => row.file !== undefined)?.file;
  const place = {
    labelFile: file,
    ids: rows.map((row) => row.id),
    sourceFile: source === undefined ? undefined : uriBelow(folderUri, source),
  };
  switch (problem.kind) {
    case 'brokenLine':
      return {
        ...place,
        line: problem.line - 1,
        title: texts.brokenLabelLine(problem.line),
        lines: [problem.reason],
      };
    case 'conflict':
      return { ...place, line: undefined, title: texts.labelConflict, lines: rows.map(say) };
    case 'nearDuplicate':
      return { ...place, line: undefined, title: texts.labelNearDuplicate, lines: rows.map(say) };
    case 'labelError':
      return {
        ...place,
        line: undefined,
        title: texts.labelMistake(problem.suggested),
        lines: rows.map(say),
      };
  }
}

function describeLabels({ labels }: LabelRow, { texts }: HandlerContext): string {
  return Object.entries(labels)
    .map(([task, names]) => `${task}: ${names.join(', ') || texts.noneOfThem.replace(/[,，]$/, '')}`)
    .join('; ');
}
