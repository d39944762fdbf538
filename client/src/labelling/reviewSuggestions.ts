// "Review Suggested Labels…": what rules and the past of the folder suggest, one after the other, with the keys of the
// labelling queue. A comment that stands somewhere is shown in its code, one of the past as a text by itself. Only what
// a person confirms or corrects is kept.

import * as vscode from 'vscode';
import {
  type LabelSuggestionsParams,
  type LabelSuggestionsResult,
  type LabelTextParams,
  labelSuggestionsRequest,
  labelTextRequest,
  type SetLabelsResult,
  type SuggestedLabel,
} from '../../../protocol/labelRequests.ts';
import { openPassage } from '../search/openPassage.ts';
import type { ServerControl } from '../serverControl.ts';
import { request, setLabels, undoLabels } from './labelCommands.ts';
import { chooseScope, runRound } from './labelNext.ts';
import { labelledCount } from './labelRound.ts';
import { openFiles, workspaceFiles } from './labelsTree.ts';
import { pastTextUri } from './pastTexts.ts';
import { type PickResult, pickLabels } from './pickLabels.ts';

const roundLength = 20;

export async function reviewSuggestions(control: ServerControl): Promise<void> {
  const { t } = vscode.l10n;
  const useWorkspace = await chooseScope(t('Review Suggested Labels'));
  if (useWorkspace === undefined) return;
  const found = await load(control, useWorkspace);
  if (!found) return;
  const { suggestions, message } = found;
  if (suggestions.length === 0) {
    if (message !== undefined) void vscode.window.showInformationMessage(message);
    return;
  }
  const round = await runRound(suggestions.length, {
    ask: (position) => askAbout(control, suggestions[position]!, position, suggestions.length),
    undo: () => undoLabels(control),
  });
  void vscode.window.showInformationMessage(
    t(
      '{0} of {1} suggestions answered. What was skipped is not a label.',
      labelledCount(round),
      suggestions.length,
    ),
  );
}

async function askAbout(
  control: ServerControl,
  suggested: SuggestedLabel,
  position: number,
  total: number,
): Promise<'labelled' | 'skipped' | 'undo' | 'stop'> {
  const { choice, reason, text } = suggested;
  await show(suggested);
  const result: PickResult = await pickLabels(choice, {
    title: vscode.l10n.t('{0}: {1} of {2} · {3}', choice.task, position + 1, total, reason),
    placeholder: text.replace(/\s+/g, ' ').slice(0, 100),
    inQueue: true,
  });
  if (result === undefined) return 'stop';
  if (result === 'skip') return 'skipped';
  if (result === 'undo') return 'undo';
  return (await keep(control, suggested, result)) ? 'labelled' : 'stop';
}

async function show({ place, text, file, reason }: SuggestedLabel): Promise<void> {
  if (place) {
    const { start, end } = place.range;
    return await openPassage({ uri: place.uri, line: start.line, endLine: end.line }, 'preview');
  }
  const uri = pastTextUri(file ?? '', `${text}\n\n— ${file ?? ''} · ${reason}\n`);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    preview: true,
    preserveFocus: true,
  });
}

async function keep(
  control: ServerControl,
  { place, context, text, folder, file, symbol, choice, predicted }: SuggestedLabel,
  names: readonly string[],
): Promise<boolean> {
  const same = predicted.length === names.length && predicted.every((name) => names.includes(name));
  const verdict = same ? 'right' : 'wrong';
  const labels = { [choice.task]: names };
  // A label about comment and code belongs to the pair, and one about the past to its text.
  if (place && context === undefined) {
    return await setLabels(
      control,
      { uri: place.uri, position: place.range.start },
      { verdict, labels, dismissed: [] },
    );
  }
  const result = await request<LabelTextParams, SetLabelsResult>(control, labelTextRequest, {
    ...{ folder, text, labels, verdict },
    ...(context !== undefined && { context }),
    ...(file !== undefined && { file }),
    ...(symbol !== undefined && { symbol }),
  });
  if (result?.message) void vscode.window.showErrorMessage(result.message);
  return result?.saved === true;
}

/** Git and the model need a moment; it can be cancelled at any time. */
async function load(
  control: ServerControl,
  useWorkspace: boolean,
): Promise<LabelSuggestionsResult | undefined> {
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Looking for labels that rules and history suggest…'),
    cancellable: true,
  };
  try {
    return await vscode.window.withProgress(progress, async (_progress, token) => {
      const uris = useWorkspace ? await workspaceFiles(control, token) : openFiles();
      const params = { uris, count: roundLength };
      return await control.request<LabelSuggestionsParams, LabelSuggestionsResult>(
        labelSuggestionsRequest,
        params,
        token,
      );
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!/cancel/i.test(message)) void vscode.window.showErrorMessage(message);
    return undefined;
  }
}
