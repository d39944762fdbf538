// Our engine as the product runs it: in its worker thread, through its client.
//   node marginalia.ts MODEL_FOLDER THREADS

import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { silentLogger } from '../../../server/src/engine/log.ts';
import { createEngineClient } from '../../../server/src/host/engineClient.ts';
import { createNodeModelFiles } from '../../../server/src/io/nodeModelFiles.ts';
import { serveRequests, timeEncoding } from './contender.ts';

const [folder, threads] = process.argv.slice(2);
const engine = createEngineClient({
  workerUrl: new URL('../../../server/src/host/engineWorker.ts', import.meta.url),
  files: createNodeModelFiles(folder!),
  device: 'cpu',
  threads: Number(threads),
  logger: silentLogger,
});
await engine.modelInfo();
await serveRequests((request) =>
  timeEncoding(request, (texts) =>
    engine.embed(
      texts,
      {
        priority: request.oneByOne ? 'interactive' : 'background',
        ...(request.depth && { depth: request.depth }),
        ...(request.approximate && { approximate: true }),
      },
      neverCancelled,
    ),
  ),
);
await engine.dispose();
