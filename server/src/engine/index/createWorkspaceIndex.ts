// The index of one folder: keeps the storage in line with the files, has the model read new texts in the background,
// and answers searches from what is there at any moment. In: storage, folder, model. Out: a `WorkspaceIndex`.
// Writing goes through one queue; searching never waits for it. Where another process writes, this one only reads,
// and takes over when the other is gone.

import { type Cancellation, CancelledError, neverCancelled } from '../cancellation.ts';
import type { Logger } from '../log.ts';
import type { FolderHistory, IndexStorage, VectorSpace, VectorTier, WorkspaceFolder } from '../storage.ts';
import { answerQuestion } from './answerQuestion.ts';
import { encodeTexts } from './encodeTexts.ts';
import type { FileReading } from './fileReading.ts';
import type { IndexModel, IndexModelInfo } from './indexModel.ts';
import { createStatusTracker, type StatusClock } from './indexStatus.ts';
import { type FolderReader, refreshFile, refreshFolder } from './refreshFolder.ts';
import { type SearchContext, searchNearest, searchPassages } from './searchPassages.ts';
import { hashText } from './toNewPassages.ts';
import type { SearchResult, WorkspaceIndex } from './workspaceIndex.ts';

export interface WorkspaceIndexOptions {
  readonly storage: IndexStorage;
  readonly folder: WorkspaceFolder;
  readonly model: IndexModel | undefined;
  /** Ends with the index. */
  readonly reading: FileReading;
  languageOf(file: string): string | undefined;
  /** A language by its name or by an ending of its files, as in `lang:py`. */
  languageNamed(name: string): string | undefined;
  /** Why the model had better not read just now, for the user; asked before each batch. */
  whyWait(): Promise<string | undefined>;
  /** Absent: nobody knows who wrote what. */
  readonly history: FolderHistory | undefined;
  readonly clock: StatusClock & { nowMs(): number; dateMs(): number };
  readonly logger: Logger;
  /** What happened when the storage was opened, for the user. */
  readonly notice: string | undefined;
}

/** Who saves may search at once; the model can wait for that. */
const afterSaveMs = 200;

/** How soon it is asked again whether the model may read. */
const waitMs = 1000;

/** How soon a reader tries to become the writer, and looks for what the writer did. */
const takeOverMs = 3000;

/** Knows its counts, but not yet what changed in the folder: `refresh` finds that out. */
export async function createWorkspaceIndex(options: WorkspaceIndexOptions): Promise<WorkspaceIndex> {
  const index = new FolderIndex(options);
  await index.open();
  return index;
}

class FolderIndex implements WorkspaceIndex {
  readonly #options: WorkspaceIndexOptions;
  readonly #storage: IndexStorage;
  readonly #status;
  readonly #reader: FolderReader;
  /** Set once, for work that nobody asked for: it ends with the index. */
  readonly #life = { isCancelled: false };
  #writes: Promise<unknown> = Promise.resolve();
  #model: Promise<IndexModelInfo | undefined> | undefined;
  #tier: VectorTier | undefined;
  #seenRevision = -1;
  #preferred: readonly string[] = [];
  #isPaused = false;
  #isEncoding: Promise<void> | undefined;
  /** The model has read every text but those of the changed files. */
  #isAllRead = false;
  #changedFiles = new Set<string>();
  #cancelTakeOver: (() => void) | undefined;
  #notice: string | undefined;

