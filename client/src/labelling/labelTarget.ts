// What a labelling command is about. In: the argument that a hover's link or a quick fix carries, or nothing, when
// the command comes from the palette or a key. Out: a place in a document. Nothing that arrives is trusted.

import type { ProtocolPosition } from '../../../protocol/requests.ts';

/** The commands that links in hovers may run; the server names them in server/src/lsp/labelCommands.ts. */
export const labelCommandIds = [
  'marginalia.confirmLabels',
  'marginalia.correctLabels',
  'marginalia.dismissFinding',
  'marginalia.stillAccurate',
] as const;

export interface LabelTarget {
  readonly uri: string;
  readonly position: ProtocolPosition;
  /** Only this task is meant. */
  readonly task: string | undefined;
  /** Code of the finding that is meant. */
  readonly code: string | undefined;
}

/** Undefined where the argument is not one of ours. */
export function readLabelTarget(argument: unknown): LabelTarget | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { uri, position, task, code } = argument as Readonly<Record<string, unknown>>;
  const { line, character } = (position ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof uri !== 'string' || !Number.isInteger(line) || !Number.isInteger(character)) return undefined;
  return {
    uri,
    position: { line: line as number, character: character as number },
    task: typeof task === 'string' ? task : undefined,
    code: typeof code === 'string' ? code : undefined,
  };
}
