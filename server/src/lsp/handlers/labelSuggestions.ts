// Answers `marginalia/labelSuggestions`: labels that rules and the past of the folders suggest, for a person to confirm.
// Nothing is kept here. Three sources take turns: rules that contradict the model, comments that went when debt was
// paid, and comments whose code changed again and again.

import type { CancellationToken } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type {
  LabelSuggestionsParams,
  LabelSuggestionsResult,
  SuggestedLabel,
} from '../../../../protocol/labelRequests.ts';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import {
  accuracyTask,
  countCodeChanges,
  fewestChanges,
  spanOfCode,
  staleLabel,
  suggestForPassage,
  suggestFromRemovals,
  textKey,
} from '../../engine/engine.ts';
import type { LabelRow } from '../../engine/labelling/labelRow.ts';
import type { LabelTask } from '../../engine/labelling/labelTasks.ts';
import type { LabelSuggestion } from '../../engine/labelling/suggestLabels.ts';
import type { LabelScores, TaskSet } from '../../engine/labels/task.ts';
import type { LineChange } from '../../engine/storage.ts';
import type { LineIndex } from '../../engine/text/lineIndex.ts';
import { toLineColumn } from '../../engine/text/lineIndex.ts';
import type { Span } from '../../engine/text/span.ts';
import { findClassification } from '../findClassification.ts';
import { fromToken } from '../fromProto.ts';
import { requireModel } from '../labelledFile.ts';
import { createSuggestionTexts, type SuggestionTexts } from '../suggestionTexts.ts';
import { toRange } from '../toProto.ts';
import type { HandlerContext } from './context.ts';
import { toTaskChoice } from './labelChoices.ts';
import { collectPassages, type Place, readTasks } from './labelQueue.ts';

/** Git takes a moment for each file, and a person waits. */
const mostBlamedFiles = 80;
/** Of the code beside a comment; labels are read in pull requests. */
const contextLength = 1_000;

interface Suggesting {
  readonly context: HandlerContext;
  readonly model: TaskSet;
  readonly tasks: readonly LabelTask[];
  /** What people said, by the key of the text. */
  readonly rows: ReadonlyMap<string, LabelRow>;
  readonly reasons: SuggestionTexts;
  readonly cancellation: Cancellation;
}

export function createLabelSuggestionsHandler(context: HandlerContext) {
  return async (
    { uris, count }: LabelSuggestionsParams,
    token: CancellationToken,
  ): Promise<LabelSuggestionsResult> => {
    const cancellation = fromToken(token);
    const model = await requireModel(context, cancellation);
    const { tasks } = await readTasks(context, model);
    const reasons = createSuggestionTexts(context.texts.locale);
    const suggesting = { context, model, tasks, rows: await readRows(context), reasons, cancellation };
    const places = await collectPassages(context, uris, model, cancellation);
    const sources = [
      suggestByRules(suggesting, places),
      await suggestByRemovals(suggesting, count),
      await suggestByChanges(suggesting, places),
    ];
    const suggestions = takeTurns(sources, count);
    return { suggestions, message: suggestions.length === 0 ? reasons.nothingFound : undefined };
  };
}

async function readRows({ team }: HandlerContext): Promise<ReadonlyMap<string, LabelRow>> {
  const rows = new Map<string, LabelRow>();
  for (const { store } of team.stores.all()) {
    for (const [key, row] of (await store.read()).rows) rows.set(key, row);
  }
  return rows;
}

/** Where rule and model agree there is nothing to learn. */
function suggestByRules(suggesting: Suggesting, places: readonly Place[]): readonly SuggestedLabel[] {
  const { context, tasks, rows, reasons } = suggesting;
  return places.flatMap(({ file, one: { passage, scores } }): SuggestedLabel[] => {
    const folder = context.team.stores.of(file.uri);
    const suggestion = suggestForPassage(passage, file.source.text, tasks).find(({ task, label }) => {
      const said = scores.find((score) => score.task === task)?.predicted;
      return said && !said.includes(label) && !isLabelled(rows, passage.text.value, undefined, task);
    });
    if (!folder || !suggestion) return [];
    const { because } = suggestion;
    return [
      toSuggested(suggesting, tasks, suggestion, scores, {
        folder: folder.folderUri,
        text: passage.text.value,
        context: undefined,
        place: { uri: file.uri, range: toRange(file.lines, passage.span) },
        file: folder.file,
        symbol: passage.symbol?.name,
        reason: because === '' ? reasons.byShape : reasons.byWord(because),
      }),
    ];
  });
}

