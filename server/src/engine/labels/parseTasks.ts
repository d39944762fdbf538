// tasks.json from bytes to TaskSet: every key is checked and the error says which one is wrong and what was expected.
// Whether the weights can answer the tasks is checked in loadTasks.ts.

import { EngineError } from '../errors.ts';
import type {
  ClassificationTask,
  EmbeddingTask,
  LocalizedText,
  Pooling,
  Task,
  TaskLabel,
  TaskSet,
} from './task.ts';

type Json = Readonly<Record<string, unknown>>;

/** Far above any real tasks.json; checked before parsing. */
const maxBytes = 4 * 1024 * 1024;

/** @throws EngineError `modelCorrupt`, or `modelUnsupported` for another format version. */
export function parseTasks(bytes: Uint8Array): TaskSet {
  const json = readObject(bytes);
  if (json.formatVersion !== 1) {
    throw new EngineError(
      'modelUnsupported',
      `tasks.json has formatVersion ${shown(json.formatVersion)}, this version of Marginalia reads 1. Update Marginalia.`,
    );
  }
  const depths = readList(json.depths, 'depths').map((depth, index) =>
    readInteger(depth, `depths[${index}]`, 1),
  );
  if (depths.length === 0 || depths.some((depth, index) => index > 0 && depth <= depths[index - 1]!)) {
    throw corrupt('depths', 'a list of layers, ascending');
  }
  const defaultDepth = readInteger(json.defaultDepth, 'defaultDepth', 1);
  if (!depths.includes(defaultDepth)) throw corrupt('defaultDepth', `one of ${depths.join(', ')}`);
  // [CLS], one token, [SEP]: a shorter text is no text.
  const maxTokens = readInteger(json.maxTokens, 'maxTokens', 3);
  const tasks = readList(json.tasks, 'tasks').map((task, index) => readTask(task, `tasks[${index}]`));
  checkUnique(
    tasks.map((task) => task.name),
    'tasks',
  );
  return { formatVersion: 1, depths, defaultDepth, maxTokens, tasks };
}

function readTask(value: unknown, where: string): Task {
  const json = asObject(value, where);
  const name = readName(json.name, `${where}.name`);
  switch (json.kind) {
    case 'embedding':
      checkNameOfKind(name, 'embedding', where);
      return {
        name: 'embedding',
        kind: 'embedding',
        pooling: readPooling(json.pooling, `${where}.pooling`),
        dimensions: readDimensions(json.dimensions, where),
      };
    case 'span':
      checkNameOfKind(name, 'answer', where);
      return {
        name: 'answer',
        kind: 'span',
        ...readCommon(json, where),
        threshold: readThreshold(json.threshold, `${where}.threshold`, 0),
      };
    case 'order':
      checkNameOfKind(name, 'coherence', where);
      return { name: 'coherence', kind: 'order', ...readCommon(json, where) };
    case 'singleLabel':
    case 'multiLabel':
      return readClassification(json, { name, kind: json.kind }, where);
    default:
      throw corrupt(`${where}.kind`, 'singleLabel, multiLabel, embedding, span or order');
  }
}

/** Weights of these kinds have one fixed name in the file, so there can be only one such task. */
function checkNameOfKind(name: string, expected: string, where: string): void {
  if (name !== expected) throw corrupt(`${where}.name`, `${expected}, the name of every task of this kind`);
}

function readCommon(json: Json, where: string): Pick<ClassificationTask, 'description' | 'temperatures'> {
  return {
    description: readText(json.description, `${where}.description`),
    temperatures: readTemperatures(json.temperatures, `${where}.temperatures`),
  };
}

function readClassification(
  json: Json,
  known: Pick<ClassificationTask, 'name' | 'kind'>,
  where: string,
): ClassificationTask {
  const lowest = known.kind === 'multiLabel' ? 0 : -1;
  const labels = readList(json.labels, `${where}.labels`).map((label, index) =>
    readLabel(label, `${where}.labels[${index}]`, lowest),
  );
  if (labels.length === 0) throw corrupt(`${where}.labels`, 'at least one label');
  checkUnique(
    labels.map((label) => label.name),
    `${where}.labels`,
  );
  return {
    ...known,
    ...readInput(json.input, `${where}.input`),
    pooling: readPooling(json.pooling, `${where}.pooling`),
    ...readCommon(json, where),
    labels,
  };
}

