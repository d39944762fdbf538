// The wire of the MCP server: JSON-RPC messages, one per line, on the standard streams of the command line. The
// SDK's own transport takes the process's streams itself; ours go through the ports, as everything of a command.

import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { CliPorts } from '../ports.ts';

export interface PortsTransport extends Transport {
  /** Resolves when the other side has closed its end. */
  readonly ended: Promise<void>;
}

export function createPortsTransport(ports: Pick<CliPorts, 'readStdin' | 'stdout'>): PortsTransport {
  const buffer = new ReadBuffer();
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const readAll = async (): Promise<void> => {
    for await (const chunk of ports.readStdin()) {
      buffer.append(Buffer.from(chunk));
      takeMessages();
    }
  };
  /** A line that is no message is reported and skipped; the next one may be good again. */
  const takeMessages = (): void => {
    for (;;) {
      try {
        const message = buffer.readMessage();
        if (message === null) return;
        transport.onmessage?.(message);
      } catch (error) {
        transport.onerror?.(error instanceof Error ? error : new Error(String(error)));
      }
    }
  };

  const transport: PortsTransport = {
    ended,
    async start() {
      readAll()
        .catch((error: unknown) => transport.onerror?.(error as Error))
        .finally(() => void transport.close());
    },
    send: (message: JSONRPCMessage) => ports.stdout.write(serializeMessage(message)),
    async close() {
      end();
      transport.onclose?.();
    },
  };
  return transport;
}
