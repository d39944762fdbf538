// The one training of a window, from labels to a model that waits for a decision. In: what a person asks for, and what
// the run in its own process reports. Out: a state that clients show. What is needed to go on lies on the disk: a
// window that was reloaded, or a server that was restarted, goes on where it stopped.

import type {
  AdaptationMeasure,
  ControlTrainingParams,
  FineTuneOptions,
  TrainingStateParams,
} from '../../../../protocol/fineTuneRequests.ts';
import { type Cancellation, CancelledError, throwIfCancelled } from '../../engine/cancellation.ts';
import type { TrainingEnd, TrainingRun, TrainingService } from '../../engine/trainingRun.ts';
import type { Clock } from '../services.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';
import type { ModelStore } from './modelStore.ts';
import {
  type AdaptationRecord,
  type FineTuneRecord,
  readTrainingRecord,
  type TrainingRecord,
} from './trainingRecord.ts';
import { beginAdaptation, beginTraining, nextTraining, noTraining } from './trainingSnapshot.ts';

export interface TrainingSession {
  readonly state: TrainingStateParams;
  /** A sentence where nothing was done. */
  control(params: ControlTrainingParams): Promise<string | undefined>;
  /** Looks at what an earlier server left, and goes on with it where a person wanted it. */
  attach(): Promise<void>;
  /** The model no longer waits. */
  forget(model: string): Promise<void>;
  /** Keeps the state of a training that is running and stops it; the next server goes on. */
  dispose(): Promise<void>;
}

export interface TrainingSessionOptions {
  readonly store: ModelStore;
  readonly service: TrainingService;
  readonly clock: Clock;
  readonly texts: FineTuneTexts;
  /** What to choose where the client chose nothing. */
  readonly advise: (task: string) => Promise<FineTuneOptions>;
  readonly onChange: () => void;
  /** A training begins: nothing else should be on the machine. */
  readonly onBegin: () => void;
  /** Writes down the rows and everything that the run needs; a sentence where that cannot be. */
  readonly prepare: (task: string, options: FineTuneOptions, cancellation: Cancellation) => Promise<Prepared>;
  /** The same with the passages of the workspace. */
  readonly prepareAdaptation: (cancellation: Cancellation) => Promise<Prepared>;
  /** Compares the new model with the one before and registers it. */
  readonly finish: (record: FineTuneRecord) => Promise<void>;
  /** Registers a model that was worth keeping. */
  readonly finishAdaptation: (
    record: AdaptationRecord,
    measures: readonly AdaptationMeasure[],
  ) => Promise<void>;
  /** Trains with parts of the labels; reports each point. Stops where `isStopped` says so. */
  readonly measureCurve: (
    record: FineTuneRecord,
    report: (curve: NonNullable<TrainingStateParams['curve']>) => void,
    control: CurveControl,
  ) => Promise<void>;
}

export type Prepared = { readonly record: TrainingRecord } | { readonly message: string };

export interface CurveControl {
  isCancelled: boolean;
  /** The run that is working now, to be cancelled. */
  run: TrainingRun | undefined;
}

/** An old server's process may need a moment until it has saved its state and let go of the folder. */
const retryMs = 500;
const maxRetries = 40;

