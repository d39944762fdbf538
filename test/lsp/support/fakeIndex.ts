// An index for tests of the language server: passages are given, a passage is found when it holds a word of the
// query, and an answer is the first sentence of the best passage when the question names the passage's symbol.

import { type Cancellation, throwIfCancelled } from '../../../server/src/engine/cancellation.ts';
import type {
  IndexStatus,
  SearchHit,
  SearchResult,
  WorkspaceIndex,
} from '../../../server/src/engine/index/workspaceIndex.ts';

export interface FakePassage {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly symbol?: string;
  readonly labels?: SearchHit['labels'];
}

export interface FakeIndex extends WorkspaceIndex {
  readonly changedFiles: string[];
  readonly preferredFiles: string[][];
  readonly queries: string[];
  refreshCount: number;
  isPaused: boolean;
  isDisposed: boolean;
  setStatus(status: Partial<IndexStatus>): void;
}

export interface FakeIndexOptions {
  readonly passages?: readonly FakePassage[];
  /** Held before each answer. */
  readonly gate?: () => Promise<void>;
  readonly answerScore?: number;
  readonly failure?: Error;
  /** Passages that every query finds by meaning alone, at these ranks. */
  readonly vectorRanks?: readonly number[];
}

export const readyStatus: IndexStatus = {
  state: 'ready',
  files: 2,
  passages: 3,
  embedded: 3,
  secondsLeft: undefined,
  skipped: { binary: 1 },
  sizeBytes: 4096,
  message: undefined,
};

export function createFakeIndex(options: FakeIndexOptions = {}): FakeIndex {
  const passages = options.passages ?? [];
  const listeners = new Set<(status: IndexStatus) => void>();
  let status = readyStatus;
  const find = async (words: readonly string[], count: number, cancellation: Cancellation) => {
    throwIfCancelled(cancellation);
    await options.gate?.();
    throwIfCancelled(cancellation);
    if (options.failure) throw options.failure;
    const hits = passages
      .map((passage, number) => toHit(passage, number, words))
      .filter((hit) => hit.highlights.length > 0)
      .slice(0, count);
    return hits;
  };
  const toResult = (hits: readonly SearchHit[]): SearchResult => ({
    hits,
    tiers: ['lexical'],
    problems: [],
  });
  const index: FakeIndex = {
    changedFiles: [],
    preferredFiles: [],
    queries: [],
    refreshCount: 0,
    isPaused: false,
    isDisposed: false,
    async search({ text, count }, cancellation) {
      index.queries.push(text);
      const byWords = await find(wordsOf(text), count, cancellation);
      const byMeaning = (options.vectorRanks ?? []).map((vectorRank) => ({
        ...toHit({ file: `meaning${vectorRank}.md`, line: 1, text: 'Like it.' }, vectorRank, []),
        lexicalRank: undefined,
        vectorRank,
      }));
      const hits = [...byWords, ...byMeaning];
      const wrong = /nonsense:\S*/.exec(text);
      return { ...toResult(hits), problems: wrong ? [`There is no filter ${wrong[0]}`] : [] };
    },
    async ask(question, cancellation) {
      const read = await find(wordsOf(question), 10, cancellation);
      const hit = read.find((one) => one.symbol !== undefined && question.includes(one.symbol));
      if (!hit) {
        const none = { unknownWords: wordsOf(question), surest: undefined, needed: 0.5 };
        return { answer: undefined, none, read, problem: undefined };
      }
      const sentence = { start: 0, end: hit.text.indexOf('.') + 1 };
      const span = { start: 0, end: hit.text.indexOf(' ') };
      const { line } = hit;
      const source = { span: sentence, line, column: 4, endLine: line, endColumn: 4 + sentence.end };
      const answer = { hit, span, sentence, source, score: options.answerScore ?? 0.8 };
      return { answer, none: undefined, read, problem: undefined };
    },
    async similar(target, count, cancellation) {
      const text = 'id' in target ? (passages[Number(target.id)]?.text ?? '') : target.text;
      const hits = await find(wordsOf(text), count + 1, cancellation);
      return toResult(hits.filter((hit) => !('id' in target && hit.id === target.id)).slice(0, count));
    },
    status: () => status,
    async skippedFiles() {
      return [{ file: 'logo.png', reason: 'binary', detail: 'holds bytes of value 0' }];
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async refresh() {
      index.refreshCount++;
    },
    async fileChanged(file) {
      index.changedFiles.push(file);
    },
    prefer: (files) => void index.preferredFiles.push([...files]),
    pause() {
      index.isPaused = true;
      index.setStatus({ state: 'paused' });
    },
    resume() {
      index.isPaused = false;
      index.setStatus({ state: 'ready' });
    },
    async dispose() {
      index.isDisposed = true;
    },
    setStatus(change) {
      status = { ...status, ...change };
      for (const listener of listeners) listener(status);
    },
  };
  return index;
}

function toHit(passage: FakePassage, number: number, words: readonly string[]): SearchHit {
  const highlights = words.flatMap((word) => {
    const start = passage.text.toLowerCase().indexOf(word);
    return start < 0 ? [] : [{ start, end: start + word.length }];
  });
  return {
    id: String(number),
    file: passage.file,
    span: { start: 0, end: passage.text.length },
    line: passage.line,
    endLine: passage.line,
    text: passage.text,
    kind: 'doc',
    language: 'typescript',
    symbol: passage.symbol,
    labels: passage.labels ?? [],
    score: 1 / (number + 1),
    lexicalRank: number + 1,
    vectorRank: undefined,
    highlights,
    isDeprecated: false,
    duplicates: 0,
  };
}

function wordsOf(text: string): string[] {
  return [...text.toLowerCase().matchAll(/(?<![:\w])\w{5,}(?!\w*:)/g)].map((match) => match[0]);
}
