// Stands between a client and a PostgreSQL server, and can be cut. In: where the server listens. Out: a port of its own.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Wire {
  readonly port: number;
  /** Breaks every connection there is; new ones get through. */
  cut(): void;
  /** Breaks the connection that sends this. */
  cutAfter(pattern: RegExp): void;
  close(): Promise<void>;
}

export async function openWire(host: string, target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let pattern: RegExp | undefined;
  const relay: Server = createServer((near) => {
    const far = connect(target, host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        if (from === near && pattern?.test(bytes.toString('latin1'))) {
          pattern = undefined;
          near.destroy();
          return;
        }
        to.write(bytes);
      });
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    cutAfter(wanted) {
      pattern = wanted;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}
