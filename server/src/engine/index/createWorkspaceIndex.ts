// The index of one folder: keeps the storage in line with the files, has the model read new texts in the background,
// and answers searches from what is there at any moment. In: storage, folder, model. Out: a `WorkspaceIndex`.
// Writing goes through one queue; searching never waits for it. Where another process writes, this one only reads,
// and takes over when the other is gone.

import { type Cancellation, CancelledError, neverCancelled } from '../cancellation.ts';
import type { Logger } from '../log.ts';
import type { FolderHistory, IndexStorage, WorkspaceFolder } from '../storage.ts';
import { answerQuestion } from './answerQuestion.ts';
import { type BackgroundReading, createBackgroundReading } from './backgroundReading.ts';
import { type CurrentModel, createCurrentModel } from './currentModel.ts';
import type { FileReading } from './fileReading.ts';
import { hashText } from './hashText.ts';
import { createIndexCounter, type IndexCounter } from './indexCounter.ts';
import type { IndexModel } from './indexModel.ts';
import { createStatusTracker, type StatusClock, type StatusTracker } from './indexStatus.ts';
import { type FolderReader, refreshFile, refreshFolder } from './refreshFolder.ts';
import { type SearchContext, searchNearest, searchPassages } from './searchPassages.ts';
import { createUnwrittenTexts, type UnwrittenTexts } from './unwrittenTexts.ts';
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

/** How soon a reader tries to become the writer, and looks for what the writer did. */
const takeOverMs = 3000;

const keptByOther =
  'Another window or command keeps this index up to date; what it has read by now can be searched.';
const allRead = 'Everything is read and found by words; it is being written to the index.';

/** Knows its counts, but not yet what changed in the folder: `refresh` finds that out. */
export async function createWorkspaceIndex(options: WorkspaceIndexOptions): Promise<WorkspaceIndex> {
  const index = new FolderIndex(options);
  await index.open();
  return index;
}

class FolderIndex implements WorkspaceIndex {
  readonly #options: WorkspaceIndexOptions;
  readonly #storage: IndexStorage;
  readonly #status: StatusTracker;
  readonly #counter: IndexCounter;
  readonly #reader: FolderReader;
  readonly #model: CurrentModel;
  readonly #background: BackgroundReading;
  /** Set once, for work that nobody asked for: it ends with the index. */
  readonly #life = { isCancelled: false };
  #writes: Promise<unknown> = Promise.resolve();
  #cancelTakeOver: (() => void) | undefined;
  /** While a folder is read for the first time: what searches are answered from. */
  #unwritten: UnwrittenTexts | undefined;
  /** Of the storage, when it was looked at as one that another process writes. */
  #countedRevision = -1;
  #isReader = false;

