// An index over a real folder and a real SQLite file, with a model that tests can watch: the vector of a text follows
// from its letters, so texts with like letters are near, and every text that it reads is counted.

import { throwIfCancelled } from '../../../server/src/engine/cancellation.ts';
import { extractPassages, languageOfPath } from '../../../server/src/engine/engine.ts';
import { createWorkspaceIndex } from '../../../server/src/engine/index/createWorkspaceIndex.ts';
import { createFileReading } from '../../../server/src/engine/index/fileReading.ts';
import type { IndexModel } from '../../../server/src/engine/index/indexModel.ts';
import type { WorkspaceIndex } from '../../../server/src/engine/index/workspaceIndex.ts';
import { silentLogger } from '../../../server/src/engine/log.ts';
import type { IndexStorage } from '../../../server/src/engine/storage.ts';
import { createGitHistory } from '../../../server/src/io/index/gitHistory.ts';
import { createNodeWorkspaceFolder } from '../../../server/src/io/index/nodeWorkspaceFolder.ts';
import { openIndex } from '../../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../../server/src/io/sqliteDriver.ts';

export interface WatchedModel extends IndexModel {
  /** Texts read in the background, in order. */
  readonly readTexts: string[];
}

export const letterCount = 27;

export function createWatchedModel(
  options: { readonly fingerprint?: string; readonly gate?: () => Promise<void> } = {},
): WatchedModel {
  const readTexts: string[] = [];
  return {
    readTexts,
    info: async () => ({
      fingerprint: options.fingerprint ?? 'letters',
      dimensions: letterCount,
      tasks: [{ name: 'debt', labels: ['none', 'design'], ordinary: 'none' }],
      canAnswer: false,
    }),
    async read(texts, cancellation) {
      await options.gate?.();
      throwIfCancelled(cancellation);
      readTexts.push(...texts);
      return texts.map((text) => ({
        vector: letterVector(text),
        labels: [{ task: 'debt', name: /hack/i.test(text) ? 'design' : 'none', probability: 0.9 }],
      }));
    },
    encodeSentences: async (texts) => texts.map(letterVector),
    encodeQuery: async (text) => letterVector(text),
    answer: async () => [],
  };
}

export function letterVector(text: string): Float32Array {
  const counts = new Float32Array(letterCount);
  for (const letter of text.toLowerCase()) {
    const index = letter.charCodeAt(0) - 97;
    counts[index >= 0 && index < 26 ? index : 26]! += 1;
  }
  const length = Math.sqrt(counts.reduce((sum, count) => sum + count * count, 0));
  return counts.map((count) => count / (length || 1));
}

export interface TestIndex {
  readonly index: WorkspaceIndex;
  readonly storage: IndexStorage;
  readonly message: string | undefined;
  readonly isInMemory: boolean;
}

export async function openTestIndex(
  root: string,
  indexFolder: string,
  options: {
    readonly model?: IndexModel | undefined;
    /** Something to put between the index and its storage. */
    readonly wrap?: (storage: IndexStorage) => IndexStorage;
    readonly whyWait?: () => Promise<string | undefined>;
    /** Instead of a file. */
    readonly storage?: IndexStorage;
  } = {},
): Promise<TestIndex> {
  const opened = options.storage
    ? { storage: options.storage, message: undefined, isInMemory: false }
    : openIndex(indexFolder, loadSqliteDriver(), { isFresh: false });
  const storage = options.wrap?.(opened.storage) ?? opened.storage;
  const folder = createNodeWorkspaceFolder(root, { mayBlock: false });
  const index = await createWorkspaceIndex({
    storage,
    folder,
    model: options.model,
    reading: createFileReading({ folder, extract: extractPassages, languageOf: languageOfPath }),
    languageOf: languageOfPath,
    whyWait: options.whyWait ?? (async () => undefined),
    history: createGitHistory(root),
    languageNamed: (name) => languageOfPath(`a.${name}`),
    clock: {
      nowMs: () => performance.now(),
      dateMs: () => Date.now(),
      schedule(callback, delayMs) {
        const timer = setTimeout(callback, delayMs);
        timer.unref();
        return () => clearTimeout(timer);
      },
    },
    logger: silentLogger,
    notice: opened.message,
  });
  return { index, storage, message: opened.message, isInMemory: opened.isInMemory };
}

/** Until the model has read everything. */
export async function waitUntilReady(index: WorkspaceIndex): Promise<void> {
  while (['reading', 'embedding'].includes(index.status().state)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
