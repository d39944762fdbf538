// A process with an index of its own, for tests that kill it or let it meet another one. Started by fork with ROOT and
// INDEX; says over its channel what it has written, and answers `search`, `state` and `refresh`.

import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import type { IndexStorage } from '../../../server/src/engine/storage.ts';
import { createWatchedModel, openTestIndex } from './testIndex.ts';

const [root, indexFolder] = process.argv.slice(2) as [string, string];

/** What this process has been promised to be stored. */
function acknowledge(storage: IndexStorage): IndexStorage {
  return {
    ...storage,
    async writeFiles(changes) {
      const added = await storage.writeFiles(changes);
      const texts = changes.flatMap((change) =>
        'passages' in change ? (change.passages ?? []).map(({ text }) => text) : [],
      );
      process.send?.({ kind: 'written', texts });
      return added;
    },
    async writeVectors(space, passages) {
      await storage.writeVectors(space, passages);
      process.send?.({ kind: 'encoded', ids: passages.map(({ id }) => id) });
    },
  };
}

const { index } = await openTestIndex(root, indexFolder, { model: createWatchedModel(), wrap: acknowledge });

process.on('message', async (message: { readonly kind: string; readonly query?: string }) => {
  if (message.kind === 'refresh') await index.refresh(neverCancelled);
  if (message.kind === 'search') {
    const { hits } = await index.search({ text: message.query!, count: 10 }, neverCancelled);
    process.send?.({ kind: 'found', files: hits.map(({ file }) => file) });
    return;
  }
  if (message.kind === 'end') {
    await index.dispose();
    process.disconnect();
    return;
  }
  process.send?.({ kind: 'state', status: index.status() });
});
process.send?.({ kind: 'ready' });
