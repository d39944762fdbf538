// What stands around an adaptation to the workspace: its passages before, the new model after. In: the window's
// folders, labels and models. Out: files for the run, and a model that waits for a decision where it was worth keeping.

import type { AdaptationMeasure, EstimateAdaptationResponse } from '../../../../protocol/fineTuneRequests.ts';
import { measureAdaptation } from '../../engine/adaptationTime.ts';
import { type Cancellation, neverCancelled, throwIfCancelled } from '../../engine/cancellation.ts';
import { fewestPassages } from '../../engine/engine.ts';
import type { AdaptationPassage } from '../../engine/training/adaptationTexts.ts';
import type { AdaptationOptions } from '../../engine/trainingRun.ts';
import type { HandlerContext } from '../handlers/context.ts';
import type { FineTuneServices } from './fineTuneServices.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';
import type { MeasuringTurns } from './measuringTurns.ts';
import type { ModelStore } from './modelStore.ts';
import { freshName } from './modelVersions.ts';
import type { PresentModel } from './presentModel.ts';
import { readTeamTasks } from './teamTasks.ts';
import type { AdaptationRecord } from './trainingRecord.ts';
import type { Prepared } from './trainingSession.ts';
import { isStillTrue } from './trainingSpeed.ts';
import { readWorkspace } from './workspacePassages.ts';

export interface AdaptationWorkOptions {
  readonly context: HandlerContext;
  readonly services: FineTuneServices;
  readonly store: ModelStore;
  readonly present: PresentModel;
  readonly texts: FineTuneTexts;
  readonly folders: () => readonly string[];
  readonly turns: MeasuringTurns;
}

const passagesFile = 'passages.jsonl';
const sampleFile = 'sample-passages.jsonl';
const labelsFile = 'adapt-labels.jsonl';

/** The trainer draws a sample of far fewer; reading a monorepo to its end would only cost time. */
const mostPassagesRead = 60_000;

export type AdaptationWork = ReturnType<typeof createAdaptationWork>;

export function createAdaptationWork(options: AdaptationWorkOptions) {
  const { context, services, store, present, texts, folders, turns } = options;
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
  const obstacleOf = (passages: readonly AdaptationPassage[]): string | undefined => {
    const different = new Set(passages.map(({ text }) => text.trim().toLowerCase())).size;
    return different < fewestPassages ? texts.tooFewPassages(different, fewestPassages) : undefined;
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

  const runOptions = async (
    passages: readonly AdaptationPassage[],
    { file, outputFolder }: { readonly file: string; readonly outputFolder: string },
  ): Promise<AdaptationOptions> => {
    const threads = await present.chosenThreads();
    return {
      passagesFile: await store.writeLines(file, passages),
      modelFolder: await present.folder(),
      outputFolder,
      dataSource: `comments and docs of ${folders().map(folderName).join(', ')}`,
      isBackground: true,
      ...(threads !== undefined && { threads }),
    };
  };

  return {
    /** Begins on some of the passages: what a machine can do is not guessed. */
    estimate: (): Promise<EstimateAdaptationResponse> =>
      turns.inTurn(texts.speedUnknown, async () => {
        const { fingerprint } = await present.ready();
        const nowMs = context.services.today().getTime();
        const known = readTime(await store.readRecord('adaptationTime'));
        if (known?.fingerprint === fingerprint && isStillTrue(known, nowMs)) return known.time;
        const passages = await readPassages(neverCancelled);
        const tooFew = obstacleOf(passages);
        if (tooFew !== undefined) throw new Error(tooFew);
        const folder = store.runFolder('speed');
        await services.training.remove(folder);
        const outputFolder = await store.scratchModelFolder();
        const found = await measureAdaptation(
          services.training,
          await runOptions(passages, { file: sampleFile, outputFolder }),
          { folder, outputFolder, now: () => context.services.clock.nowMs(), onRun: turns.watch },
        );
        if ('kind' in found) {
          throw new Error(found.kind === 'failed' ? texts.failure(found) : texts.speedUnknown);
        }
        const { seconds, tokensPerSecond, passages: count } = found;
        const time = { seconds, tokensPerSecond, passages: count };
        await store.writeRecord('adaptationTime', { fingerprint, measuredAt: nowMs, time });
        return time;
      }),

    async prepare(cancellation: Cancellation): Promise<Prepared> {
      const { name: parent } = await present.ready();
      const passages = await readPassages(cancellation);
      const message = obstacleOf(passages);
      if (message !== undefined) return { message };
      const labels = await writeLabels();
      const model = await freshName(store, 'adapted', context.services.today());
      throwIfCancelled(cancellation);
      const record: AdaptationRecord = {
        kind: 'passages',
        model,
        parent,
        run: {
          ...(await runOptions(passages, {
            file: passagesFile,
            outputFolder: store.modelFolder(model),
          })),
          ...labels,
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

interface KnownTime {
  readonly fingerprint: string;
  readonly measuredAt: number;
  readonly time: EstimateAdaptationResponse;
}

/** Undefined for what another version of the program wrote in another way. */
function readTime(value: unknown): KnownTime | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { fingerprint, measuredAt, time } = value as Partial<KnownTime>;
  const isWhole =
    typeof fingerprint === 'string' &&
    Number.isFinite(measuredAt) &&
    Number.isFinite(time?.seconds) &&
    Number.isFinite(time?.passages);
  return isWhole ? (value as KnownTime) : undefined;
}

/** For the card of the model, which people pass on: the name, not the path. */
function folderName(uri: string): string {
  return decodeURIComponent(uri.replace(/\/+$/, '').replace(/^.*\//, ''));
}
