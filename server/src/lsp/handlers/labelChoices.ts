// Answers `marginalia/labelChoices`: the labels that a person can give to the passage at a position, with what the
// model thinks of each and what was chosen so far.

import type { CancellationToken } from 'vscode-languageserver';
import type {
  LabelChoicesParams,
  LabelChoicesResult,
  TaskChoice,
} from '../../../../protocol/labelRequests.ts';
import { suggestForPassage, tasksToLabel } from '../../engine/engine.ts';
import type { LabelRow } from '../../engine/labelling/labelRow.ts';
import type { LabelTask } from '../../engine/labelling/labelTasks.ts';
import type { LabelSuggestion } from '../../engine/labelling/suggestLabels.ts';
import type { LabelScores, TaskSet } from '../../engine/labels/task.ts';
import { findPassageAt } from '../documentAnalysis.ts';
import { findClassification } from '../findClassification.ts';
import { fromPosition, fromToken } from '../fromProto.ts';
import { createSuggestionTexts } from '../suggestionTexts.ts';
import { localize, type Texts } from '../texts.ts';
import { toPassageSummary } from '../toProto.ts';
import { type HandlerContext, requireCurrent, toWorkOptions } from './context.ts';

export function createLabelChoicesHandler(context: HandlerContext) {
  return async (params: LabelChoicesParams, token: CancellationToken): Promise<LabelChoicesResult> => {
    const { texts, team } = context;
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return nothing(texts.documentNotOpen);
    const folder = team.stores.of(document.uri);
    if (!folder) return nothing(texts.noLabelFolder);
    await context.ensureEngine();
    const extraction = await context.analysis.extract(document);
    const passage = findPassageAt(extraction?.passages ?? [], fromPosition(document, params.position));
    if (!passage) return nothing(texts.noPassageHere);

    const state = context.holder.state;
    const tasks = state.kind === 'ready' ? state.info.tasks : undefined;
    const settings = await context.settings.get(document.uri);
    const [labelled] = tasks
      ? await context.analysis.label(
          [passage],
          toWorkOptions(settings, tasks, 'interactive'),
          fromToken(token),
        )
      : [];
    const book = await folder.store.read();
    const row = await team.rowOf(document, passage);
    const defined = await folder.store.tasks();
    requireCurrent(context, document);
    const known = tasksToLabel(tasks, defined.tasks, book);
    const suggestions = suggestForPassage(passage, document.source.text, known);
    const scores = labelled?.scores ?? [];
    return {
      passage: toPassageSummary({ passage, scores }, { lines: document.lines, texts, tasks }),
      tasks: known.map((task) => toTaskChoice(task, { row, scores, tasks, texts, suggestions })),
      message:
        defined.problem === undefined ? undefined : texts.brokenTasks(folder.store.location, defined.problem),
    };
  };
}

interface ChoiceContext {
  readonly row: Pick<LabelRow, 'labels' | 'who'> | undefined;
  readonly scores: readonly LabelScores[];
  readonly tasks: TaskSet | undefined;
  readonly texts: Texts;
  readonly suggestions: readonly LabelSuggestion[];
}

export function toTaskChoice(
  task: LabelTask,
  { row, scores, tasks, texts, suggestions }: ChoiceContext,
): TaskChoice {
  const said = row?.labels[task.name];
  const own = scores.find((one) => one.task === task.name);
  const modelTask = tasks && findClassification(tasks, task.name);
  const { codeShape } = createSuggestionTexts(texts.locale);
  return {
    task: task.name,
    several: task.several,
    question: localize(task.description, texts.locale),
    choices: task.labels.map((label) => {
      const index = modelTask?.labels.findIndex((one) => one.name === label.name) ?? -1;
      const suggestion = suggestions.find((one) => one.task === task.name && one.label === label.name);
      return {
        name: label.name,
        title: localize(label.title, texts.locale),
        description: localize(label.description, texts.locale),
        probability: own?.probabilities[index],
        suggestedBy: suggestion && (suggestion.because || codeShape),
        chosen: (said ?? own?.predicted ?? []).includes(label.name),
      };
    }),
    ...(said && { chosenBy: row?.who ?? '' }),
  };
}

function nothing(message: string): LabelChoicesResult {
  return { passage: undefined, tasks: [], message };
}
