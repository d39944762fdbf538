// Answers `textDocument/codeLens`: "Find similar" above each comment that documents something. Only for clients
// that have the command, and only where the setting asks for it.

import type { CancellationToken, CodeLens, CodeLensParams } from 'vscode-languageserver';
import { toRange } from '../toProto.ts';
import { type HandlerContext, reasonToSkip, requireCurrent } from './context.ts';

/** The client's command; its arguments are the document and a position in the comment. */
export const findSimilarCommand = 'marginalia.findSimilar';

export function createCodeLensHandler(context: HandlerContext) {
  return async (params: CodeLensParams, _token: CancellationToken): Promise<CodeLens[]> => {
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return [];
    const settings = await context.settings.get(document.uri);
    if (!settings.search.codeLens || reasonToSkip(document, settings, context.texts)) return [];
    await context.ensureEngine();
    const extraction = await context.analysis.extract(document);
    requireCurrent(context, document);
    return (extraction?.passages ?? []).flatMap((passage) => {
      if (!passage.symbol || !passage.ownLine) return [];
      const range = toRange(document.lines, passage.span);
      return [
        {
          range: { start: range.start, end: range.start },
          command: {
            title: context.texts.findSimilar,
            command: findSimilarCommand,
            arguments: [document.uri, range.start],
          },
        },
      ];
    });
  };
}
