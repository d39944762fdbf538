// Passages and labels of open documents. In: a snapshot of a document. Out: its extraction and the labels of
// its passages, computed at most once per version and model; passages that an edit left alone come from the
// engine's cache of texts. Long documents go to the model in slices, so that a hover need not wait for all of one.

import { type Cancellation, throwIfCancelled } from '../engine/cancellation.ts';
import type { Engine, LabelledPassage, WorkOptions } from '../engine/engine.ts';
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
  readonly modelRevision: number;
  readonly depth: number | undefined;
  readonly labelled: readonly LabelledPassage[];
}

export function createDocumentAnalysis(holder: EngineHolder, onQueueChange: () => void): DocumentAnalysis {
  const extractions = new WeakMap<OpenDocument, { engine: Engine; extraction: Promise<Extraction> }>();
  const labels = new WeakMap<OpenDocument, DocumentLabels>();
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
    const extraction = engine.extract(document.source);
    extractions.set(document, { engine, extraction });
    // A failure is told to everybody who waits now, and tried again by the next.
    extraction.catch(() => extractions.delete(document));
    return extraction;
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
      const known = labels.get(document);
      if (known && known.modelRevision === modelRevision && known.depth === options.depth) {
        return known.labelled;
      }
      const extraction = await extract(document);
      const labelled = await label(extraction?.passages ?? [], options, cancellation);
      labels.set(document, { modelRevision, depth: options.depth, labelled });
      return labelled;
    },
    queue,
  };
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