  constructor(options: WorkspaceIndexOptions) {
    const { storage, model, clock, whyWait, logger } = options;
    this.#options = options;
    this.#storage = storage;
    this.#status = createStatusTracker(clock);
    this.#counter = createIndexCounter(storage, this.#status);
    this.#reader = {
      folder: options.folder,
      storage,
      reading: options.reading,
      languageOf: options.languageOf,
      preferred: () => this.#background.preferred,
      onProgress: (files) => {
        const passages = this.#unwritten?.passageCount ?? this.#status.current.passages;
        this.#status.set({ state: 'reading', files, passages });
      },
      showUnwritten: () => {
        this.#unwritten = createUnwrittenTexts();
        return this.#unwritten;
      },
      hideUnwritten: () => {
        this.#unwritten = undefined;
      },
      onAllRead: () => this.#status.set({ state: 'reading', message: allRead }),
      giveWay: () => new Promise((resolve) => clock.schedule(resolve, 0)),
    };
    this.#model = createCurrentModel({ storage, model, logger });
    this.#background = createBackgroundReading({
      ...{ storage, model, clock, whyWait },
      currentModel: this.#model,
      status: this.#status,
      life: this.#life,
      notice: () => this.#notice(),
      onAllRead: (space) => this.#write(() => storage.keepOnly(space)),
      updateCounts: (files) => this.#write(() => this.#updateCounts(files)),
      onError: (error) => this.#fail(error),
    });
  }

  async open(): Promise<void> {
    const [latest] = await this.#storage.vectorSpaces();
    await this.#counter.countAll(latest);
    const { passages } = this.#status.current;
    this.#status.set({ state: passages > 0 ? 'ready' : 'empty', message: this.#notice() });
  }

  async search(...[query, cancellation]: Parameters<WorkspaceIndex['search']>): Promise<SearchResult> {
    return await searchPassages(query, await this.#searchContext(), cancellation);
  }

  async ask(...[question, cancellation]: Parameters<WorkspaceIndex['ask']>) {
    const context = await this.#searchContext();
    const info = await this.#model.info();
    const { model, reading } = this.#options;
    return await answerQuestion(
      question,
      {
        ...context,
        model: info && info.dimensions > 0 ? model : undefined,
        spanModel: info?.canAnswer ? model : undefined,
        reading,
      },
      cancellation,
    );
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
        this.#status.set({ state: 'reading', message: this.#notice() });
        await refreshFolder(this.#reader, this.#both(cancellation));
        if (await this.#storage.compact()) this.#model.forgetVectors();
        await this.#updateCounts(undefined);
      });
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#background.startAll();
  }

  async fileChanged(file: string): Promise<void> {
    if (!(await this.#tryToWrite())) return;
    try {
      const isFile = await this.#write(async () => {
        await this.#counter.remember(file, this.#model.knownSpace);
        const isWritten = await refreshFile(this.#reader, file);
        await this.#counter.recount(file);
        return isWritten;
      });
      if (isFile) this.#background.startFile(file);
      else await this.refresh(neverCancelled);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  prefer(files: readonly string[]): void {
    this.#background.prefer(files);
  }

  pause(): void {
    this.#background.pause();
  }

  resume(): void {
    this.#background.resume();
  }

  async dispose(): Promise<void> {
    if (this.#life.isCancelled) return;
    this.#life.isCancelled = true;
    this.#cancelTakeOver?.();
    this.#status.dispose();
    await this.#background.ended();
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
    if (await this.#storage.becomeWriter()) {
      this.#isReader = false;
      return true;
    }
    if (!this.#isReader) this.#options.logger.log('warn', keptByOther);
    this.#isReader = true;
    const revision = await this.#storage.revision();
    if (revision !== this.#countedRevision) await this.#updateCounts(undefined);
    this.#countedRevision = revision;
    this.#status.set({ state: 'ready', message: keptByOther });
    this.#cancelTakeOver ??= this.#options.clock.schedule(() => {
      this.#cancelTakeOver = undefined;
      void this.refresh(neverCancelled).catch(() => {});
    }, takeOverMs);
    return false;
  }

  async #searchContext(): Promise<SearchContext> {
    const { languageNamed, history, clock } = this.#options;
    const tasks = (await this.#model.info())?.tasks ?? [];
    const meaning = await this.#model.meaning();
    const unwritten = this.#unwritten;
    return {
      storage: unwritten?.over(this.#storage) ?? this.#storage,
      vocabulary: { tasks, languageOf: languageNamed, nowMs: () => clock.dateMs() },
      history,
      // Its texts have other numbers.
      meaning: unwritten ? undefined : meaning,
    };
  }

  /** Of these files alone, or of all. */
  async #updateCounts(files: readonly string[] | undefined): Promise<void> {
    if (!files) await this.#counter.countAll(await this.#model.space());
    for (const file of files ?? []) await this.#counter.recount(file);
  }

  #notice(): string | undefined {
    return this.#options.notice ?? this.#model.problem;
  }

  #fail(error: unknown): void {
    if (error instanceof CancelledError || this.#life.isCancelled) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#options.logger.log('error', 'The index could not be brought up to date.', { error: message });
    this.#status.set({ state: 'error', message, secondsLeft: undefined });
  }
}
