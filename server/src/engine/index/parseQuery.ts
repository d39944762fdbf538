// The query language: words, "exact phrases", and filters such as `lang:go`, `path:src/`, `-path:test`, `debt:`.
// In: what the user typed and the tasks of the model. Out: the free text, the filters, and a sentence for each part
// that means nothing. A word with a colon that is no filter stays a word, as in `std::string` or `note: this`.

import type { HistoryFilter, LabelFilter, PlaceFilter } from '../storage.ts';
import { parseSince } from './historyFilter.ts';
import type { IndexedTask } from './indexModel.ts';

export interface ParsedQuery {
  /** Without filters; phrases without their quotes. */
  readonly text: string;
  /** Have to stand in the passage as they are, but for case and white space. */
  readonly phrases: readonly string[];
  readonly filter: PlaceFilter | undefined;
  /** `author:` and `since:`. */
  readonly history: HistoryFilter | undefined;
  readonly problems: readonly string[];
}

export interface QueryVocabulary {
  readonly tasks: readonly IndexedTask[];
  /** `py` and `python` → `python`; `undefined` for what is no language. */
  languageOf(name: string): string | undefined;
  /** For `since:30d`. */
  nowMs(): number;
}

const passageKinds = ['line', 'block', 'doc', 'docstring', 'heading', 'paragraph', 'listItem', 'tableRow'];

/** More than anybody types; each makes the question to the storage longer, which has its limits too. */
const mostFilters = 100;

const partPattern = /"([^"]*)"|(-?)([A-Za-z]+):(?:"([^"]*)"|(\S*))|(\S+)/gu;

export function parseQuery(query: string, vocabulary: QueryVocabulary): ParsedQuery {
  const collected: CollectedFilters = { languages: [], kinds: [], paths: [], notPaths: [], labels: [] };
  const history: CollectedHistory = { authors: [], sinceMs: undefined };
  const words: string[] = [];
  const phrases: string[] = [];
  const problems = new Set<string>();
  const filters = new Set<string>();
  for (const [whole, phrase, minus, key, quoted, bare, word] of query.matchAll(partPattern)) {
    if (phrase !== undefined) {
      if (phrase.trim() === '') continue;
      phrases.push(phrase.trim());
      words.push(phrase);
    } else if (key !== undefined) {
      const filter: FilterWord = {
        key: key.toLowerCase(),
        value: quoted ?? bare ?? '',
        isNegated: minus === '-',
        whole,
      };
      if (filters.has(whole)) continue;
      if (filters.size === mostFilters) {
        problems.add(`A query takes ${mostFilters} filters; those behind were left out.`);
        continue;
      }
      const outcome = readHistory(filter, history, vocabulary) ?? readFilter(filter, collected, vocabulary);
      if (outcome === 'word') words.push(whole);
      else filters.add(whole);
      if (outcome !== undefined && outcome !== 'understood' && outcome !== 'word') problems.add(outcome);
    } else {
      words.push(word!);
    }
  }
  return {
    text: words.join(' '),
    phrases,
    filter: toFilter(collected),
    history: toHistory(history),
    problems: [...problems],
  };
}

interface CollectedFilters {
  readonly languages: string[];
  readonly kinds: string[];
  readonly paths: string[];
  readonly notPaths: string[];
  readonly labels: LabelFilter[];
}

interface FilterWord {
  readonly key: string;
  readonly value: string;
  readonly isNegated: boolean;
  readonly whole: string;
}

interface CollectedHistory {
  readonly authors: string[];
  sinceMs: number | undefined;
}

/** `undefined` where it is another filter. */
function readHistory(
  { key, value, isNegated, whole }: FilterWord,
  history: CollectedHistory,
  vocabulary: QueryVocabulary,
): string | undefined {
  if (key !== 'author' && key !== 'since') return undefined;
  if (isNegated) return `Only path: can be turned around with a minus; "${whole}" was left out.`;
  if (key === 'author') {
    if (value === '') return 'author: takes a part of a name or an address, such as author:ann.';
    history.authors.push(value.toLowerCase());
    return 'understood';
  }
  const sinceMs = parseSince(value, vocabulary.nowMs());
  if (sinceMs === undefined)
    return `since: takes a day or a time back, such as since:2026-01-31 or since:30d (d, w, m, y), not "${value}".`;
  history.sinceMs = Math.max(sinceMs, history.sinceMs ?? sinceMs);
  return 'understood';
}

function toHistory(history: CollectedHistory): HistoryFilter | undefined {
  return history.authors.length === 0 && history.sinceMs === undefined ? undefined : history;
}

/** `undefined` where it was understood, `word` where it is none, else a sentence. */
function readFilter(
  filter: FilterWord,
  collected: CollectedFilters,
  vocabulary: QueryVocabulary,
): string | undefined {
  const { key, value, isNegated, whole } = filter;
  const task = vocabulary.tasks.find((one) => one.name.toLowerCase() === key);
  if (isNegated && (task || ['lang', 'kind', 'label'].includes(key)))
    return `Only path: can be turned around with a minus; "${whole}" was left out.`;
  if (task) return readTask(task, value, collected);
  switch (key) {
    case 'lang':
      return readLanguage(value, collected, vocabulary);
    case 'kind':
      return readKind(value, collected);
    case 'label':
      return readLabel(value, collected, vocabulary);
    case 'path':
      if (value === '') return 'path: takes a part of a path, such as path:src/ or path:*.md.';
      (isNegated ? collected.notPaths : collected.paths).push(value.replaceAll('\\', '/'));
      return undefined;
    default:
      return 'word';
  }
}

function readTask(task: IndexedTask, value: string, { labels }: CollectedFilters): string | undefined {
  if (value === '') {
    labels.push({ task: task.name, name: undefined, notName: task.ordinary });
    return undefined;
  }
  const name = task.labels.find((one) => one.toLowerCase() === value.toLowerCase());
  if (name === undefined) return `${task.name}: takes ${task.labels.join(', ')}, not "${value}".`;
  labels.push({ task: task.name, name, notName: undefined });
  return undefined;
}

function readLabel(
  value: string,
  { labels }: CollectedFilters,
  { tasks }: QueryVocabulary,
): string | undefined {
  const known = tasks.flatMap((task) => task.labels);
  const name = known.find((one) => one.toLowerCase() === value.toLowerCase());
  if (name === undefined) {
    if (known.length === 0) return 'label: needs a model that gives labels, and none is loaded.';
    return `label: takes ${known.join(', ')}, not "${value}".`;
  }
  labels.push({ task: undefined, name, notName: undefined });
  return undefined;
}

function readLanguage(
  value: string,
  { languages }: CollectedFilters,
  vocabulary: QueryVocabulary,
): string | undefined {
  const language = vocabulary.languageOf(value.toLowerCase());
  if (language === undefined)
    return `lang: takes a language or an ending, such as lang:go or lang:py, not "${value}".`;
  languages.push(language);
  return undefined;
}

function readKind(value: string, { kinds }: CollectedFilters): string | undefined {
  const kind = passageKinds.find((one) => one.toLowerCase() === value.toLowerCase());
  if (kind === undefined) return `kind: takes ${passageKinds.join(', ')}, not "${value}".`;
  kinds.push(kind);
  return undefined;
}

function toFilter(collected: CollectedFilters): PlaceFilter | undefined {
  const present = Object.entries(collected).filter(([, values]) => values.length > 0);
  return present.length === 0 ? undefined : Object.fromEntries(present);
}
