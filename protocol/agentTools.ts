// The tools that coding agents get, in the editor and over MCP: one definition of names, descriptions and inputs.
// A test holds package.json to it. The descriptions are read by language models: they say when to use a tool.

export interface AgentToolDefinition {
  /** Name over MCP; in the editor `marginalia_` stands before it. */
  readonly name: AgentToolName;
  /** How a person refers to it in a chat: `#commentSearch`. */
  readonly referenceName: string;
  /** Key in package.nls.json for the title that people see. */
  readonly title: string;
  readonly description: string;
  readonly icon: string;
  readonly input: ToolInput;
}

export type AgentToolName = 'search_comments' | 'ask_comments' | 'check_comments';

/** JSON Schema of an object, as far as our tools need it. */
export interface ToolInput {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ToolProperty>>;
  readonly required?: readonly string[];
}

export interface ToolProperty {
  readonly type: 'string' | 'integer' | 'array';
  readonly description: string;
  readonly items?: { readonly type: 'string' };
  readonly minimum?: number;
  readonly maximum?: number;
}

export const defaultHitCount = 10;
export const maxHitCount = 50;

export const agentTools: readonly AgentToolDefinition[] = [
  {
    name: 'search_comments',
    referenceName: 'commentSearch',
    title: 'tool.search',
    description:
      'Searches every code comment, docstring and documentation paragraph of the workspace, by words and by meaning, on this machine. ' +
      'Use it to find why something was done, how something is meant to be used, what is known to be unfinished, or where a topic is documented. ' +
      'It does not search code. Each hit has file, line, text, labels and, where it documents one, the symbol.',
    icon: '$(search)',
    input: {
      type: 'object',
      properties: {
        query: {
          type: 'string',
          description:
            'Words or a description of what is meant. Filters may stand in it: label:rationale, debt:design, lang:go, kind:doc, path:src/, -path:test, "exact words".',
        },
        count: {
          type: 'integer',
          description: `Hits at most; ${defaultHitCount} if left out.`,
          minimum: 1,
          maximum: maxHitCount,
        },
      },
      required: ['query'],
    },
  },
  {
    name: 'ask_comments',
    referenceName: 'commentAsk',
    title: 'tool.ask',
    description:
      'Answers a question from the comments and documentation of the workspace with a verbatim sentence and its place, or says that the workspace does not answer it. ' +
      'Use it for facts such as limits, reasons, defaults and owners. The answer is never made up; an absent answer means that no sentence was sure enough.',
    icon: '$(question)',
    input: {
      type: 'object',
      properties: {
        question: { type: 'string', description: 'One question in plain words.' },
      },
      required: ['question'],
    },
  },
  {
    name: 'check_comments',
    referenceName: 'commentCheck',
    title: 'tool.check',
    description:
      'Checks comments: finds admitted debt, commented-out code, and deprecations without an alternative, each with file, line, confidence and text. ' +
      'Use it after editing, with changedSince set to the base revision such as HEAD, to see what the edit left behind.',
    icon: '$(checklist)',
    input: {
      type: 'object',
      properties: {
        files: {
          type: 'array',
          items: { type: 'string' },
          description:
            'Files relative to the workspace. With changedSince, folders too; then it may be left out.',
        },
        changedSince: {
          type: 'string',
          description: 'A git revision: only comments on lines that changed since are checked.',
        },
      },
    },
  },
];

/** As `contributes.languageModelTools` of the manifest has them. */
export function toContributedTools(): readonly Readonly<Record<string, unknown>>[] {
  return agentTools.map((tool) => ({
    name: editorToolName(tool.name),
    toolReferenceName: tool.referenceName,
    displayName: `%${tool.title}%`,
    userDescription: `%${tool.title}.description%`,
    modelDescription: tool.description,
    icon: tool.icon,
    canBeReferencedInPrompt: true,
    tags: ['marginalia', 'comments', 'documentation'],
    inputSchema: tool.input,
  }));
}

export function editorToolName(name: AgentToolName): string {
  return `marginalia_${name}`;
}
