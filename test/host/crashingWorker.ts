// A worker that speaks the engine's messages and dies on purpose: `embed` throws outside of any call,
// `classify` ends the thread, `modelInfo` answers.

import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../server/src/host/messages.ts';

parentPort!.on('message', (message: ToWorker) => {
  if (message.kind !== 'call') return;
  switch (message.method) {
    case 'embed':
      throw new Error('thrown on purpose');
    case 'classify':
      process.exit(3);
      break;
    case 'modelInfo':
      parentPort!.postMessage({ kind: 'answer', id: message.id, value: { name: 'alive' } });
      break;
    case 'dispose':
      parentPort!.close();
  }
});
