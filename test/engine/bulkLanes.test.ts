import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LaneHost } from '../../server/src/engine/bulkLanes.ts';
import { CancelledError, neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createEngine, type LabellingEngine } from '../../server/src/engine/engine.ts';
import { ModelSession } from '../../server/src/engine/model/session.ts';
import { tinyModelFiles } from './tinyEngine.ts';

const background = { priority: 'background' as const };
const texts = Array.from({ length: 1500 }, (_, index) => `text ${index} ${'word '.repeat(index % 9)}`);

/** A host whose thread is this one, so that a test sees what is asked of it. */
function createWatchedHost(options: { readonly runsBeforeFailure?: number } = {}) {
  let timer: (() => void) | undefined;
  const seen = { opened: 0, closed: 0, runs: 0 };
  const host: LaneHost = {
    openThread() {
      seen.opened++;
      return {
        async create(bytes, sessionOptions) {
          const session = await ModelSession.create(bytes, sessionOptions);
          return {
            run: async (inputs, wanted) => {
              if (++seen.runs > (options.runsBeforeFailure ?? Number.POSITIVE_INFINITY))
                throw new Error('The thread has ended.');
              return await session.run(inputs, wanted);
            },
            dispose: () => session.dispose(),
          };
        },
        close: async () => {
          seen.closed++;
        },
      };
    },
    schedule(work) {
      timer = work;
      return () => {
        timer = undefined;
      };
    },
  };
  return { host, seen, passTime: () => timer?.() };
}

async function createLaneEngine(
  lanes: LaneHost,
  options: { readonly threads?: number; readonly warnings?: string[] } = {},
): Promise<LabellingEngine> {
  return await createEngine({
    files: tinyModelFiles,
    device: 'cpu',
    threads: options.threads ?? 2,
    logger: {
      log: (level, message) => {
        if (level === 'warn') options.warnings?.push(message);
      },
    },
    now: () => performance.now(),
    lanes,
  });
}

function assertSame(found: readonly Float32Array[], expected: readonly Float32Array[]): void {
  assert.equal(found.length, expected.length);
  for (const [text, vector] of found.entries()) {
    const dot = vector.reduce((sum, value, index) => sum + value * expected[text]![index]!, 0);
    assert.ok(dot > 0.99999, `text ${text} has the cosine ${dot}`);
  }
}

describe('much work in two lanes', () => {
  it('gives the answers of one, and closes the second lane when nothing came for a while', async () => {
    const { host, seen, passTime } = createWatchedHost();
    const engine = await createLaneEngine(host);
    const alone = await createLaneEngine(host, { threads: 1 });
    await engine.embed(texts.slice(0, 100), background, neverCancelled);
    assert.equal(seen.opened, 0, 'a hundred texts are worth no thread');
    const expected = await alone.embed(texts, background, neverCancelled);
    assert.equal(seen.opened, 0, 'one thread cannot be halved');
    assertSame(await engine.embed(texts, background, neverCancelled), expected);
    assert.equal(seen.opened, 1);
    assert.ok(seen.runs > 3, `the second lane ran ${seen.runs} batches`);

    const runsBefore = seen.runs;
    const [vector] = await engine.embed(['a hover'], { priority: 'interactive' }, neverCancelled);
    assert.equal(vector!.length, expected[0]!.length);
    assert.equal(seen.runs, runsBefore, 'what the user waits for does not stand behind the other lane');

    passTime();
    await engine.embed(['later'], { priority: 'interactive' }, neverCancelled);
    assert.equal(seen.closed, 1);
    const others = texts.map((text) => `again ${text}`);
    assertSame(
      await engine.embed(others, background, neverCancelled),
      await alone.embed(others, background, neverCancelled),
    );
    assert.equal(seen.opened, 2, 'it opens again when there is much work again');
    await engine.dispose();
    await alone.dispose();
    assert.equal(seen.closed, 2);
  }).timeout(60_000);

  it('goes on in one lane when the thread of the other ends', async () => {
    const { host, seen } = createWatchedHost({ runsBeforeFailure: 2 });
    const warnings: string[] = [];
    const engine = await createLaneEngine(host, { warnings });
    const alone = await createLaneEngine(host, { threads: 1 });
    const found = await engine.embed(texts, background, neverCancelled);
    assertSame(found, await alone.embed(texts, background, neverCancelled));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /second thread/);
    await engine.embed(
      texts.map((text) => `more ${text}`),
      background,
      neverCancelled,
    );
    assert.equal(seen.opened, 1, 'a thread that failed is not trusted again');
    await engine.dispose();
    await alone.dispose();
  }).timeout(60_000);

  it('stops in both when it is cancelled, and goes on afterwards', async () => {
    const { host } = createWatchedHost();
    const engine = await createLaneEngine(host);
    const cancellation = { isCancelled: false };
    const many = Array.from({ length: 20_000 }, (_, index) => `cancelled ${index} ${'word '.repeat(20)}`);
    const work = engine.embed(many, background, cancellation);
    setTimeout(() => {
      cancellation.isCancelled = true;
    }, 300);
    await assert.rejects(work, CancelledError);
    assert.equal((await engine.embed(texts, background, neverCancelled)).length, texts.length);
    await engine.dispose();
  }).timeout(60_000);
});
