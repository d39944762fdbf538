// Conversions from the protocol's types to the engine's. The only place that reads LSP positions.

import type { CancellationToken, Position } from 'vscode-languageserver';
import type { Cancellation } from '../engine/cancellation.ts';
import { toOffset } from '../engine/text/lineIndex.ts';
import type { OpenDocument } from './documents.ts';

/** Positions outside the text are clamped to its ends, as the protocol asks. */
export function fromPosition(document: OpenDocument, position: Position): number {
  return toOffset(document.lines, { line: position.line, column: position.character });
}

export function fromToken(token: CancellationToken): Cancellation {
  return {
    get isCancelled() {
      return token.isCancellationRequested;
    },
  };
}
