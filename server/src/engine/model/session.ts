// The only file that knows ONNX Runtime, in both its builds. In: the bytes of a model. Out: a session that turns named inputs into named
// outputs. `run` blocks the thread that calls it, so the engine lives in a worker; every session owns native memory
// and threads, so it has to be disposed of.

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../errors.ts';
import { type AcceleratorName, findAccelerator } from './devices.ts';

/**
 * `native`: the library for this platform, on the CPU. `wasm`: the same runtime as WebAssembly, slower, for where that one
 * fails. An accelerator: the native library with another device, and the CPU for operators that the device lacks.
 */
export type RuntimeName = 'native' | 'wasm' | AcceleratorName;

export interface RuntimeChoice {
  readonly name: RuntimeName;
  /** A sentence for the user. */
  readonly reason: string;
}

export interface SessionOptions {
  /** Threads that one run may use. */
  readonly threads: number;
  /** Absent: `native`. */
  readonly runtime?: RuntimeName;
}

export interface SessionTensor {
  readonly data: Float32Array | Float64Array | BigInt64Array;
  readonly shape: readonly number[];
}

/** What comes out of a run; 64-bit floats only from a graph that computes in them. */
export interface FloatTensor {
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

type Runtime = typeof import('onnxruntime-node');

export class ModelSession {
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;

  private constructor(runtime: Runtime, session: InferenceSession) {
    this.#runtime = runtime;
    this.#session = session;
  }

  /**
   * @param bytes an ONNX model; the runtime keeps its own copy, so the caller should let go of them.
   * @throws EngineError `runtimeUnavailable` where the native module does not load or refuses the model.
   */
  static async create(bytes: Uint8Array, options: SessionOptions): Promise<ModelSession> {
    const name = options.runtime ?? 'native';
    const runtime = await loadRuntime(name);
    try {
      const session = await runtime.InferenceSession.create(bytes, {
        executionProviders: providersOf(name, runtime),
        intraOpNumThreads: options.threads,
        interOpNumThreads: 1,
        // Our graph already has the shape that runs best: on two cores with AVX2 every higher level was 1 to 3 %
        // slower (32 × 32 tokens, three rounds interleaved) and took longer to start.
        graphOptimizationLevel: 'disabled',
        // Batches have many different shapes, and a pattern is kept for each: memory would grow without end.
        enableMemPattern: false,
        logSeverityLevel: 3,
      });
      return new ModelSession(runtime, session);
    } catch (cause) {
      throw new EngineError(
        'runtimeUnavailable',
        `ONNX Runtime could not start the model: ${messageOf(cause)}. Reinstall Marginalia if this stays.`,
        { cause },
      );
    }
  }

  /** Runs once and answers the outputs named in `wanted`; 32-bit floats all. */
  async run(
    inputs: Readonly<Record<string, SessionTensor>>,
    wanted: readonly string[],
  ): Promise<Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>> {
    const results = await this.#runOrExplain(this.#toTensors(inputs), wanted);
    return Object.fromEntries(
      wanted.map((name) => {
        const tensor = results[name] as Tensor;
        return [name, { data: tensor.data as Float32Array, shape: tensor.dims }];
      }),
    );
  }

  /**
   * Runs once for training: an output that has a place is written there, and only the others are answered.
   * Invariant: no place may share memory with an input or with another place. The runtime orders its work by the
   * graph alone and would write into what it still has to read. Nor may any be over a SharedArrayBuffer.
   */
  async runInto(
    inputs: Readonly<Record<string, SessionTensor>>,
    places: Readonly<Record<string, FloatTensor | undefined>>,
  ): Promise<Readonly<Record<string, FloatTensor>>> {
    const fetches: Record<string, Tensor | null> = {};
    const open: string[] = [];
    for (const [name, place] of Object.entries(places)) {
      fetches[name] = place ? this.#toTensor(place) : null;
      if (!place) open.push(name);
    }
    const results = await this.#runOrExplain(this.#toTensors(inputs), fetches);
    // The runtime answers a fresh copy of every output, those with a place too: the copies are let go here.
    return Object.fromEntries(
      open.map((name) => {
        const tensor = results[name] as Tensor;
        return [name, { data: tensor.data as Float32Array | Float64Array, shape: tensor.dims }];
      }),
    );
  }

  #toTensors(inputs: Readonly<Record<string, SessionTensor>>): Record<string, Tensor> {
    return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, this.#toTensor(input)]));
  }

  #toTensor({ data, shape }: SessionTensor): Tensor {
    if (data instanceof Float32Array) return new this.#runtime.Tensor('float32', data, shape);
    if (data instanceof Float64Array) return new this.#runtime.Tensor('float64', data, shape);
    return new this.#runtime.Tensor('int64', data, shape);
  }

  async #runOrExplain(
    feeds: Record<string, Tensor>,
    wanted: readonly string[] | Readonly<Record<string, Tensor | null>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await this.#session.run(feeds, wanted as InferenceSession.FetchesType);
    } catch (cause) {
      throw new EngineError(
        'runtimeUnavailable',
        `ONNX Runtime could not run the model: ${messageOf(cause)}. Try a smaller batch, or restart Marginalia.`,
        { cause },
      );
    }
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** @throws Error where this build of the runtime has never heard of the device: it would quietly take the CPU instead. */
function providersOf(name: RuntimeName, runtime: Runtime): string[] {
  if (name === 'wasm') return ['wasm'];
  const accelerator = findAccelerator(name);
  if (!accelerator) return ['cpu'];
  const isKnown = runtime.listSupportedBackends().some((backend) => backend.name === accelerator.provider);
  if (!isKnown) throw new Error(`this build has no ${name}`);
  return [accelerator.provider, 'cpu'];
}

/** Imported on first use: a machine without the native module can still read folders and explain itself. */
async function loadRuntime(name: RuntimeName): Promise<Runtime> {
  try {
    if (name !== 'wasm') return await import('onnxruntime-node');
    const runtime = (await import('onnxruntime-web')) as unknown as Runtime;
    // More threads would need workers of their own inside of ours.
    runtime.env.wasm.numThreads = 1;
    return runtime;
  } catch (cause) {
    throw new EngineError(
      'runtimeUnavailable',
      `ONNX Runtime does not load on this machine: ${messageOf(cause)}. Reinstall Marginalia for this platform.`,
      { cause },
    );
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
