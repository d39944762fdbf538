// One of the programs that a benchmark compares, in a process of its own, so that nobody's threads or compiled code
// help or disturb another. In: texts. Out: how long reading them took, and the vectors where they are asked for.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface EncodeRequest {
  readonly texts: readonly string[];
  /** Texts of one call; our engine takes all at once and cuts them itself. */
  readonly batchSize: number;
  /** What only our engine can choose. */
  readonly depth?: number;
  readonly approximate?: boolean;
  /** Each text is timed alone: `timesMs` holds one number per text. */
  readonly oneByOne?: boolean;
  readonly wantsVectors?: boolean;
}

export interface EncodeAnswer {
  readonly elapsedMs: number;
  readonly timesMs?: readonly number[];
  /** Base64 of little-endian floats, all vectors one after the other. */
  readonly vectors?: string;
}

export interface Contender {
  readonly name: string;
  request<T = EncodeAnswer>(request: unknown): Promise<T>;
  dispose(): Promise<void>;
}

/** The process says `{"ready": true}` when its model is loaded, and then answers one line to each line. */
export async function startContender(
  name: string,
  command: string,
  args: readonly string[],
): Promise<Contender> {
  const child: ChildProcessWithoutNullStreams = spawn(command, args);
  const stderr: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  const failed = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`${name} ended with exit code ${code}: ${stderr.join('').slice(-600)}`)),
    );
  });
  // Whoever waits for an answer hears of it; nobody else has to.
  failed.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value } = await Promise.race([lines.next(), failed]);
    return JSON.parse(value as string);
  };
  await nextLine();
  return {
    name,
    async request(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return await nextLine();
    },
    async dispose() {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
}

/** The other side, for contenders in JavaScript: `answer` is called for each request, in order. */
export async function serveRequests(answer: (request: EncodeRequest) => Promise<unknown>): Promise<void> {
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line) as EncodeRequest)));
  }
}

/** Times a run over all texts, or over each. */
export async function timeEncoding(
  request: EncodeRequest,
  encode: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<EncodeAnswer> {
  const { texts, oneByOne, wantsVectors } = request;
  const step = oneByOne ? 1 : request.batchSize;
  const vectors: Float32Array[] = [];
  const timesMs: number[] = [];
  const startedMs = performance.now();
  for (let start = 0; start < texts.length; start += step) {
    const callMs = performance.now();
    const found = await encode(texts.slice(start, start + step));
    timesMs.push(performance.now() - callMs);
    if (wantsVectors) vectors.push(...found);
  }
  return {
    elapsedMs: performance.now() - startedMs,
    ...(oneByOne && { timesMs }),
    ...(wantsVectors && {
      vectors: Buffer.concat(vectors.map((one) => Buffer.from(Float32Array.from(one).buffer))).toString(
        'base64',
      ),
    }),
  };
}
