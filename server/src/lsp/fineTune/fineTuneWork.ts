// What stands around a training: its rows before, the comparison after, and the runs that only measure. In: the
// window's labels, folders and models. Out: files for the run, a registered model with its result, points of a curve.

import type {
  CurvePoint,
  EstimateTrainingResponse,
  FineTuneOptions,
  LearningCurve,
  TrainingResultResponse,
} from '../../../../protocol/fineTuneRequests.ts';
import { type Cancellation, neverCancelled } from '../../engine/cancellation.ts';
import { chooseShare, type Engine, hashToUnit, measureAnswers } from '../../engine/engine.ts';
import type { LabelTask } from '../../engine/labelling/labelTasks.ts';
import type { TeamText } from '../../engine/training/teamRows.ts';
import type { TrainingOptions } from '../../engine/trainingRun.ts';
import type { HandlerContext } from '../handlers/context.ts';
import { askModel, compareModels } from './compareModels.ts';
import type { FineTuneServices } from './fineTuneServices.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';
import type { MeasuringTurns } from './measuringTurns.ts';
import type { ModelStore } from './modelStore.ts';
import { freshName } from './modelVersions.ts';
import type { PresentModel } from './presentModel.ts';
import { obstacleOf, readTeamTasks, type TeamTask, toTrainableTask } from './teamTasks.ts';
import type { FineTuneRecord } from './trainingRecord.ts';
import type { CurveControl, Prepared } from './trainingSession.ts';
import { isStillTrue, measureSpeed, readSpeeds, type TrainingSpeed, toEstimate } from './trainingSpeed.ts';
import { readWorkspace } from './workspacePassages.ts';

export interface FineTuneWorkOptions {
  readonly context: HandlerContext;
  readonly services: FineTuneServices;
  readonly store: ModelStore;
  readonly present: PresentModel;
  readonly texts: FineTuneTexts;
  readonly folders: () => readonly string[];
  readonly turns: MeasuringTurns;
}

export type FineTuneWork = ReturnType<typeof createFineTuneWork>;

const trainFile = 'train.jsonl';
const testFile = 'test.jsonl';
const replayLines = 'replay.jsonl';
const sampleFile = 'sample.jsonl';

/** Texts of the workspace on which earlier knowledge is held; the trainer takes fewer where there are few labels. */
const maxReplayTexts = 1_000;
const maxReplayFiles = 400;

