// The tiny models that answer questions, judge order and fill masks (test/oracles/model/makeReadingExpected.py).
// In: the name of one. Out: its files, a folder of its own for the command line, or an engine over it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEngine, type LabellingEngine } from '../../server/src/engine/engine.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { ModelFiles } from '../../server/src/engine/model/modelFolder.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { tinyModelFiles, tinyModelFolder } from './tinyEngine.ts';

export type ReadingModel = 'question-answering' | 'pretraining' | 'masked-lm';

const folder = fileURLToPath(new URL('../fixtures/models/reading/', import.meta.url));

/** @param tasks replaces what follows from the weights */
export function readingModelFiles(name: ReadingModel, tasks?: unknown): ModelFiles {
  const files = createNodeModelFiles(`${folder}${name}`);
  return {
    displayName: name,
    read: async (fileName) => {
      if (fileName === 'tokenizer.json') return await tinyModelFiles.read(fileName);
      if (fileName === 'tasks.json' && tasks) return new TextEncoder().encode(JSON.stringify(tasks));
      return await files.read(fileName);
    },
  };
}

export function makeReadingModelFolder(name: ReadingModel, tasks?: unknown): string {
  return makeFolder({
    'config.json': readFileSync(`${folder}${name}/config.json`),
    'model.safetensors': readFileSync(`${folder}${name}/model.safetensors`),
    'tokenizer.json': readFileSync(`${tinyModelFolder}/tokenizer.json`),
    ...(tasks !== undefined && { 'tasks.json': JSON.stringify(tasks) }),
  });
}

export async function createReadingEngine(name: ReadingModel, tasks?: unknown): Promise<LabellingEngine> {
  return await createEngine({
    files: readingModelFiles(name, tasks),
    device: 'cpu',
    threads: 1,
    logger: silentLogger,
    now: () => performance.now(),
  });
}

export function readReadingExpected<T>(name: ReadingModel): readonly T[] {
  return JSON.parse(readFileSync(`${folder}${name}/expected.json`, 'utf8')) as readonly T[];
}

/** tasks.json of the question answering model: what would follow from the weights, with some keys of its own. */
export function answerTasks(changes: Readonly<Record<string, unknown>>) {
  const task = {
    name: 'answer',
    kind: 'span',
    description: { en: 'x' },
    temperatures: { default: 1 },
    threshold: 0.5,
    ...changes,
  };
  return { formatVersion: 1, depths: [2, 3], defaultDepth: 3, maxTokens: 80, tasks: [task] };
}
