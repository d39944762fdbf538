// Passages and labels of open documents. In: a snapshot of a document. Out: its extraction and the labels of
// its passages, computed at most once per version and model; only passages that an edit changed go to the model.
// Long documents go there in slices, so that a hover need not wait for all of one.

import { type Cancellation, throwIfCancelled } from '../engine/cancellation.ts';
import {
  type Depth,
  type Engine,
  extractPassages,
  keepLastGood,
  type LabelledPassage,
  toTextInput,
  type WorkOptions,
} from '../engine/engine.ts';
import { EngineError } from '../engine/errors.ts';
import type { Extraction, Passage } from '../engine/passages/passage.ts';
import type { OpenDocument } from './documents.ts';
import type { EngineHolder } from './engineHolder.ts';

export interface WorkQueue {
  readonly documents: number;
  readonly passages: number;
}

export interface DocumentAnalysis {
  /** Undefined while there is no engine. Needs no model. */
  extract(document: OpenDocument): Promise<Extraction | undefined>;
  /** Labels of some passages, for instance of the one under the mouse. The model must be ready. */
  label(
    passages: readonly Passage[],
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly LabelledPassage[]>;
  /** Labels of all passages of a document. The model must be ready. */
  labelDocument(
    document: OpenDocument,
    options: WorkOptions,
    cancellation: Cancellation,
  ): Promise<readonly LabelledPassage[]>;
  readonly queue: WorkQueue;
}

/** About half a second of work on two cores: the longest that a hover waits behind a long document. */
export const passagesPerSlice = 32;

interface DocumentLabels {
  readonly document: OpenDocument;
  readonly modelRevision: number;
  readonly depth: Depth | undefined;
  readonly labelled: readonly LabelledPassage[];
}

/** The newest version of a document whose comments all had their ends. */
interface GoodVersion {
  readonly version: number;
  readonly text: string;
  readonly extraction: Extraction;
}

export function createDocumentAnalysis(holder: EngineHolder, onQueueChange: () => void): DocumentAnalysis {
  const extractions = new WeakMap<OpenDocument, { engine: Engine; extraction: Promise<Extraction> }>();
  // By the session of a document, so that a version can use what an earlier one left.
  const labels = new WeakMap<object, DocumentLabels>();
  const goodVersions = new WeakMap<object, GoodVersion>();
  const queue = { documents: 0, passages: 0 };

  const changeQueue = (documents: number, passages: number): void => {
    queue.documents += documents;
    queue.passages += passages;
    onQueueChange();
  };

  const extract = async (document: OpenDocument): Promise<Extraction | undefined> => {
    const engine = holder.engine;
    if (!engine) return undefined;
    const known = extractions.get(document);
    if (known?.engine === engine) return known.extraction;
    const extraction = engine.extract(document.source).then((current) => mend(document, current));
    extractions.set(document, { engine, extraction });
    // A failure is told to everybody who waits now, and tried again by the next.
    extraction.catch(() => extractions.delete(document));
    return extraction;
  };

  /** Below a comment or docstring that is still being typed, the passages of the last good version stay. */
  const mend = (document: OpenDocument, current: Extraction): Extraction => {
    const good = goodVersions.get(document.session);
    if (good && good.version > document.version) return current;
    const mended = good && keepLastGood(good, document.source, current, extractPassages);
    if (mended) return mended;
    const { version, source } = document;
    goodVersions.set(document.session, { version, text: source.text, extraction: current });
    return current;
  };

  const label: DocumentAnalysis['label'] = async (passages, options, cancellation) => {
    const engine = holder.engine;
    if (!engine || passages.length === 0) return [];
    let waiting = passages.length;
    changeQueue(1, waiting);
    try {
      const labelled: LabelledPassage[] = [];
      for (let start = 0; start < passages.length; start += passagesPerSlice) {
        throwIfCancelled(cancellation);
        const slice = passages.slice(start, start + passagesPerSlice);
        labelled.push(...(await engine.labelPassages(slice, options, cancellation)));
        waiting -= slice.length;
        changeQueue(0, -slice.length);
      }
      return labelled;
    } catch (error) {
      if (isBroken(error) && holder.engine === engine) holder.recheck();
      throw error;
    } finally {
      changeQueue(-1, -waiting);
    }
  };

  return {
    extract,
    label,
    async labelDocument(document, options, cancellation) {
      const modelRevision = holder.revision;
      const { depth } = options;
      const last = labels.get(document.session);
      const known = last?.modelRevision === modelRevision && last.depth === depth ? last : undefined;
      if (known?.document === document) return known.labelled;
      const passages = (await extract(document))?.passages ?? [];
      const scores = new Map(known?.labelled.map((one) => [keyOf(one.passage), one.scores]));
      const changed = passages.filter((passage) => !scores.has(keyOf(passage)));
      for (const one of await label(changed, options, cancellation)) {
        scores.set(keyOf(one.passage), one.scores);
      }
      const labelled = passages.flatMap((passage) => {
        const found = scores.get(keyOf(passage));
        return found ? [{ passage, scores: found }] : [];
      });
      labels.set(document.session, { document, modelRevision, depth, labelled });
      return labelled;
    },
    queue,
  };
}

/** Passages of which the model reads the same have the same labels. */
function keyOf(passage: Passage): string {
  const { text, context } = toTextInput(passage);
  return JSON.stringify([text, context]);
}

/** The engine says that it fell over; a cancelled call or a wrong argument says nothing about its health. */
function isBroken(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'runtimeUnavailable';
}

/**
 * The passage whose comment stands at an offset; its end counts, as a caret behind the last character is still
 * on the comment. Passages of nested regions lie inside others: the smallest wins.
 */
export function findPassageAt(passages: readonly Passage[], offset: number): Passage | undefined {
  let found: Passage | undefined;
  for (const passage of passages) {
    if (offset < passage.span.start || offset > passage.span.end) continue;
    if (!passage.parts.some((part) => offset >= part.start && offset <= part.end)) continue;
    if (!found || lengthOf(passage) < lengthOf(found)) found = passage;
  }
  return found;
}

function lengthOf(passage: Passage): number {
  return passage.span.end - passage.span.start;
}
