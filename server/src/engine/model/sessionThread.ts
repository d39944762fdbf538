// Sessions that run in another thread, as the model station sees them: `run` blocks the thread that computes, so two
// runs at a time need two threads. A host that has threads hands one in.

import type { SessionOptions, SessionTensor } from './session.ts';

/** A model that turns named inputs into named outputs, wherever it runs. */
export interface EncoderSession {
  run(
    inputs: Readonly<Record<string, SessionTensor>>,
    wanted: readonly string[],
  ): Promise<Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>>;
  dispose(): Promise<void>;
}

export interface SessionThread {
  /** @param bytes an ONNX model, which moves there: weights travel with it, so the thread needs no files. */
  create(bytes: Uint8Array, options: SessionOptions): Promise<EncoderSession>;
  /** Lets what runs finish, then gives back the thread and all its sessions; what is asked afterwards fails. */
  close(): Promise<void>;
}