function readInput(value: unknown, where: string): Pick<ClassificationTask, 'input'> {
  if (value === undefined) return {};
  if (value === 'text' || value === 'pair') return { input: value };
  throw corrupt(where, 'text or pair');
}

function readLabel(value: unknown, where: string, lowestThreshold: number): TaskLabel {
  const json = asObject(value, where);
  return {
    name: readName(json.name, `${where}.name`),
    title: readText(json.title, `${where}.title`),
    description: readText(json.description, `${where}.description`),
    threshold: readThreshold(json.threshold, `${where}.threshold`, lowestThreshold),
  };
}

function readThreshold(value: unknown, where: string, lowest: number): number {
  if (typeof value === 'number' && value >= lowest && value <= 1) return value;
  throw corrupt(where, `a number from ${lowest} to 1`);
}

function readTemperatures(value: unknown, where: string): ClassificationTask['temperatures'] {
  const json = asObject(value, where);
  for (const [depth, temperature] of Object.entries(json)) {
    if (depth !== 'default' && !/^[1-9]\d*$/.test(depth))
      throw corrupt(`${where}.${depth}`, 'a depth or default');
    if (typeof temperature !== 'number' || !(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
      throw corrupt(`${where}.${depth}`, 'a number above 0');
    }
  }
  if (!Object.hasOwn(json, 'default')) throw corrupt(`${where}.default`, 'a number above 0');
  return json as ClassificationTask['temperatures'];
}

function readDimensions(value: unknown, where: string): EmbeddingTask['dimensions'] {
  const dimensions = readList(value, `${where}.dimensions`).map((size, index) =>
    readInteger(size, `${where}.dimensions[${index}]`, 1),
  );
  const descending = dimensions.every((size, index) => index === 0 || size < dimensions[index - 1]!);
  if (dimensions.length === 0 || !descending)
    throw corrupt(`${where}.dimensions`, 'a list of lengths, longest first');
  return dimensions;
}

function readText(value: unknown, where: string): LocalizedText {
  const json = asObject(value, where);
  for (const [locale, text] of Object.entries(json)) {
    if (typeof text !== 'string') throw corrupt(`${where}.${locale}`, 'a text');
  }
  if (!Object.hasOwn(json, 'en')) throw corrupt(`${where}.en`, 'a text');
  return json as LocalizedText;
}

function readName(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() === value && value.length > 0 && value.length <= 100)
    return value;
  throw corrupt(where, 'a name of 1 to 100 characters');
}

function readPooling(value: unknown, where: string): Pooling {
  if (value === 'mean' || value === 'cls' || value === 'pooler') return value;
  throw corrupt(where, 'mean, cls or pooler');
}

function readInteger(value: unknown, where: string, min: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw corrupt(where, `a whole number, at least ${min}`);
}

function readList(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw corrupt(where, 'a list');
}

function asObject(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw corrupt(where, 'an object');
}

function checkUnique(names: readonly string[], where: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw corrupt(where, `different names, and ${twice} stands there twice`);
}

function readObject(bytes: Uint8Array): Json {
  let value: unknown;
  try {
    if (bytes.byteLength > maxBytes) throw new RangeError(`${bytes.byteLength} bytes`);
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EngineError(
      'modelCorrupt',
      'tasks.json is not readable as JSON. Download or copy the model again.',
      {
        cause,
      },
    );
  }
  return asObject(value, 'the whole file');
}

function corrupt(where: string, expected: string): EngineError {
  return new EngineError(
    'modelCorrupt',
    `tasks.json cannot be right: ${where} should be ${expected}. Correct it or download the model again.`,
  );
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? 'missing';
}
