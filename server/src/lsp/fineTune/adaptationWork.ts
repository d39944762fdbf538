// What stands around an adaptation to the workspace: its passages before, the new model after. In: the window's
// folders, labels and models. Out: files for the run, and a model that waits for a decision where it was worth keeping.

import type { AdaptationMeasure } from '../../../../protocol/fineTuneRequests.ts';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import { fewestPassages } from '../../engine/engine.ts';
import type { AdaptationPassage } from '../../engine/training/adaptationTexts.ts';
import type { HandlerContext } from '../handlers/context.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';
import type { ModelStore } from './modelStore.ts';
import { freshName } from './modelVersions.ts';
import type { PresentModel } from './presentModel.ts';
import { readTeamTasks } from './teamTasks.ts';
import type { AdaptationRecord } from './trainingRecord.ts';
import type { Prepared } from './trainingSession.ts';
import { readWorkspace } from './workspacePassages.ts';

export interface AdaptationWorkOptions {
  readonly context: HandlerContext;
  readonly store: ModelStore;
  readonly present: PresentModel;
  readonly texts: FineTuneTexts;
  readonly folders: () => readonly string[];
}

const passagesFile = 'passages.jsonl';
const labelsFile = 'adapt-labels.jsonl';

/** The trainer draws a sample of far fewer; reading a monorepo to its end would only cost time. */
const mostPassagesRead = 60_000;

export function createAdaptationWork({ context, store, present, texts, folders }: AdaptationWorkOptions) {
  const readPassages = async (cancellation: Cancellation): Promise<readonly AdaptationPassage[]> => {
    const passages: AdaptationPassage[] = [];
    for await (const { file, extraction } of readWorkspace(context, folders(), cancellation)) {
      for (const { text, symbol } of extraction.passages) {
        if (text.value.trim() === '') continue;
        passages.push({ text: text.value, file, ...(symbol && { symbol: symbol.name }) });
      }
      if (passages.length >= mostPassagesRead) break;
    }
    return passages;
  };
  /** Every label of the team's, of the tasks that the model has: only measured by, never learned from. */
  const writeLabels = async (): Promise<{ readonly labelsFile?: string }> => {
    const { tasks } = await present.ready();
    const known = (await readTeamTasks(context.team.stores, tasks)).filter(({ isKnown }) => isKnown);
    const lines = known.flatMap(({ task, rows }) =>
      [...rows.training, ...rows.test].map(({ text, context: second, labels }) => ({
        task: task.name,
        text,
        ...(second !== undefined && { context: second }),
        labels,
      })),
    );
    return lines.length === 0 ? {} : { labelsFile: await store.writeLines(labelsFile, lines) };
  };

  return {
    async prepare(cancellation: Cancellation): Promise<Prepared> {
      const { name: parent } = await present.ready();
      const passages = await readPassages(cancellation);
      const different = new Set(passages.map(({ text }) => text.trim().toLowerCase())).size;
      if (different < fewestPassages) return { message: texts.tooFewPassages(different, fewestPassages) };
      const labels = await writeLabels();
      const model = await freshName(store, 'adapted', context.services.today());
      const threads = await present.chosenThreads();
      throwIfCancelled(cancellation);
      const record: AdaptationRecord = {
        kind: 'passages',
        model,
        parent,
        run: {
          passagesFile: await store.writeLines(passagesFile, passages),
          ...labels,
          modelFolder: await present.folder(),
          outputFolder: store.modelFolder(model),
          dataSource: `comments and docs of ${folders().map(folderName).join(', ')}`,
          isBackground: true,
          ...(threads !== undefined && { threads }),
        },
        isWanted: true,
        isDone: false,
      };
      return { record };
    },

    async finish(record: AdaptationRecord, measures: readonly AdaptationMeasure[]): Promise<void> {
      await store.saveResult(record.model, { result: undefined, adaptation: measures });
      await store.saveVersion({
        name: record.model,
        created: context.services.today().toISOString(),
        origin: 'adapted',
        status: 'candidate',
        task: undefined,
        parent: record.parent,
        trainingRows: undefined,
        macroF1: undefined,
        macroF1Before: undefined,
        notes: '',
      });
    },
  };
}

/** For the card of the model, which people pass on: the name, not the path. */
function folderName(uri: string): string {
  return decodeURIComponent(uri.replace(/\/+$/, '').replace(/^.*\//, ''));
}
