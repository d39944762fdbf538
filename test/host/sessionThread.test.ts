import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { ModelSession } from '../../server/src/engine/model/session.ts';
import { GraphBuilder } from '../../server/src/engine/onnx/graphBuilder.ts';
import { matMul } from '../../server/src/engine/onnx/operations.ts';
import { writeOnnxModel } from '../../server/src/engine/onnx/writeOnnxModel.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { openSessionThread } from '../../server/src/host/sessionThread.ts';
import { createTinyEngine, tinyModelFiles } from '../engine/tinyEngine.ts';

const worker = new URL('../../server/src/host/sessionWorker.ts', import.meta.url);

/** y = x · x. */
function squareModel(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [2, 2]);
  graph.output('y', matMul(graph, x, x));
  return writeOnnxModel(graph.build('square'));
}

const input = { x: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } };

describe('sessions in a thread beside the engine', () => {
  it('run as they do here, several at a time', async () => {
    const here = await ModelSession.create(squareModel(), { threads: 1 });
    const thread = openSessionThread(worker);
    const session = await thread.create(squareModel(), { threads: 1 });
    const expected = await here.run(input, ['y']);
    const results = await Promise.all(Array.from({ length: 20 }, () => session.run(input, ['y'])));
    for (const { y } of results) {
      assert.deepEqual([...y!.data], [...expected.y!.data]);
      assert.deepEqual([...y!.shape], [2, 2]);
    }
    await session.dispose();
    await thread.close();
    await here.dispose();
  });

  it('let what runs finish before the thread ends, and answer nothing afterwards', async () => {
    const thread = openSessionThread(worker);
    const session = await thread.create(squareModel(), { threads: 1 });
    const runs = Array.from({ length: 5 }, () => session.run(input, ['y']));
    await thread.close();
    for (const { y } of await Promise.all(runs)) assert.equal(y!.data[0], 7);
    await assert.rejects(session.run(input, ['y']), /closed/);
    await session.dispose();
    await thread.close();
  });

  it('BAD CALL - bytes that are no model are refused with a reason, and the thread goes on', async () => {
    const thread = openSessionThread(worker);
    await assert.rejects(thread.create(Uint8Array.of(1, 2, 3), { threads: 1 }), {
      name: 'EngineError',
      code: 'runtimeUnavailable',
    });
    const session = await thread.create(squareModel(), { threads: 1 });
    assert.equal((await session.run(input, ['y'])).y!.data[3], 22);
    await thread.close();
  });

  it('EXPECTED FAILURE - a thread that dies fails what it was asked', async () => {
    const thread = openSessionThread(new URL('./crashingWorker.ts', import.meta.url));
    // The worker knows nothing of sessions and never answers; then its place does not exist at all.
    const asked = thread.create(squareModel(), { threads: 1 });
    const closed = thread.close();
    await assert.rejects(asked, /closed|ended/);
    await closed;
    const missing = openSessionThread(new URL('./noSuchWorker.ts', import.meta.url));
    await assert.rejects(missing.create(squareModel(), { threads: 1 }), /Cannot find|ended/);
  }).timeout(20_000);

  it('read half of what the engine reads in bulk, with the same answers', async () => {
    const engine = await createTinyEngine();
    const client = createEngineClient({
      workerUrl: new URL('../../server/src/host/engineWorker.ts', import.meta.url),
      files: tinyModelFiles,
      device: 'cpu',
      threads: 2,
      logger: silentLogger,
    });
    const texts = Array.from({ length: 1200 }, (_, index) => `text ${index} ${'word '.repeat(index % 7)}`);
    const found = await client.embed(texts, { priority: 'background' }, neverCancelled);
    const expected = await engine.embed(texts, { priority: 'background' }, neverCancelled);
    for (const [text, vector] of found.entries()) {
      const dot = vector.reduce((sum, value, index) => sum + value * expected[text]![index]!, 0);
      assert.ok(dot > 0.99999, `text ${text} has the cosine ${dot}`);
    }
    await client.dispose();
    await engine.dispose();
  }).timeout(60_000);
});