async function suggestByRemovals(suggesting: Suggesting, count: number): Promise<readonly SuggestedLabel[]> {
  const { context, tasks, rows, reasons, cancellation } = suggesting;
  const { past, files } = context.services;
  const { engine } = context.holder;
  if (!past || !files || !engine) return [];
  const suggested: SuggestedLabel[] = [];
  for (const { folderUri } of context.team.stores.all()) {
    throwIfCancelled(cancellation);
    const removals = await past.removals(URI.parse(folderUri).fsPath);
    const comments = suggestFromRemovals(removals, files.languageOf, tasks)
      .filter(({ text, suggestion }) => !isLabelled(rows, text, undefined, suggestion.task))
      .slice(0, count);
    for (const { text, file, symbol, commit, suggestion } of comments) {
      throwIfCancelled(cancellation);
      const scores = findClassification(suggesting.model, suggestion.task)
        ? await engine.classify(suggestion.task, [{ text }], { priority: 'background' }, cancellation)
        : [];
      const day = new Date(commit.timeMs).toISOString().slice(0, 10);
      const subject = commit.message.split('\n')[0]!.slice(0, 80);
      suggested.push(
        toSuggested(suggesting, tasks, suggestion, scores, {
          folder: folderUri,
          text,
          context: undefined,
          place: undefined,
          file,
          symbol,
          reason: reasons.byRemoval({ id: commit.id.slice(0, 7), day, subject }),
        }),
      );
    }
  }
  return suggested;
}

/** The most changed first. */
async function suggestByChanges(
  suggesting: Suggesting,
  places: readonly Place[],
): Promise<readonly SuggestedLabel[]> {
  const { context, tasks, rows, reasons, cancellation } = suggesting;
  const linesOf = createLineReader(context);
  // A team may have given the task other labels; without this one there is nothing to suggest.
  const task = tasks.find(({ name }) => name === accuracyTask.name) ?? accuracyTask;
  if (!task.labels.some(({ name }) => name === staleLabel)) return [];
  const found: { readonly changes: number; readonly suggested: SuggestedLabel }[] = [];
  for (const { file, one } of places) {
    throwIfCancelled(cancellation);
    const { passage } = one;
    const folder = context.team.stores.of(file.uri);
    const span = folder && spanOfCode(file.source.text, passage);
    if (!span) continue;
    const code = file.source.text.slice(span.start, span.end).trim().slice(0, contextLength);
    if (code === '' || isLabelled(rows, passage.text.value, code, task.name)) continue;
    const lines = await linesOf(folder.folderUri, folder.file);
    if (!lines) continue;
    const changes = countCodeChanges(lines, toLines(file.lines, passage.span), toLines(file.lines, span));
    if (changes < fewestChanges) continue;
    const suggestion = { task: task.name, label: staleLabel, because: '' };
    const suggested = toSuggested(suggesting, [...tasks, task], suggestion, [], {
      folder: folder.folderUri,
      text: passage.text.value,
      context: code,
      place: { uri: file.uri, range: toRange(file.lines, passage.span) },
      file: folder.file,
      symbol: passage.symbol?.name,
      reason: reasons.byChanges(changes),
    });
    found.push({ changes, suggested });
  }
  return found.sort((one, other) => other.changes - one.changes).map(({ suggested }) => suggested);
}

/** Each file is asked about once. */
function createLineReader({ services: { past } }: HandlerContext) {
  const known = new Map<string, Promise<readonly LineChange[] | undefined>>();
  const folders = new Map<string, ReturnType<NonNullable<typeof past>['linesOf']>>();
  return async (folderUri: string, file: string): Promise<readonly LineChange[] | undefined> => {
    if (!past) return undefined;
    const key = `${folderUri}\n${file}`;
    const found = known.get(key);
    if (found || known.size >= mostBlamedFiles) return await found;
    let folder = folders.get(folderUri);
    if (!folder) {
      folder = past.linesOf(URI.parse(folderUri).fsPath);
      folders.set(folderUri, folder);
    }
    const reading = folder.then((read) => read?.(file));
    known.set(key, reading);
    return await reading;
  };
}

function toSuggested(
  { context: { texts }, model }: Suggesting,
  tasks: readonly LabelTask[],
  suggestion: LabelSuggestion,
  scores: readonly LabelScores[],
  about: Omit<SuggestedLabel, 'choice' | 'predicted'>,
): SuggestedLabel {
  const task = tasks.find(({ name }) => name === suggestion.task)!;
  const suggestions = suggestion.because === '' ? [] : [suggestion];
  const choice = toTaskChoice(task, { row: undefined, scores, tasks: model, texts, suggestions });
  const choices = choice.choices.map((one) => ({ ...one, chosen: one.name === suggestion.label }));
  const predicted = scores.find((one) => one.task === task.name)?.predicted ?? [];
  return { ...about, choice: { ...choice, choices }, predicted };
}

function isLabelled(
  rows: Suggesting['rows'],
  text: string,
  context: string | undefined,
  task: string,
): boolean {
  return rows.get(textKey(text, context))?.labels[task] !== undefined;
}

function toLines(lines: LineIndex, { start, end }: Span): Span {
  return {
    start: toLineColumn(lines, start).line,
    end: toLineColumn(lines, Math.max(start, end - 1)).line + 1,
  };
}

/** One of each source, then a second of each: `takeTurns([[1, 2, 3], [], [4]], 3)` is `[1, 4, 2]`. */
function takeTurns<T>(sources: readonly (readonly T[])[], count: number): readonly T[] {
  const taken: T[] = [];
  const longest = Math.max(0, ...sources.map(({ length }) => length));
  for (let turn = 0; turn < longest && taken.length < count; turn++) {
    for (const source of sources) if (source[turn] !== undefined) taken.push(source[turn]!);
  }
  return taken.slice(0, count);
}
