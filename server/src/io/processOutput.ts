// A stream of this process as somewhere to write text: waits for slow readers, stays quiet when they leave.

import type { Writable } from 'node:stream';

export interface ProcessOutput {
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Why nothing more can be written; a reader who left is no reason to complain. */
  readonly end: 'reader left' | Error | undefined;
  /** Resolves when everything has been written, or cannot be. */
  flush(): Promise<void>;
}

/** What a stream says when nobody reads it any more. */
const departures = new Set(['EPIPE', 'ECONNRESET', 'EOF', 'ERR_STREAM_DESTROYED']);

type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** `onEnd` is called once: the reader went away, as `| head` does, or the disk is full. */
export function createProcessOutput(stream: OutputStream, onEnd: () => void): ProcessOutput {
  let end: ProcessOutput['end'];
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (end) return;
    end = departures.has(error.code ?? '') ? 'reader left' : error;
    onEnd();
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    get end() {
      return end;
    },
    flush: () => new Promise((resolve) => stream.write('', () => resolve())),
    write(text) {
      if (end || stream.write(text)) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          stream.off('drain', done).off('error', done).off('close', done);
          resolve();
        };
        stream.on('drain', done).on('error', done).on('close', done);
      });
    },
  };
}
