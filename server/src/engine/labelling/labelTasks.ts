// Which labels a person can give: those of the model, those that the team defines in `.marginalia/tasks.json`, and
// those that occur in rows already. In: all three. Out: one list of tasks, the model's first.

import type { ClassificationTask, LocalizedText, TaskSet } from '../labels/task.ts';
import type { LabelBook } from './labelBook.ts';

export interface LabelTaskLabel {
  readonly name: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  /** Words that make this label likely: offered as a suggestion, see suggestLabels.ts. */
  readonly words: readonly string[];
}

export interface LabelTask {
  readonly name: string;
  /** Several labels may hold at once. */
  readonly several: boolean;
  readonly description: LocalizedText;
  readonly labels: readonly LabelTaskLabel[];
}

/**
 * `{"tasks": [{"name": "tone", "several": false, "labels": ["friendly", {"name": "rude", "title": "Rude"}]}]}`.
 * A title or description is a text or texts by locale. What is wrong is told in one sentence and left out.
 */
export function parseTeamTasks(text: string): {
  readonly tasks: readonly LabelTask[];
  readonly problem: string | undefined;
} {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return { tasks: [], problem: `it is not JSON: ${(error as Error).message}` };
  }
  const listed = isObject(value) ? value.tasks : undefined;
  if (!Array.isArray(listed)) return { tasks: [], problem: 'it has no list "tasks"' };
  const tasks: LabelTask[] = [];
  for (const [index, one] of listed.entries()) {
    const task = readTask(one);
    if (!task) return { tasks, problem: `task ${index + 1} needs a "name" and a list "labels"` };
    tasks.push(task);
  }
  return { tasks, problem: undefined };
}

export function tasksToLabel(
  model: TaskSet | undefined,
  team: readonly LabelTask[],
  book: LabelBook,
): readonly LabelTask[] {
  const tasks = new Map<string, LabelTask>();
  const add = (task: LabelTask) => tasks.set(task.name, unite(tasks.get(task.name), task));
  for (const task of model?.tasks ?? []) if ('labels' in task && task.input !== 'pair') add(fromModel(task));
  for (const task of team) add(task);
  for (const task of tasksOfRows(book)) {
    const known = tasks.get(task.name);
    // Rows tell which labels there are, but not how many of them may hold where that is written elsewhere.
    add(known ? { ...task, several: known.several } : task);
  }
  return [...tasks.values()];
}

function fromModel(task: ClassificationTask): LabelTask {
  const labels = task.labels.map(({ name, title, description }) => ({ name, title, description, words: [] }));
  return { name: task.name, several: task.kind === 'multiLabel', description: task.description, labels };
}

function tasksOfRows(book: LabelBook): readonly LabelTask[] {
  const found = new Map<string, { several: boolean; names: Set<string> }>();
  for (const row of book.rows.values()) {
    for (const [name, labels] of Object.entries(row.labels)) {
      const task = found.get(name) ?? { several: false, names: new Set<string>() };
      for (const label of labels) task.names.add(label);
      task.several ||= labels.length > 1;
      found.set(name, task);
    }
  }
  return [...found].map(([name, { several, names }]) => ({
    name,
    several,
    description: { en: '' },
    labels: [...names].sort().map(bareLabel),
  }));
}

/** The later definition wins, labels that only the earlier one has stay before its own. */
function unite(earlier: LabelTask | undefined, later: LabelTask): LabelTask {
  if (!earlier) return later;
  const labels = new Map(earlier.labels.map((label) => [label.name, label]));
  for (const label of later.labels) {
    const known = labels.get(label.name);
    labels.set(
      label.name,
      known && isBare(label) ? { ...known, words: [...known.words, ...label.words] } : label,
    );
  }
  return {
    name: later.name,
    several: later.several,
    description: later.description.en === '' ? earlier.description : later.description,
    labels: [...labels.values()],
  };
}

function readTask(value: unknown): LabelTask | undefined {
  if (!isObject(value) || typeof value.name !== 'string' || value.name === '') return undefined;
  if (!Array.isArray(value.labels)) return undefined;
  const labels = value.labels.map(readLabel);
  if (labels.some((label) => label === undefined)) return undefined;
  return {
    name: value.name,
    several: value.several === true,
    description: readText(value.description, ''),
    labels: labels as LabelTaskLabel[],
  };
}

function readLabel(value: unknown): LabelTaskLabel | undefined {
  if (typeof value === 'string') return value === '' ? undefined : bareLabel(value);
  if (!isObject(value) || typeof value.name !== 'string' || value.name === '') return undefined;
  const words = Array.isArray(value.words) ? value.words.filter((one) => typeof one === 'string') : [];
  return {
    name: value.name,
    title: readText(value.title, value.name),
    description: readText(value.description, ''),
    words,
  };
}

function bareLabel(name: string): LabelTaskLabel {
  return { name, title: { en: name }, description: { en: '' }, words: [] };
}

function isBare(label: LabelTaskLabel): boolean {
  return label.title.en === label.name && label.description.en === '';
}

function readText(value: unknown, fallback: string): LocalizedText {
  if (typeof value === 'string') return { en: value };
  if (!isObject(value)) return { en: fallback };
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { ...Object.fromEntries(texts), en: typeof value.en === 'string' ? value.en : fallback };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