export function createFineTuneWork(options: FineTuneWorkOptions) {
  const { context, services, store, present, texts, turns } = options;
  const { holder, team } = context;

  const teamTask = async (name: string): Promise<TeamTask> => {
    const { tasks } = await present.ready();
    const found = (await readTeamTasks(team.stores, tasks)).find(({ task }) => task.name === name);
    if (!found) throw new Error(texts.noTask(name));
    return found;
  };
  const writeReplay = async (cancellation: Cancellation): Promise<{ readonly replayFile?: string }> => {
    const found: { text: string }[] = [];
    let files = 0;
    for await (const { extraction } of readWorkspace(context, options.folders(), cancellation)) {
      for (const { text } of extraction.passages)
        if (text.value.trim() !== '') found.push({ text: text.value });
      if (++files >= maxReplayFiles || found.length >= maxReplayTexts) break;
    }
    if (found.length === 0) return {};
    return { replayFile: await store.writeLines(replayLines, found.slice(0, maxReplayTexts)) };
  };
  const runOptions = async (
    { name, several, description, labels }: LabelTask,
    chosen: FineTuneOptions,
    files: Pick<TrainingOptions, 'trainFile' | 'replayFile' | 'outputFolder'>,
  ): Promise<TrainingOptions> => {
    const threads = await present.chosenThreads();
    return {
      ...files,
      task: name,
      words: { description, labels: labels.map(({ words: _, ...label }) => label) },
      modelFolder: await present.folder(),
      kind: several ? 'multiLabel' : 'singleLabel',
      ...chosen,
      isBackground: true,
      ...(threads !== undefined && { threads }),
    };
  };
  const readTest = async () => (await store.readLines(testFile)) as readonly TeamText[];

  return {
    async advise(name: string): Promise<FineTuneOptions> {
      return toTrainableTask(await teamTask(name), texts, context.texts.locale).advised;
    },

    async prepare(name: string, chosen: FineTuneOptions, cancellation: Cancellation): Promise<Prepared> {
      const { task, rows, ...rest } = await teamTask(name);
      const { labels } = toTrainableTask({ task, rows, ...rest }, texts, context.texts.locale);
      const obstacle = obstacleOf(rows, labels, task, texts);
      if (obstacle !== undefined) return { message: obstacle };
      const model = await freshName(store, name, context.services.today());
      const files = {
        trainFile: await store.writeLines(trainFile, rows.training.map(toTrainingLine)),
        ...(chosen.keepTasks && chosen.freeze !== 'encoder' && (await writeReplay(cancellation))),
        outputFolder: store.modelFolder(model),
      };
      await store.writeLines(testFile, rows.test);
      return {
        record: {
          kind: 'labels',
          task: name,
          several: task.several,
          options: chosen,
          model,
          parent: (await present.ready()).name,
          run: await runOptions(task, chosen, files),
          trainingRows: rows.training.length,
          isWanted: true,
          isDone: false,
          curve: [],
        },
      };
    },

    async finish(record: FineTuneRecord): Promise<void> {
      const test = await readTest();
      const { name } = await present.ready();
      const { task } = await teamTask(record.task);
      const result =
        test.length === 0
          ? undefined
          : await present.withModel(store.modelFolder(record.model), (candidate) =>
              compareModels(
                {
                  task,
                  test,
                  candidate,
                  present: holder.engine!,
                  presentName: name,
                  locale: context.texts.locale,
                },
                neverCancelled,
              ),
            );
      if (result) await store.saveResult(record.model, { result, adaptation: undefined });
      await store.saveVersion({
        name: record.model,
        created: context.services.today().toISOString(),
        origin: 'trained',
        status: 'candidate',
        task: record.task,
        parent: record.parent,
        trainingRows: record.trainingRows,
        macroF1: result?.after.macroF1,
        macroF1Before: result?.before?.macroF1,
        notes: '',
      });
    },

    async measureCurve(
      record: FineTuneRecord,
      report: (curve: LearningCurve) => void,
      control: CurveControl,
    ): Promise<void> {
      const test = await readTest();
      const training = (await store.readLines(trainFile)) as readonly { readonly text: string }[];
      const points: CurvePoint[] = [];
      try {
        for (const share of [0.25, 0.5, 0.75]) {
          report({ points, running: share });
          const rows = chooseShare(training, share, (text) => hashToUnit(text, curveSalt));
          const outputFolder = await store.scratchModelFolder();
          const file = await store.writeLines(sampleFile, rows);
          await services.training.remove(store.runFolder('curve'));
          if (control.isCancelled) return;
          control.run = await services.training.start(store.runFolder('curve'), {
            ...record.run,
            trainFile: file,
            outputFolder,
          });
          const end = await control.run.ended;
          if (control.isCancelled) return;
          // With a few labels a quarter of them may be too few to train on: that is no failure of the others.
          if (end.kind !== 'done') continue;
          const macroF1 = await present.withModel(outputFolder, (engine) => macroF1Of(engine, record, test));
          points.push({ share, rows: rows.length, macroF1 });
        }
        const known = (await store.readResult(record.model)) as TrainingResultResponse | undefined;
        const last = known?.result?.after.macroF1;
        if (last !== undefined) points.push({ share: 1, rows: training.length, macroF1: last });
        report({ points: [...points], running: undefined });
      } finally {
        await services.training.remove(store.runFolder('curve'));
        await store.removeScratch();
      }
    },

    /** Trains for two steps on a few of the texts: what a machine can do is not guessed. */
    estimate: (name: string, chosen: FineTuneOptions): Promise<EstimateTrainingResponse> =>
      turns.inTurn(texts.speedUnknown, async () => {
        const { task, rows } = await teamTask(name);
        const { fingerprint } = await present.ready();
        const { freeze, keepTasks, shallowWeight } = chosen;
        const key = [fingerprint, freeze, keepTasks, shallowWeight].join(' ');
        const speeds = readSpeeds(await store.readRecord('speed'));
        let speed: TrainingSpeed | undefined = speeds[key];
        if (!speed || !isStillTrue(speed, context.services.today().getTime())) {
          const sample = chooseShare(rows.training, Math.min(1, 48 / rows.training.length), (text) =>
            hashToUnit(text, curveSalt),
          );
          const file = await store.writeLines(sampleFile, sample.map(toTrainingLine));
          const outputFolder = await store.scratchModelFolder();
          const run = await runOptions(task, { ...chosen, epochs: 2 }, { trainFile: file, outputFolder });
          speed = await measureSpeed(services.training, store.runFolder('speed'), run, {
            now: { ms: () => context.services.clock.nowMs(), date: () => context.services.today() },
            texts,
            onRun: turns.watch,
          });
          await store.writeRecord('speed', { ...speeds, [key]: speed });
        }
        return toEstimate(speed, rows.training.length, chosen);
      }),
  };
}

const curveSalt = 0x3c;

async function macroF1Of(engine: Engine, record: FineTuneRecord, test: readonly TeamText[]): Promise<number> {
  const names = [...new Set(test.flatMap(({ labels }) => labels))].sort();
  const answers = (await askModel(engine, record.task, names, test, neverCancelled)) ?? [];
  const truths = test.map(({ labels }) => labels);
  return measureAnswers({ names, several: record.several, truths, answers }).macroF1;
}

function toTrainingLine({ text, context, labels }: TeamText) {
  return { text, ...(context !== undefined && { context }), labels };
}
