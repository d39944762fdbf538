// @huggingface/transformers as its documentation shows it: the pipeline for feature extraction, mean pooling.
//   node transformersJs.ts FOLDER_OF_MODELS NAME THREADS

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { serveRequests, timeEncoding } from './contender.ts';

const [models, name, threads] = process.argv.slice(2);
const peers = createRequire(new URL('../peers/package.json', import.meta.url));
// The package's main file for `require` is CommonJS; its ES module lies beside it.
const { env, pipeline } = await import(pathToFileURL(peers.resolve('@huggingface/transformers')).href);
env.allowRemoteModels = false;
env.localModelPath = models;
const extract = await pipeline('feature-extraction', name, {
  device: 'cpu',
  dtype: 'fp32',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});
await serveRequests((request) =>
  timeEncoding(request, async (texts) => {
    const { dims, data } = await extract(texts, { pooling: 'mean', normalize: true });
    const size = dims[1] as number;
    return texts.map((_, row) => (data as Float32Array).slice(row * size, (row + 1) * size));
  }),
);
