// The fastest 32-bit matrix products that ONNX Runtime computes here: what an encoder that did nothing else would do.
// Answers `{gflops}` to each line: the best of several shapes around those of the shipped model.
//   node gemmPeak.ts THREADS

import { ModelSession } from '../../../server/src/engine/model/session.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import { matMul } from '../../../server/src/engine/onnx/operations.ts';
import { writeOnnxModel } from '../../../server/src/engine/onnx/writeOnnxModel.ts';
import { serveRequests } from './contender.ts';

const threads = Number(process.argv[2]);
const chainLength = 8;
const shapes = [
  { size: 384, rows: 256 },
  { size: 384, rows: 512 },
  { size: 640, rows: 512 },
  { size: 1024, rows: 512 },
  { size: 1024, rows: 1024 },
];
const products = await Promise.all(
  shapes.map(async (shape) => ({ ...shape, session: await createChain(shape.size) })),
);

await serveRequests(async () => {
  let gflops = 0;
  for (const { size, rows, session } of products) {
    const x = new Float32Array(rows * size).map((_, index) => Math.sin(index));
    const flops = 2 * rows * size * size * chainLength;
    for (let round = 0; round < 8; round++) {
      const startedMs = performance.now();
      await session.run({ x: { data: x, shape: [rows, size] } }, ['y']);
      gflops = Math.max(gflops, flops / (performance.now() - startedMs) / 1e6);
    }
  }
  return { gflops };
});

async function createChain(size: number): Promise<ModelSession> {
  const graph = new GraphBuilder();
  let y = graph.input('x', 'float32', ['N', size]);
  for (let index = 0; index < chainLength; index++) {
    const weight = graph.initializer(`w${index}`, () => ({
      elementType: 'float32',
      shape: [size, size],
      writeTo: (target) => {
        const values = new Float32Array(size * size).map((_, at) => Math.cos(at + index) / size);
        target.set(new Uint8Array(values.buffer));
      },
    }));
    y = matMul(graph, y, weight);
  }
  graph.output('y', y);
  return await ModelSession.create(writeOnnxModel(graph.build('peak')), { threads });
}
