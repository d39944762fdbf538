// Which model this workspace uses: one that was accepted here, or the one that the settings choose. In: the store.
// Out: a path for the engine, and a way back. The choice is kept with the workspace's other state and not in the
// settings: `marginalia.model.path` belongs to the machine and to the person, and stays as they wrote it.

import type { ModelStore } from './modelStore.ts';

export interface ActiveModel {
  /** Name of an accepted model; undefined: the model of the settings. */
  readonly name: string | undefined;
  /** Folder of that model. */
  readonly path: string | undefined;
  /** What was used before, latest last; null stands for the model of the settings. */
  readonly history: readonly (string | null)[];
  /** Remembers the choice for good; what it was before can be rolled back to. */
  use(name: string | undefined): Promise<void>;
  rollBack(): Promise<void>;
  /** A model that no longer exists is not gone back to. */
  forget(name: string): Promise<void>;
}

const maxHistory = 20;

/** Reads the record; a model that is no longer there counts as not chosen. */
export async function openActiveModel(store: ModelStore): Promise<ActiveModel> {
  const names = new Set((await store.versions()).map(({ record }) => record.name));
  const kept = readActive(await store.readRecord('active'));
  const isThere = (name: string | null) => name === null || names.has(name);
  let current = kept.name !== null && isThere(kept.name) ? kept.name : null;
  let history = kept.history.filter(isThere);

  const remember = async (name: string | null, past: readonly (string | null)[]): Promise<void> => {
    const trimmed = past.slice(-maxHistory);
    await store.writeRecord('active', { name, history: trimmed });
    current = name;
    history = trimmed;
  };
  return {
    get name() {
      return current ?? undefined;
    },
    get path() {
      return current === null ? undefined : store.modelFolder(current);
    },
    get history() {
      return history;
    },
    use: (name) => remember(name ?? null, [...history, current]),
    async rollBack() {
      const previous = history.at(-1);
      if (previous === undefined) return;
      await remember(previous, history.slice(0, -1));
    },
    forget: (name) =>
      remember(
        current === name ? null : current,
        history.filter((one) => one !== name),
      ),
  };
}

/** The record may come from another version of the program. */
function readActive(value: unknown): {
  readonly name: string | null;
  readonly history: readonly (string | null)[];
} {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const isName = (one: unknown): one is string | null => one === null || typeof one === 'string';
  return {
    name: typeof record.name === 'string' ? record.name : null,
    history: Array.isArray(record.history) ? record.history.filter(isName) : [],
  };
}