export function createTrainingSession(options: TrainingSessionOptions): TrainingSession {
  const { store, service, clock, texts } = options;
  let state = noTraining;
  let record: TrainingRecord | undefined;
  let run: TrainingRun | undefined;
  /** What is wanted of a run that is still being prepared. */
  let starting: { isCancelled: boolean; isPaused: boolean } | undefined;
  let isDisposed = false;
  let curve: CurveControl | undefined;

  const setState = (next: TrainingStateParams): void => {
    state = next;
    options.onChange();
  };
  const keep = async (next: TrainingRecord | undefined): Promise<void> => {
    record = next;
    await store.writeRecord('training', next);
  };
  const fail = (message: string): void => setState({ ...state, phase: 'failed', message });

  const startRun = async (wanted: TrainingRecord): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      const stored = await service.read(store.runFolder('training'));
      if (isDisposed || record?.model !== wanted.model) return;
      if (stored?.status !== 'running') break;
      if (attempt >= maxRetries) return fail(texts.otherProcess);
      await new Promise<void>((resolve) => void clock.schedule(resolve, retryMs));
    }
    const started = await service.start(store.runFolder('training'), wanted.run);
    run = started;
    started.onEvent((event) => {
      if (run === started) setState(nextTraining(state, event, texts));
    });
    if (starting?.isPaused) started.pause();
    void started.ended.then((end) => onEnd(started, wanted, end)).catch((error) => fail(texts.error(error)));
  };
  const onEnd = async (ended: TrainingRun, of: TrainingRecord, end: TrainingEnd): Promise<void> => {
    if (run !== ended) return;
    run = undefined;
    if (isDisposed) return;
    if (end.kind === 'failed') return fail(texts.failure(end));
    if (end.kind === 'cancelled') return setState({ ...state, phase: 'interrupted' });
    await conclude(of);
  };
  const conclude = async (of: TrainingRecord): Promise<void> => {
    setState({ ...state, phase: 'comparing', progress: undefined });
    if (of.kind === 'labels') await options.finish(of);
    else if (state.adaptation?.verdict?.isKept) await options.finishAdaptation(of, state.adaptation.measures);
    if (isDisposed) return;
    await keep({ ...of, isDone: true });
    setState({ ...state, phase: 'done', progress: undefined });
  };
  /** Whatever fails on the way is the training's end, with its reason. */
  const inBackground = (work: Promise<void>): void => {
    void work.catch((error) => fail(texts.error(error)));
  };

  const isBusy = () =>
    starting !== undefined || run !== undefined || curve !== undefined || state.phase === 'comparing';

  const begin = async (
    prepare: (cancellation: Cancellation) => Promise<Prepared>,
  ): Promise<string | undefined> => {
    if (isBusy()) return texts.alreadyTraining;
    const control = { isCancelled: false, isPaused: false };
    starting = control;
    options.onBegin();
    const before = state;
    try {
      const prepared = await prepare(control);
      throwIfCancelled(control);
      if ('message' in prepared) {
        setState(before);
        return prepared.message;
      }
      await service.remove(store.runFolder('training'));
      await keep(prepared.record);
      setState(firstStateOf(prepared.record));
      await startRun(prepared.record);
      return undefined;
    } catch (error) {
      setState(before);
      if (error instanceof CancelledError) return undefined;
      throw error;
    } finally {
      starting = undefined;
    }
  };

  /** Where no run is there yet, it is told as soon as it is. */
  const setPaused = async (isPaused: boolean): Promise<string | undefined> => {
    if (run) {
      if (isPaused) run.pause();
      else run.resume();
      return undefined;
    }
    if (!starting) return texts.nothingRuns;
    starting.isPaused = isPaused;
    setState({ ...state, phase: isPaused ? 'paused' : 'preparing' });
    return undefined;
  };

  const actions: Readonly<
    Record<ControlTrainingParams['action'], (params: ControlTrainingParams) => Promise<string | undefined>>
  > = {
    async start({ task, options: asked }) {
      if (task === undefined) return texts.noTaskNamed;
      return await begin(async (cancellation) => {
        const chosen = asked ?? (await options.advise(task));
        setState(beginTraining({ task, options: chosen, model: '' }));
        return await options.prepare(task, chosen, cancellation);
      });
    },
    adapt: () =>
      begin(async (cancellation) => {
        setState(beginAdaptation(''));
        return await options.prepareAdaptation(cancellation);
      }),
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    async cancel() {
      if (curve) {
        curve.isCancelled = true;
        curve.run?.cancel();
        return undefined;
      }
      if (starting && !run) {
        starting.isCancelled = true;
        return undefined;
      }
      if (!run || !record) return texts.nothingRuns;
      const stopping = run;
      await keep({ ...record, isWanted: false });
      stopping.cancel();
      await stopping.ended;
      return undefined;
    },
    async continue() {
      if (isBusy()) return texts.alreadyTraining;
      if (!record || record.isDone) return texts.nothingToContinue;
      await keep({ ...record, isWanted: true });
      const stored = await service.read(store.runFolder('training'));
      // What failed was the comparison: the model is there, and is not made again.
      if (stored?.status === 'done') {
        setState({ ...state, message: undefined });
        inBackground(conclude(record));
        return undefined;
      }
      setState({ ...state, phase: 'preparing', message: undefined, progress: undefined });
      await startRun(record);
      return undefined;
    },
    async discard() {
      if (isBusy()) return texts.alreadyTraining;
      await service.remove(store.runFolder('training'));
      await keep(undefined);
      setState(noTraining);
      return undefined;
    },
    async measureCurve() {
      if (isBusy()) return texts.alreadyTraining;
      if (record?.kind !== 'labels' || !record.isDone) return texts.nothingTrained;
      const of = record;
      const control: CurveControl = { isCancelled: false, run: undefined };
      curve = control;
      setState({ ...state, phase: 'measuringCurve', curve: { points: [], running: 0.25 } });
      const measuring = options
        .measureCurve(of, (next) => setState({ ...state, curve: next }), control)
        .finally(() => {
          curve = undefined;
        })
        .then(async () => {
          if (isDisposed) return;
          const points = state.curve?.points ?? [];
          await keep({ ...of, curve: points });
          setState({ ...state, phase: 'done', curve: { points, running: undefined } });
        })
        .catch((error) =>
          setState({ ...state, phase: 'done', curve: undefined, message: texts.error(error) }),
        );
      inBackground(measuring);
      return undefined;
    },
  };

  return {
    get state() {
      return state;
    },
    control: (params) => actions[params.action](params),
    async attach() {
      const kept = readTrainingRecord(await store.readRecord('training'));
      if (!kept || isBusy()) return;
      record = kept;
      let seen = firstStateOf(kept);
      const stored = await service.read(store.runFolder('training'));
      for (const event of stored?.events ?? []) seen = nextTraining(seen, event, texts);
      if (kept.isDone) {
        const points =
          kept.kind === 'labels' && kept.curve.length > 0
            ? { points: kept.curve, running: undefined }
            : undefined;
        return setState({ ...seen, phase: 'done', progress: undefined, curve: points });
      }
      if (stored?.status === 'failed') return setState(seen);
      if (stored?.status === 'done') {
        state = seen;
        return inBackground(conclude(kept));
      }
      setState({ ...seen, phase: kept.isWanted ? 'preparing' : 'interrupted', progress: undefined });
      if (kept.isWanted) inBackground(startRun(kept));
    },
    async forget(model) {
      if (record?.model !== model || isBusy()) return;
      await service.remove(store.runFolder('training'));
      await keep(undefined);
      setState(noTraining);
    },
    async dispose() {
      isDisposed = true;
      if (curve) {
        curve.isCancelled = true;
        curve.run?.cancel();
        await curve.run?.ended;
      }
      run?.cancel();
      await run?.ended;
    },
  };
}

function firstStateOf(record: TrainingRecord): TrainingStateParams {
  return record.kind === 'labels' ? beginTraining(record) : beginAdaptation(record.model);
}
