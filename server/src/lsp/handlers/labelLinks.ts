// The links under a hover with which a person says what is right: "Right", "Wrong: it is…", "Not debt",
// "Still accurate". Only for clients that have the commands behind them.

import type { Position } from 'vscode-languageserver';
import type { Settings } from '../../../../protocol/settings.ts';
import { hashOfCode } from '../../engine/engine.ts';
import type { Passage } from '../../engine/passages/passage.ts';
import type { OpenDocument } from '../documents.ts';
import { toCommandLink } from '../labelCommands.ts';
import { escapeMarkdown } from '../markdownText.ts';
import { toFindingRules } from '../resourceSettings.ts';
import type { TeamLabelled } from '../teamLabels.ts';
import type { HandlerContext } from './context.ts';

export interface LabelLinksInput {
  readonly document: OpenDocument;
  /** All of the document. */
  readonly passages: readonly Passage[];
  /** The one under the mouse; absent while the model has not answered. */
  readonly labelled: TeamLabelled | undefined;
  readonly position: Position;
  readonly settings: Settings;
}

export function toLabelLinks(context: HandlerContext, input: LabelLinksInput): readonly string[] {
  const { document, passages, labelled, position, settings } = input;
  const { texts, holder, services } = context;
  const state = holder.state;
  if (!context.canLabel || !labelled || state.kind !== 'ready' || !context.team.stores.of(document.uri)) {
    return [];
  }
  const target = { uri: document.uri, position };
  const findings = services.toFindings({
    file: document.source,
    labelled: [labelled],
    tasks: state.info.tasks,
    rules: toFindingRules(settings),
  });
  const dismiss = findings.map(({ code }) =>
    toCommandLink('dismiss', escapeMarkdown(texts.notFinding[code]), { ...target, code }),
  );
  const documentsCode = hashOfCode(document.source.text, passages, labelled.passage) !== undefined;
  return [
    toCommandLink('confirm', escapeMarkdown(texts.labelRight), target),
    toCommandLink('correct', escapeMarkdown(texts.labelWrong), target),
    ...dismiss,
    ...(documentsCode ? [toCommandLink('accurate', escapeMarkdown(texts.stillAccurate), target)] : []),
  ];
}
