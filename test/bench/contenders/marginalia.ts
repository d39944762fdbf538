// Our engine as the product runs it: in its worker thread, through its client.
//   node marginalia.ts MODEL_FOLDER THREADS [one]
// `one`: never a second lane, to measure what that brings.

import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { createEngine } from '../../../server/src/engine/engine.ts';
import { silentLogger } from '../../../server/src/engine/log.ts';
import { createEngineClient } from '../../../server/src/host/engineClient.ts';
import { createNodeModelFiles } from '../../../server/src/io/nodeModelFiles.ts';
import { serveRequests, timeEncoding } from './contender.ts';

const [folder, threads, lanes] = process.argv.slice(2);
const options = {
  files: createNodeModelFiles(folder!),
  device: 'cpu',
  threads: Number(threads),
  logger: silentLogger,
};
const engine =
  lanes === 'one'
    ? await createEngine({ ...options, now: () => performance.now() })
    : createEngineClient({
        ...options,
        workerUrl: new URL('../../../server/src/host/engineWorker.ts', import.meta.url),
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
