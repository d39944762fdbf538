// The MCP server: our tools as the Model Context Protocol has them. In: what answers the tools, and a wire.
// Out: resolves when the client has gone. A tool that fails answers with a sentence that the model can read; only
// a broken message is an error of the protocol.

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { type AgentToolName, agentTools } from '../../../../protocol/agentTools.ts';
import { type Cancellation, CancelledError } from '../../engine/cancellation.ts';
import type { CliPorts } from '../ports.ts';
import { createPortsTransport } from './portsTransport.ts';

export interface ToolAnswer {
  /** What a language model reads. */
  readonly text: string;
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type ToolAnswers = Readonly<
  Record<
    AgentToolName,
    (input: Readonly<Record<string, unknown>>, cancellation: Cancellation) => Promise<ToolAnswer>
  >
>;

export interface McpOptions {
  readonly version: string;
  readonly ports: Pick<CliPorts, 'readStdin' | 'stdout'>;
  readonly answers: ToolAnswers;
  readonly onError: (error: unknown) => void;
}

const instructions =
  'Knows every comment and documentation paragraph of one folder. Search before you ask the user why something is as it is; check your own comments after an edit.';

export async function serveMcp({ version, ports, answers, onError }: McpOptions): Promise<void> {
  const transport = createPortsTransport(ports);
  const server = new Server(
    { name: 'marginalia', title: 'Marginalia', version },
    { capabilities: { tools: {} }, instructions },
  );
  server.onerror = onError;
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: agentTools.map(({ name, description, input }) => ({
      name,
      description,
      inputSchema: {
        type: 'object' as const,
        properties: { ...input.properties },
        ...(input.required && { required: [...input.required] }),
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = agentTools.find((one) => one.name === params.name);
    if (!tool) {
      const known = agentTools.map((one) => one.name).join(', ');
      throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name}"; there are ${known}.`);
    }
    const cancellation: Cancellation = {
      get isCancelled() {
        return signal.aborted;
      },
    };
    return await answerTool(() => answers[tool.name](params.arguments ?? {}, cancellation), onError);
  });
  await server.connect(transport);
  await transport.ended;
}

async function answerTool(
  ask: () => Promise<ToolAnswer>,
  onError: (error: unknown) => void,
): Promise<CallToolResult> {
  try {
    const { text, data } = await ask();
    return { content: [{ type: 'text', text }], structuredContent: { ...data } };
  } catch (error) {
    if (!(error instanceof CancelledError)) onError(error);
    const message = error instanceof Error ? error.message : String(error);
    return { content: [{ type: 'text', text: message }], isError: true };
  }
}
