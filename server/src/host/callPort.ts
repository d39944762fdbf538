// Calls in both directions over one pair of message ports. In: handlers by name. Out: a way to call the other side;
// errors keep their kind, and a caller's wish to cancel is seen there.

import type { MessagePort, Worker } from 'node:worker_threads';
import { type Cancellation, CancelledError, neverCancelled } from '../engine/cancellation.ts';
import { createCancelForwarder } from './cancelForwarder.ts';
import { fromWireError, toWireError, type WireError } from './messages.ts';
import { createSharedCancellation } from './sharedCancel.ts';

export type MessageChannelEnd = Worker | MessagePort;

/** Values are what the other side's interface says; here everything is plain data. */
export type CallHandlers = Readonly<
  Record<string, (values: readonly unknown[], cancellation: Cancellation) => unknown>
>;

export interface CallPort {
  call<T>(method: string, values: readonly unknown[], cancellation?: Cancellation): Promise<T>;
  /** As `call`; the memory in `moved` goes to the other side instead of being copied. */
  move<T>(method: string, values: readonly unknown[], moved: readonly ArrayBuffer[]): Promise<T>;
  /** Without an answer. */
  notify(method: string, values: readonly unknown[]): void;
  /** Ends every call that is under way: the other side is gone. */
  rejectAll(error: Error): void;
}

class MovedAnswer {
  readonly value: unknown;
  readonly moved: ArrayBuffer[];

  constructor(value: unknown, moved: readonly ArrayBuffer[]) {
    this.value = value;
    this.moved = [...moved];
  }
}

/** What a handler answers where the memory in `moved` should go to the other side instead of being copied. */
export function moveAnswer(value: unknown, moved: readonly ArrayBuffer[]): unknown {
  return new MovedAnswer(value, moved);
}

type WireMessage =
  | {
      readonly kind: 'call';
      /** Absent: nobody waits for an answer. */
      readonly id: number | undefined;
      readonly method: string;
      readonly values: readonly unknown[];
      readonly cancelFlag: SharedArrayBuffer | undefined;
    }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: WireError };

interface PendingCall {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export function createCallPort(end: MessageChannelEnd, handlers: CallHandlers): CallPort {
  const pending = new Map<number, PendingCall>();
  const cancels = createCancelForwarder();
  let nextId = 0;

  async function perform(message: Extract<WireMessage, { kind: 'call' }>): Promise<void> {
    const { id, method, values, cancelFlag } = message;
    try {
      const cancellation = cancelFlag ? createSharedCancellation(cancelFlag) : neverCancelled;
      const value = await handlers[method]!(values, cancellation);
      if (id === undefined) return;
      if (value instanceof MovedAnswer)
        end.postMessage({ kind: 'answer', id, value: value.value }, value.moved);
      else end.postMessage({ kind: 'answer', id, value });
    } catch (error) {
      if (id !== undefined) end.postMessage({ kind: 'failure', id, error: toWireError(error) });
    }
  }

  function take(id: number): PendingCall | undefined {
    const call = pending.get(id);
    pending.delete(id);
    return call;
  }

  end.on('message', (message: WireMessage) => {
    if (message.kind === 'call') void perform(message);
    else if (message.kind === 'answer') take(message.id)?.resolve(message.value as never);
    else take(message.id)?.reject(fromWireError(message.error));
  });

  function send<T>(
    call: Pick<Extract<WireMessage, { kind: 'call' }>, 'method' | 'values' | 'cancelFlag'>,
    moved: readonly ArrayBuffer[],
  ): Promise<T> {
    const id = nextId++;
    return new Promise<T>((resolve, reject) => {
      pending.set(id, { resolve, reject });
      end.postMessage({ kind: 'call', id, ...call }, moved);
    });
  }

  return {
    async call<T>(method: string, values: readonly unknown[], cancellation?: Cancellation): Promise<T> {
      if (cancellation?.isCancelled) throw new CancelledError();
      const cancelFlag = cancels.begin(cancellation);
      try {
        return await send<T>({ method, values, cancelFlag }, []);
      } finally {
        cancels.end(cancelFlag);
      }
    },
    move: (method, values, moved) => send({ method, values, cancelFlag: undefined }, moved),
    notify: (method, values) =>
      end.postMessage({ kind: 'call', id: undefined, method, values, cancelFlag: undefined }),
    rejectAll(error) {
      const calls = [...pending.values()];
      pending.clear();
      for (const call of calls) call.reject(error);
    },
  };
}
