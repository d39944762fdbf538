// Trainings and models on disk. In: a folder of the window and one that all windows share. Out: the engine's
// `FineTuneStore`. A record, a file of rows and a model appear whole or not at all: each is written beside its place
// and renamed.
//
//   <window>/fine-tuning/{training,active,speed}.json, *.jsonl, run-training/ …
//   <shared>/<model>/ (a model folder), <model>.json (what is known of it), <model>.result.json

import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { verifyModelFiles } from '../engine/engine.ts';
import { EngineError } from '../engine/errors.ts';
import type { FineTuneStore, NamedVersion, StoredVersion } from '../engine/fineTuneStore.ts';
import { requireNew } from './newFolder.ts';
import { createNodeModelFiles } from './nodeModelFiles.ts';
import { explainWriting } from './runFolder.ts';
import { pathExists, readTextFile, writeTextFile } from './textFiles.ts';

export function createFineTuneFolders<Version extends NamedVersion>(
  windowFolder: string,
  sharedFolder: string,
): FineTuneStore<Version> {
  const own = path.join(windowFolder, 'fine-tuning');
  const inWindow = (name: string) => path.join(own, name);
  const modelFolder = (name: string) => path.join(sharedFolder, plainName(name));
  const recordFile = (name: string) => path.join(sharedFolder, `${plainName(name)}.json`);
  const resultFile = (name: string) => path.join(sharedFolder, `${plainName(name)}.result.json`);
  const scratch = inWindow('scratch-model');

  return {
    runFolder: (purpose) => inWindow(`run-${purpose}`),
    async scratchModelFolder() {
      await rm(scratch, { recursive: true, force: true });
      return scratch;
    },
    removeScratch: () => rm(scratch, { recursive: true, force: true }),
    readRecord: (name) => readJson(inWindow(`${name}.json`)),
    async writeRecord(name, value) {
      const file = inWindow(`${name}.json`);
      if (value === undefined) await rm(file, { force: true });
      else await writeText(file, toJson(value));
    },
    async writeLines(name, values) {
      const file = inWindow(plainName(name));
      await writeText(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
      return file;
    },
    async readLines(name) {
      const text = (await readTextFile(inWindow(plainName(name)))) ?? '';
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    },

    modelFolder,
    async versions() {
      const names = await readdir(sharedFolder).catch(() => []);
      const versions: StoredVersion<Version>[] = [];
      for (const file of names) {
        if (!file.endsWith('.json') || file.endsWith('.result.json')) continue;
        const record = (await readJson(path.join(sharedFolder, file))) as Version | undefined;
        const isWhole = typeof record?.name === 'string' && file === `${record.name}.json`;
        if (!isWhole || !(await pathExists(path.join(modelFolder(record.name), 'config.json')))) continue;
        versions.push({ record, sizeBytes: await sizeOf(modelFolder(record.name)) });
      }
      return versions;
    },
    saveVersion: (record) => writeText(recordFile(record.name), toJson(record)),
    readResult: (name) => readJson(resultFile(name)),
    saveResult: (name, result) => writeText(resultFile(name), `${JSON.stringify(result)}\n`),
    async removeVersion(name) {
      // The record first: a folder without one is nobody's model.
      await rm(recordFile(name), { force: true });
      await rm(resultFile(name), { force: true });
      await rm(modelFolder(name), { recursive: true, force: true });
    },
    exportVersion: (name, target) => copyFolder(modelFolder(name), path.resolve(target)),
    async importVersion(source, record) {
      const files = createNodeModelFiles(source);
      if (!(await files.read('config.json')) || !(await files.read('model.safetensors'))) {
        throw new EngineError(
          'modelMissing',
          `${source} is no model folder: it has no config.json or no model.safetensors. Choose the folder of a model.`,
        );
      }
      const problems = await verifyModelFiles(files);
      if (problems.length > 0) throw new EngineError('modelCorrupt', problems.join(' '));
      await copyFolder(source, modelFolder(record.name));
      await writeText(recordFile(record.name), toJson(record));
    },
  };
}

/** Names come from clients: they must not reach outside of their folder. */
function plainName(name: string): string {
  if (name === path.basename(name) && name !== '' && name !== '.' && name !== '..') return name;
  throw new EngineError('invalidArgument', `${name} is no name of a model. Choose one of the list.`);
}

/** Plain files alone: a model folder has no others, and links could lead anywhere. */
async function copyFolder(source: string, target: string): Promise<void> {
  await requireNew(target);
  const part = `${target}.part-${process.pid}`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      if (entry.isFile()) await copyFile(path.join(source, entry.name), path.join(part, entry.name));
    }
    await requireNew(target);
    await rename(part, target);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => {});
    throw error instanceof EngineError ? error : explainWriting(target, error);
  }
}

async function writeText(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeTextFile(file, text);
  } catch (error) {
    throw explainWriting(file, error);
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) sum += (await stat(path.join(folder, name))).size;
  return sum;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
