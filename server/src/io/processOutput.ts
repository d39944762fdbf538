// A stream of this process as somewhere to write text: waits for slow readers, stays quiet when they leave.

import type { Writable } from 'node:stream';

export interface ProcessOutput {
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly isClosed: boolean;
}

type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** `onClosed` is called once when the reader goes away, as `| head` does. */
export function createProcessOutput(stream: OutputStream, onClosed: () => void): ProcessOutput {
  let isClosed = false;
  stream.on('error', () => {
    // EPIPE and its like: whoever read us has gone. There is nobody left to tell.
    if (isClosed) return;
    isClosed = true;
    onClosed();
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    get isClosed() {
      return isClosed;
    },
    write(text) {
      if (isClosed || stream.write(text)) return Promise.resolve();
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
