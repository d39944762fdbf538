// A training service and a store in memory, for tests of the language server: the test says what the run reports.

import type {
  RunOptions,
  StoredRun,
  TrainingEnd,
  TrainingEvent,
  TrainingRun,
  TrainingService,
} from '../../../server/src/engine/trainingRun.ts';
import type { ModelStore, VersionRecord } from '../../../server/src/lsp/fineTune/modelStore.ts';

export interface FakeRun {
  readonly folder: string;
  readonly options: RunOptions;
  readonly asked: string[];
  emit(event: TrainingEvent): void;
}

export interface FakeTraining extends TrainingService {
  /** Every run that was started, oldest first. */
  readonly runs: FakeRun[];
  readonly stored: Map<string, { options: RunOptions; events: TrainingEvent[]; status: StoredRun['status'] }>;
}

export function createFakeTraining(onDone: (options: RunOptions) => void = () => {}): FakeTraining {
  const runs: FakeRun[] = [];
  const stored: FakeTraining['stored'] = new Map();
  return {
    runs,
    stored,
    async start(folder, options) {
      const known = stored.get(folder) ?? { options, events: [], status: 'running' as const };
      known.status = 'running';
      stored.set(folder, known);
      const listeners = new Set<(event: TrainingEvent) => void>();
      const asked: string[] = [];
      let end: (value: TrainingEnd) => void = () => {};
      const ended = new Promise<TrainingEnd>((resolve) => {
        end = resolve;
      });
      const emit = (event: TrainingEvent) => {
        known.events.push(event);
        for (const listener of [...listeners]) listener(event);
        if (event.kind === 'done' || event.kind === 'failed') known.status = event.kind;
        if (event.kind === 'cancelled') known.status = 'interrupted';
        if (event.kind === 'done') onDone(options);
        if (event.kind === 'done' || event.kind === 'failed' || event.kind === 'cancelled') end(event);
      };
      runs.push({ folder, options, asked, emit });
      const run: TrainingRun = {
        folder,
        ended,
        onEvent(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        pause() {
          asked.push('pause');
          emit({ kind: 'paused' });
        },
        resume() {
          asked.push('resume');
          emit({ kind: 'resumed' });
        },
        cancel() {
          asked.push('cancel');
          emit({ kind: 'cancelled' });
        },
      };
      return run;
    },
    async read(folder) {
      const known = stored.get(folder);
      return known && { folder, ...known };
    },
    async remove(folder) {
      stored.delete(folder);
    },
  };
}

export interface FakeStore extends ModelStore {
  readonly records: Map<string, unknown>;
  readonly lines: Map<string, readonly unknown[]>;
  readonly models: Map<string, VersionRecord>;
  readonly results: Map<string, unknown>;
  readonly exported: string[];
}

/** Values go through JSON, as they do on a disk. */
export function createFakeStore(): FakeStore {
  const records = new Map<string, unknown>();
  const lines = new Map<string, readonly unknown[]>();
  const models = new Map<string, VersionRecord>();
  const results = new Map<string, unknown>();
  const exported: string[] = [];
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  return {
    records,
    lines,
    models,
    results,
    exported,
    runFolder: (purpose) => `/window/run-${purpose}`,
    scratchModelFolder: async () => '/window/scratch',
    async removeScratch() {},
    readRecord: async (name) => records.get(name),
    async writeRecord(name, value) {
      if (value === undefined) records.delete(name);
      else records.set(name, copy(value));
    },
    async writeLines(name, values) {
      lines.set(name, copy(values));
      return `/window/${name}`;
    },
    readLines: async (name) => lines.get(name) ?? [],
    modelFolder: (name) => `/models/${name}`,
    versions: async () => [...models.values()].map((record) => ({ record, sizeBytes: 10 })),
    async saveVersion(record) {
      models.set(record.name, copy(record));
    },
    readResult: async (name) => results.get(name),
    async saveResult(name, result) {
      results.set(name, copy(result));
    },
    async removeVersion(name) {
      models.delete(name);
      results.delete(name);
    },
    async exportVersion(name, target) {
      exported.push(`${name} → ${target}`);
    },
    async importVersion(_source, record) {
      models.set(record.name, copy(record));
    },
  };
}
