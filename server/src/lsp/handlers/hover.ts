// Answers `textDocument/hover`: the labels of the comment or paragraph under the mouse.

import type { CancellationToken, Hover, HoverParams, MarkupKind } from 'vscode-languageserver';
import { findPassageAt } from '../documentAnalysis.ts';
import { fromPosition, fromToken } from '../fromProto.ts';
import { toHoverContent } from '../hoverText.ts';
import { toRange } from '../toProto.ts';
import { type HandlerContext, reasonToSkip, requireCurrent, toWorkOptions } from './context.ts';
import { toLabelLinks } from './labelLinks.ts';

export function createHoverHandler(context: HandlerContext, markup: MarkupKind) {
  return async (params: HoverParams, token: CancellationToken): Promise<Hover | null> => {
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return null;
    const settings = await context.settings.get(document.uri);
    if (!settings.hover.enable || reasonToSkip(document, settings, context.texts)) return null;
    await context.ensureEngine();

    const extraction = await context.analysis.extract(document);
    requireCurrent(context, document);
    const passage = extraction && findPassageAt(extraction.passages, fromPosition(document, params.position));
    if (!passage) return null;

    const modelState = context.holder.state;
    const options =
      modelState.kind === 'ready' && toWorkOptions(settings, modelState.info.tasks, 'interactive');
    const own = options ? await context.analysis.label([passage], options, fromToken(token)) : [];
    const [labelled] =
      modelState.kind === 'ready'
        ? await context.team.overlay(document, extraction, own, modelState.info.tasks)
        : [];
    requireCurrent(context, document);
    const depth = options ? options.depth : undefined;
    const links = toLabelLinks(context, {
      document,
      passages: extraction.passages,
      labelled,
      position: params.position,
      settings,
    });
    const contents = toHoverContent(
      { passage, labelled, modelState, depth, texts: context.texts, links },
      markup,
    );
    return { contents, range: toRange(document.lines, passage.span) };
  };
}
