// Sessions of one model by depth and outputs, created when first asked for and released when others are needed more.
// Every session holds its own copy of the weights and its own spinning threads, so only a few may live.

import { EngineError } from '../errors.ts';
import { writeOnnxModel } from '../onnx/writeOnnxModel.ts';
import type { AlbertConfig } from './albertConfig.ts';
import type { AlbertWeights } from './albertWeights.ts';
import type { Precision } from './denseLayer.ts';
import { buildEncoderGraph } from './encoderGraph.ts';
import type { EncoderOutput } from './encoderOutput.ts';
import { outputName } from './encoderOutput.ts';
import { releaseBytes } from './releaseBytes.ts';
import { ModelSession, type SessionOptions } from './session.ts';
import type { EncoderSession, SessionThread } from './sessionThread.ts';

export interface SessionRequest {
  /** Layers that ran before. */
  readonly from: number;
  readonly depth: number;
  readonly precision: Precision;
  readonly outputs: readonly EncoderOutput[];
}

interface CachedSession {
  readonly from: number;
  readonly depth: number;
  readonly precision: Precision;
  readonly outputNames: ReadonlySet<string>;
  readonly session: Promise<EncoderSession>;
  /** Runs that use it now; a session in use is never released. */
  users: number;
}

export interface EncoderSessionsOptions extends SessionOptions {
  /** Sessions kept at the same time. */
  readonly maxSessions: number;
  /** Where they run; absent: in the thread that asks. */
  readonly thread?: SessionThread;
}

export class EncoderSessions {
  readonly #config: AlbertConfig;
  readonly #weights: AlbertWeights;
  readonly #options: EncoderSessionsOptions;
  /** Least recently used first. */
  #cached: CachedSession[] = [];
  #disposed = false;

  constructor(config: AlbertConfig, weights: AlbertWeights, options: EncoderSessionsOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
  }

  /** Sessions alive now. */
  get count(): number {
    return this.#cached.length;
  }

  /** Calls `work` with a session that runs the layers after `from` up to `depth` and has at least the given outputs. */
  async use<T>(wanted: SessionRequest, work: (session: EncoderSession) => Promise<T>): Promise<T> {
    const cached = this.#find(wanted) ?? this.#create(wanted);
    cached.users++;
    try {
      return await work(await cached.session);
    } finally {
      cached.users--;
      await this.#release(this.#disposed ? 0 : this.#options.maxSessions);
    }
  }

  /** Gives back those that compute in a precision that turned out to be of no use. */
  async releasePrecision(precision: Precision): Promise<void> {
    await this.#dispose((one) => one.precision === precision);
  }

  /** Gives back the memory and threads of every session that does not run now; the next use creates it again. */
  async releaseIdle(): Promise<void> {
    await this.#release(0);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#release(0);
  }

  #find({ from, depth, precision, outputs }: SessionRequest): CachedSession | undefined {
    const found = this.#cached.find(
      (one) =>
        one.from === from &&
        one.depth === depth &&
        one.precision === precision &&
        outputs.every((output) => one.outputNames.has(outputName(output))),
    );
    if (found) {
      this.#cached = [...this.#cached.filter((one) => one !== found), found];
    }
    return found;
  }

  #create({ from, depth, precision, outputs }: SessionRequest): CachedSession {
    if (this.#disposed) throw new EngineError('invalidArgument', 'The model was closed. Load it again.');
    const { thread, threads, runtime } = this.#options;
    const keepsHalfTable = (runtime ?? 'native') === 'native';
    const request = { from, depth, outputs, precision, keepsHalfTable };
    const graph = buildEncoderGraph(this.#config, this.#weights, request);
    const options = { threads, ...(runtime && { runtime }) };
    const bytes = writeOnnxModel(graph);
    const session = (thread ? thread.create(bytes, options) : ModelSession.create(bytes, options)).finally(
      () => releaseBytes(bytes),
    );
    const made: CachedSession = {
      from,
      depth,
      precision,
      outputNames: new Set(outputs.map(outputName)),
      session,
      users: 0,
    };
    this.#cached.push(made);
    // A session that could not be made must not be found again; the caller sees the error itself.
    session.catch(() => {
      this.#cached = this.#cached.filter((one) => one !== made);
    });
    return made;
  }

  async #release(allowedCount: number): Promise<void> {
    const excess = this.#cached.length - allowedCount;
    if (excess <= 0) return;
    const oldest = this.#cached.filter((one) => one.users === 0).slice(0, excess);
    await this.#dispose((one) => oldest.includes(one));
  }

  async #dispose(isUnneeded: (one: CachedSession) => boolean): Promise<void> {
    const unneeded = this.#cached.filter((one) => one.users === 0 && isUnneeded(one));
    this.#cached = this.#cached.filter((one) => !unneeded.includes(one));
    for (const one of unneeded) await (await one.session).dispose();
  }
}
