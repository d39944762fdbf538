// What would change in the workspace if another model were used. In: two engines, the window's folders. Out: findings
// that would go and come, passages that would get other labels. Nothing is kept; bounded, and stopped when asked.

import type { PreviewChange, PreviewModelResponse } from '../../../../protocol/fineTuneRequests.ts';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import type { Engine, LabelledPassage, TaskSet } from '../../engine/engine.ts';
import type { Finding } from '../../engine/findings/finding.ts';
import type { Passage } from '../../engine/passages/passage.ts';
import { toLineColumn } from '../../engine/text/lineIndex.ts';
import { findClassification } from '../findClassification.ts';
import { type HandlerContext, readIgnore } from '../handlers/context.ts';
import { toFindingRules } from '../resourceSettings.ts';
import { localize } from '../texts.ts';
import { type ReadFile, readWorkspace } from './workspacePassages.ts';

export interface PreviewInput {
  readonly context: HandlerContext;
  readonly folders: readonly string[];
  readonly candidate: Engine;
  readonly present: Engine;
  /** Whose labels are compared; absent: findings alone. */
  readonly task: string | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/** A few minutes of two models on two cores; what is open comes first. */
export const maxPassages = 4_000;
const maxFiles = 1_500;
const maxChanges = 400;

export async function previewModel(
  input: PreviewInput,
  cancellation: Cancellation,
): Promise<PreviewModelResponse> {
  const chosen = await chooseFiles(input, cancellation);
  const models = {
    present: (await input.present.modelInfo()).tasks,
    candidate: (await input.candidate.modelInfo()).tasks,
  };
  const changes: PreviewChange[] = [];
  let done = 0;
  for (const file of chosen.files) {
    throwIfCancelled(cancellation);
    input.onProgress(done, chosen.passages);
    changes.push(...(await compareFile(input, models, file, cancellation)));
    done += file.extraction.passages.length;
  }
  input.onProgress(done, chosen.passages);
  const count = (kind: PreviewChange['kind']) => changes.filter((change) => change.kind === kind).length;
  const order = (change: PreviewChange) => (change.kind === 'relabelled' ? 1 : 0);
  return {
    gone: count('gone'),
    added: count('added'),
    relabelled: count('relabelled'),
    changes: [...changes].sort((one, other) => order(one) - order(other)).slice(0, maxChanges),
    files: chosen.files.length,
    passages: chosen.passages,
    isPartial: chosen.isPartial,
  };
}

/** Extraction is quick: so the progress can say of how many. */
async function chooseFiles({ context, folders }: PreviewInput, cancellation: Cancellation) {
  const files: ReadFile[] = [];
  let passages = 0;
  for await (const file of readWorkspace(context, folders, cancellation)) {
    if (files.length >= maxFiles || passages >= maxPassages) return { files, passages, isPartial: true };
    if (file.extraction.passages.length === 0) continue;
    files.push(file);
    passages += file.extraction.passages.length;
  }
  return { files, passages, isPartial: false };
}

interface Models {
  readonly present: TaskSet;
  readonly candidate: TaskSet;
}

async function compareFile(
  input: PreviewInput,
  models: Models,
  file: ReadFile,
  cancellation: Cancellation,
): Promise<readonly PreviewChange[]> {
  const { passages } = file.extraction;
  const work = { priority: 'background' as const };
  const before = await input.present.labelPassages(passages, work, cancellation);
  const after = await input.candidate.labelPassages(passages, work, cancellation);
  const [oldFindings, newFindings] = [
    await findingsOf(input.context, file, before, models.present),
    await findingsOf(input.context, file, after, models.candidate),
  ];
  const has = (findings: readonly Finding[], { code, span }: Finding) =>
    findings.some((one) => one.code === code && one.span.start === span.start);
  const toChange = (kind: 'gone' | 'added', { span, code }: Finding): PreviewChange => ({
    kind,
    ...placeOf(file, span.start),
    text: textAt(passages, span.start) ?? file.source.text.slice(span.start, span.end),
    before: kind === 'gone' ? code : '',
    after: kind === 'added' ? code : '',
  });
  return [
    ...oldFindings.filter((one) => !has(newFindings, one)).map((one) => toChange('gone', one)),
    ...newFindings.filter((one) => !has(oldFindings, one)).map((one) => toChange('added', one)),
    ...relabelled(input, models, file, before, after),
  ];
}

async function findingsOf(
  context: HandlerContext,
  { uri, source, extraction }: ReadFile,
  labelled: readonly LabelledPassage[],
  tasks: TaskSet,
): Promise<readonly Finding[]> {
  const { settings, services, team } = context;
  const rules = toFindingRules(await settings.get(uri));
  const ours = await team.overlay({ uri, source }, extraction, labelled, tasks);
  const { isIgnored, silenced } = await readIgnore(context, uri);
  if (isIgnored) return [];
  return services.toFindings({ file: source, labelled: ours, tasks, rules, silenced });
}

/** What people labelled themselves stays as they said, whatever the model thinks. */
function relabelled(
  { task, context }: PreviewInput,
  models: Models,
  file: ReadFile,
  before: readonly LabelledPassage[],
  after: readonly LabelledPassage[],
): readonly PreviewChange[] {
  if (task === undefined || !findClassification(models.present, task)) return [];
  const predicted = ({ scores }: LabelledPassage) => scores.find((one) => one.task === task)?.predicted ?? [];
  return before.flatMap((old, index): PreviewChange[] => {
    const [said, says] = [predicted(old), predicted(after[index]!)];
    if ([...said].sort().join('\0') === [...says].sort().join('\0')) return [];
    const titles = (names: readonly string[], tasks: TaskSet) =>
      names.map((name) => titleOf(tasks, task, name, context.texts.locale)).join(', ');
    return [
      {
        kind: 'relabelled',
        ...placeOf(file, old.passage.span.start),
        text: shorten(old.passage.text.value),
        before: titles(said, models.present),
        after: titles(says, models.candidate),
      },
    ];
  });
}

function titleOf(tasks: TaskSet, task: string, name: string, locale: string): string {
  const label = findClassification(tasks, task)?.labels.find((one) => one.name === name);
  return label ? localize(label.title, locale) : name;
}

function placeOf({ uri, file, lines }: ReadFile, offset: number) {
  return { uri, file, line: toLineColumn(lines, offset).line };
}

function textAt(passages: readonly Passage[], offset: number): string | undefined {
  const found = passages.find(({ span }) => span.start <= offset && offset <= span.end);
  return found && shorten(found.text.value);
}

function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