  constructor(options: WorkspaceIndexOptions) {
    this.#options = options;
    this.#storage = options.storage;
    this.#notice = options.notice;
    this.#status = createStatusTracker(options.clock);
    this.#reader = {
      folder: options.folder,
      storage: options.storage,
      reading: options.reading,
      languageOf: options.languageOf,
      onProgress: (files) => this.#status.set({ state: 'reading', files }),
    };
  }

  async open(): Promise<void> {
    const [latest] = await this.#storage.vectorSpaces();
    await this.#updateCounts(latest);
    const { passages } = this.#status.current;
    this.#status.set({ state: passages > 0 ? 'ready' : 'empty', message: this.#notice });
  }

  async search(...[query, cancellation]: Parameters<WorkspaceIndex['search']>): Promise<SearchResult> {
    return await searchPassages(query, await this.#searchContext(), cancellation);
  }

  async ask(...[question, cancellation]: Parameters<WorkspaceIndex['ask']>) {
    const context = await this.#searchContext();
    const model = (await this.#modelInfo())?.canAnswer ? this.#options.model : undefined;
    return await answerQuestion(question, { ...context, model }, cancellation);
  }

  async similar(
    ...[target, count, cancellation]: Parameters<WorkspaceIndex['similar']>
  ): Promise<SearchResult> {
    const { meaning } = await this.#searchContext();
    if (!meaning) {
      const problem = 'No passage has been read by the model yet, so none can be compared.';
      return { hits: [], tiers: [], problems: [problem] };
    }
    const { tier, model } = meaning;
    const isText = 'text' in target;
    const id = isText ? undefined : await this.#storage.findText(target.id);
    const stored = id === undefined ? undefined : (await this.#storage.vectors(tier.space, [id])).get(id);
    const text = isText
      ? target.text
      : id === undefined
        ? undefined
        : (await this.#storage.texts([id]))[0]?.text;
    if (text === undefined) {
      return { hits: [], tiers: [], problems: ['The passage is not in the index any more; search again.'] };
    }
    const vector = stored ?? (await model.encodeQuery(text, cancellation));
    const exceptHash = hashText(text);
    return await searchNearest(vector, { count, exceptHash }, { storage: this.#storage, tier });
  }

  status() {
    return this.#status.current;
  }

  skippedFiles() {
    return this.#storage.skipped();
  }

  onStatus(...[listener]: Parameters<WorkspaceIndex['onStatus']>) {
    return this.#status.listen(listener);
  }

  async refresh(cancellation: Cancellation): Promise<void> {
    if (!(await this.#tryToWrite())) return;
    try {
      await this.#write(async () => {
        this.#isAllRead = false;
        this.#status.set({ state: 'reading', message: this.#notice });
        await refreshFolder(this.#reader, this.#both(cancellation));
        if (await this.#storage.compact()) this.#tier?.forget();
        await this.#updateCounts(await this.#space());
      });
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#startEncoding(0);
  }

  async fileChanged(file: string): Promise<void> {
    if (!(await this.#tryToWrite())) return;
    try {
      const isFile = await this.#write(() => refreshFile(this.#reader, file));
      if (!isFile) await this.refresh(neverCancelled);
      else this.#changedFiles.add(file);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#startEncoding(afterSaveMs);
  }

  prefer(files: readonly string[]): void {
    this.#preferred = [...files];
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#status.current.state === 'embedding')
      this.#status.set({ state: 'paused', secondsLeft: undefined });
  }

  resume(): void {
    this.#isPaused = false;
    this.#startEncoding(0);
  }

  async dispose(): Promise<void> {
    if (this.#life.isCancelled) return;
    this.#life.isCancelled = true;
    this.#cancelTakeOver?.();
    this.#status.dispose();
    await this.#isEncoding;
    await this.#writes;
    this.#options.reading.dispose();
    await this.#storage.close();
  }

  /** Work that changes the storage, one after the other; a failure is its caller's alone. */
  #write<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writes.then(work);
    this.#writes = done.catch(() => {});
    return done;
  }

  #both(cancellation: Cancellation): Cancellation {
    const life = this.#life;
    return {
      get isCancelled() {
        return cancellation.isCancelled || life.isCancelled;
      },
    };
  }

  /** False: another process keeps this index; what it writes is seen here too. */
  async #tryToWrite(): Promise<boolean> {
    if (this.#life.isCancelled) return false;
    if (await this.#storage.becomeWriter()) return true;
    await this.#updateCounts(await this.#space());
    this.#status.set({ state: 'ready', message: 'Another window keeps this index up to date.' });
    this.#cancelTakeOver ??= this.#options.clock.schedule(() => {
      this.#cancelTakeOver = undefined;
      void this.refresh(neverCancelled).catch(() => {});
    }, takeOverMs);
    return false;
  }

  /** A model that does not work is asked again with the next search: its folder may have been repaired. */
  #modelInfo(): Promise<IndexModelInfo | undefined> {
    this.#model ??= (this.#options.model?.info() ?? Promise.resolve(undefined)).catch((error: unknown) => {
      this.#model = undefined;
      const message = error instanceof Error ? error.message : String(error);
      this.#options.logger.log('warn', 'Search goes on without the model.', { error: message });
      this.#notice ??= `Only words can be searched: ${message}`;
      return undefined;
    });
    return this.#model;
  }

  async #space(): Promise<VectorSpace | undefined> {
    const info = await this.#modelInfo();
    return info && info.dimensions > 0
      ? { fingerprint: info.fingerprint, dimensions: info.dimensions }
      : undefined;
  }

  async #searchContext(): Promise<SearchContext> {
    const info = await this.#modelInfo();
    const space = await this.#space();
    const { languageNamed, model, history, clock } = this.#options;
    if (space) {
      if (!this.#tier) this.#tier = this.#storage.vectorTier(space);
      const revision = await this.#storage.revision();
      if (revision !== this.#seenRevision) {
        await this.#tier.update();
        this.#seenRevision = revision;
      }
    }
    return {
      storage: this.#storage,
      vocabulary: {
        tasks: info?.tasks ?? [],
        languageOf: languageNamed,
        nowMs: () => clock.dateMs(),
      },
      history,
      meaning: this.#tier && model && this.#tier.count > 0 ? { tier: this.#tier, model } : undefined,
    };
  }

  #startEncoding(delayMs: number): void {
    if (this.#isEncoding || this.#life.isCancelled) return;
    if (this.#isPaused) {
      this.#status.set({ state: 'paused' });
      return;
    }
    this.#status.set({ state: 'embedding' });
    const delay =
      delayMs === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => this.#options.clock.schedule(resolve, delayMs));
    this.#isEncoding = delay
      .then(() => this.#encode())
      .catch((error: unknown) => {
        if (!(error instanceof CancelledError)) this.#fail(error);
      })
      .finally(() => {
        this.#isEncoding = undefined;
        // Saved while the last batch was written.
        if (this.#changedFiles.size > 0 && this.#status.current.state === 'ready')
          this.#startEncoding(afterSaveMs);
      });
  }

  async #encode(): Promise<void> {
    const space = await this.#space();
    const { model, clock } = this.#options;
    if (!space || !model) {
      this.#changedFiles.clear();
      await this.#updateCounts(await this.#space());
      this.#status.set({ state: 'ready', secondsLeft: undefined, message: this.#notice });
      return;
    }
    const onlyFiles = this.#isAllRead ? [...this.#changedFiles] : undefined;
    this.#changedFiles.clear();
    this.#isAllRead = false;
    let textsLeft = onlyFiles ? 0 : await this.#countTextsLeft(space);
    let msPerText: number | undefined;
    const isDone = await encodeTexts(
      {
        storage: this.#storage,
        model,
        space,
        onlyFiles,
        preferred: () => this.#preferred,
        untilFree: () => this.#untilFree(),
        mayContinue: () => !this.#isPaused,
        nowMs: () => clock.nowMs(),
        onBatch: async (count, elapsedMs) => {
          msPerText = 0.8 * (msPerText ?? elapsedMs / count) + (0.2 * elapsedMs) / count;
          textsLeft = Math.max(0, textsLeft - count);
          const embedded = Math.min(this.#status.current.passages, this.#status.current.embedded + count);
          const secondsLeft = Math.ceil((textsLeft * msPerText) / 1000);
          this.#status.set({ state: 'embedding', embedded, secondsLeft, message: this.#notice });
        },
      },
      this.#life,
    );
    this.#isAllRead = isDone;
    if (isDone && !onlyFiles) await this.#write(() => this.#storage.keepOnly(space));
    if (this.#life.isCancelled) return;
    await this.#updateCounts(await this.#space());
    this.#status.set({ state: isDone ? 'ready' : 'paused', secondsLeft: undefined, message: this.#notice });
  }

  async #untilFree(): Promise<void> {
    const { whyWait, clock } = this.#options;
    for (;;) {
      if (this.#isPaused || this.#life.isCancelled) return;
      const reason = await whyWait();
      if (reason === undefined) return;
      this.#status.set({ state: 'paused', secondsLeft: undefined, message: reason });
      await new Promise<void>((resolve) => clock.schedule(resolve, waitMs));
    }
  }

  async #countTextsLeft(space: VectorSpace): Promise<number> {
    const { texts, encodedTexts } = await this.#storage.counts(space);
    return texts - encodedTexts;
  }

  async #updateCounts(space: VectorSpace | undefined): Promise<void> {
    this.#status.setCounts(await this.#storage.counts(space));
    const skipped: Record<string, number> = {};
    for (const { reason } of await this.#storage.skipped()) skipped[reason] = (skipped[reason] ?? 0) + 1;
    this.#status.set({ skipped });
  }

  #fail(error: unknown): void {
    if (error instanceof CancelledError || this.#life.isCancelled) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#options.logger.log('error', 'The index could not be brought up to date.', { error: message });
    this.#status.set({ state: 'error', message, secondsLeft: undefined });
  }
}
