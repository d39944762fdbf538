// What people said about the passages of open documents, laid over what the model says. In: a document and labelled
// passages. Out: the same passages with the team's labels. A file of labels that cannot be read costs the team's
// labels and one message, not the model's.

import {
  findRow,
  hashOfCode,
  type LabelledPassage,
  LabelStoreError,
  type TaskSet,
  viewOfTeam,
} from '../engine/engine.ts';
import type { PassageVerdict } from '../engine/findings/finding.ts';
import type { LabelBook } from '../engine/labelling/labelBook.ts';
import type { LabelRow } from '../engine/labelling/labelRow.ts';
import type { Extraction, Passage } from '../engine/passages/passage.ts';
import type { OpenDocument } from './documents.ts';
import type { LabelStores } from './labelStores.ts';

export interface TeamLabelled extends LabelledPassage {
  readonly row: LabelRow | undefined;
  readonly verdict: PassageVerdict;
}

/** A document that is open, or a file as it stands on the disk. */
type DocumentText = Pick<OpenDocument, 'uri' | 'source'>;

export interface TeamLabels {
  readonly stores: LabelStores;
  overlay(
    document: DocumentText,
    extraction: Extraction | undefined,
    labelled: readonly LabelledPassage[],
    tasks: TaskSet,
  ): Promise<readonly TeamLabelled[]>;
  rowOf(document: Pick<DocumentText, 'uri'>, passage: Passage): Promise<LabelRow | undefined>;
}

export function createTeamLabels(
  stores: LabelStores,
  onProblem: (error: LabelStoreError) => void,
): TeamLabels {
  const readBook = async (uri: string): Promise<LabelBook | undefined> => {
    try {
      return await stores.of(uri)?.store.read();
    } catch (error) {
      if (!(error instanceof LabelStoreError)) throw error;
      onProblem(error);
      return undefined;
    }
  };
  return {
    stores,
    async overlay(document, extraction, labelled, tasks) {
      const book = await readBook(document.uri);
      if (!book || book.rows.size === 0) {
        return labelled.map((one) => ({ ...one, row: undefined, verdict: noVerdict }));
      }
      const passages = extraction?.passages ?? [];
      return labelled.map(({ passage, scores }) => {
        const codeHash = () => hashOfCode(document.source.text, passages, passage);
        return { passage, ...viewOfTeam({ book, passage, scores, tasks, codeHash }) };
      });
    },
    async rowOf(document, passage) {
      const book = await readBook(document.uri);
      return book && findRow(book, passage.text.value);
    },
  };
}

const noVerdict: PassageVerdict = { authors: {}, silenced: [], isAccurate: false };
