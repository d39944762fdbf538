// Answers `workspace/symbol`: documented symbols whose name or documentation holds the words of the query. Off
// unless a setting asks for it, as most languages have a provider of their own that knows every symbol.

import type { CancellationToken, WorkspaceSymbolParams } from 'vscode-languageserver';
import { SymbolInformation, SymbolKind } from 'vscode-languageserver';
import { fromToken } from '../fromProto.ts';
import type { HandlerContext } from './context.ts';
import { askEveryIndex } from './search.ts';

const symbolCount = 50;

export function createWorkspaceSymbolHandler(context: HandlerContext) {
  return async ({ query }: WorkspaceSymbolParams, token: CancellationToken): Promise<SymbolInformation[]> => {
    const { enable, search } = await context.settings.get(undefined);
    // One letter matches half of a workspace.
    if (!enable || !search.workspaceSymbols || query.trim().length < 2) return [];
    const { hits } = await askEveryIndex(context, symbolCount, fromToken(token), ({ index }, cancellation) =>
      index.search({ text: query, count: symbolCount }, cancellation),
    );
    return hits.flatMap(({ symbol, byWords, line, endLine, uri, text }) => {
      if (symbol === undefined || !byWords) return [];
      const range = { start: { line, character: 0 }, end: { line: endLine, character: 0 } };
      const beginning = text.replace(/\s+/g, ' ').slice(0, 80);
      // The index does not keep what kind of symbol it is; `Key` is drawn as a plain name.
      return [SymbolInformation.create(symbol, SymbolKind.Key, range, uri, beginning)];
    });
  };
}
