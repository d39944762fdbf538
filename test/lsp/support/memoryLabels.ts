// Labels that are kept in memory, with one task that only the team has.

import {
  addRows,
  createBook,
  type LabelBook,
  putRow,
  removeRow,
} from '../../../server/src/engine/labelling/labelBook.ts';
import type { LabelRow } from '../../../server/src/engine/labelling/labelRow.ts';
import type { LabelStore } from '../../../server/src/engine/labelling/labelStore.ts';

export function createMemoryStore(rows: readonly LabelRow[] = []): LabelStore & { book: LabelBook } {
  return {
    location: '/project/.marginalia/labels.jsonl',
    book: createBook(rows, []),
    async read() {
      return this.book;
    },
    async save(changed) {
      this.book = changed.reduce(putRow, this.book);
    },
    async add(rows) {
      this.book = addRows(this.book, rows);
    },
    async remove(id) {
      this.book = removeRow(this.book, id);
    },
    tasks: async () => ({
      tasks: [
        {
          name: 'tone',
          several: false,
          description: { en: 'How does it sound?' },
          labels: [{ name: 'kind', title: { en: 'Kind' }, description: { en: '' }, words: [] }],
        },
      ],
      problem: undefined,
    }),
    author: async () => 'Ada',
    async dispose() {},
  };
}
