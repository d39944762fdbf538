// A training run on disk: run.json (options), events.jsonl, state.bin (heads.bin too where heads are fitted first), and lock while a process works on it.
// In: a folder. Out: what is in it, and safe ways to change it: a new state replaces the old one only when it is whole.

import { mkdir, open, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { trainingError } from '../engine/trainingMessages.ts';
import type { RunOptions, RunStore, StoredRun, TrainingEvent } from '../engine/trainingRun.ts';

/** A lock that was not touched for so long belongs to a process that is gone, whatever now has its number. */
const staleMs = 120_000;
const touchMs = 5_000;

export const runStore: RunStore = {
  async read(folder) {
    const options = await readJson<RunOptions>(path.join(folder, 'run.json'));
    if (!options) return undefined;
    const events = await readEvents(folder);
    return { folder, options, events, status: await statusOf(folder, events) };
  },
  async begin(folder, options) {
    const known = await readJson<RunOptions>(path.join(folder, 'run.json'));
    if (known && JSON.stringify(known) !== JSON.stringify(options)) {
      throw trainingError('runOfOtherOptions', { folder });
    }
    if (known) return;
    await mkdir(folder, { recursive: true });
    await writeWhole(path.join(folder, 'run.json'), [encode(`${JSON.stringify(options, undefined, 2)}\n`)]);
  },
  async remove(folder) {
    // Only what is a run: a wrong path must not cost anybody a folder.
    if (!(await readJson(path.join(folder, 'run.json')))) return;
    await rm(folder, { recursive: true, force: true });
  },
};

/** What the process that trains does with its folder. */
export interface OpenRun {
  readonly options: RunOptions;
  append(event: TrainingEvent): Promise<void>;
  /** A run that trains in several phases has a state for each; `model` is the one that every run has. */
  saveState(pieces: readonly Uint8Array[], phase: 'model' | 'heads'): Promise<void>;
  loadState(phase: 'model' | 'heads'): Promise<Uint8Array | undefined>;
  /** Events of a run that begins anew, or goes on from an earlier state than they tell of, are not kept. */
  keepEvents(isKept: (event: TrainingEvent) => boolean): Promise<void>;
  removeState(): Promise<void>;
  close(): Promise<void>;
}

/** @throws EngineError where another process works in the folder, or there is no run in it */
export async function openRun(folder: string): Promise<OpenRun> {
  const options = await readJson<RunOptions>(path.join(folder, 'run.json'));
  if (!options) throw trainingError('runMissing', { folder });
  const unlock = await takeLock(folder);
  const eventsFile = path.join(folder, 'events.jsonl');
  const stateFiles = { model: path.join(folder, 'state.bin'), heads: path.join(folder, 'heads.bin') };
  return {
    options,
    append: (event) => writeFile(eventsFile, `${JSON.stringify(event)}\n`, { flag: 'a' }),
    saveState: (pieces, phase) => writeWhole(stateFiles[phase], pieces),
    loadState: (phase) => readFile(stateFiles[phase]).catch(ifMissing),
    async keepEvents(isKept) {
      const kept = (await readEvents(folder)).filter(isKept);
      await writeWhole(
        eventsFile,
        kept.map((event) => encode(`${JSON.stringify(event)}\n`)),
      );
    },
    async removeState() {
      for (const file of Object.values(stateFiles)) await rm(file, { force: true });
    },
    close: unlock,
  };
}

/** A file beside the target, flushed, then renamed over it: whoever reads meets the old bytes or the new ones. */
export async function writeWhole(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const part = `${file}.part`;
  try {
    const handle = await open(part, 'w');
    try {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw explainWriting(file, error);
  }
}

/** @returns an error with advice for what a person can repair */
export function explainWriting(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const advice = {
    ENOSPC: 'diskFull',
    EDQUOT: 'quotaUsedUp',
    EACCES: 'writingForbidden',
    EPERM: 'writingForbidden',
    EROFS: 'diskReadOnly',
  } as const;
  const found = advice[code as keyof typeof advice];
  if (found === undefined) return error;
  return trainingError(found, { file }, { cause: error });
}

async function takeLock(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'lock');
  if (await isAlive(folder)) {
    throw trainingError('runBusy', { folder });
  }
  await rm(file, { force: true });
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    throw explainWriting(file, error);
  }
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, touchMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await unlink(file).catch(() => {});
  };
}

async function isAlive(folder: string): Promise<boolean> {
  const file = path.join(folder, 'lock');
  const content = await readFile(file, 'utf8').catch(ifMissing);
  if (content === undefined) return false;
  const { mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs > staleMs) return false;
  try {
    process.kill(Number(content), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !(await isZombie(content));
}

/** A killed process whose parent never asks for it keeps its number: common in containers. Linux alone tells. */
async function isZombie(pid: string): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) [ZX] /.test(line);
}

async function statusOf(folder: string, events: readonly TrainingEvent[]): Promise<StoredRun['status']> {
  if (await isAlive(folder)) return 'running';
  const last = events.at(-1)?.kind;
  return last === 'done' || last === 'failed' ? last : 'interrupted';
}

/** A line that a kill cut off is the last one and is passed over. */
async function readEvents(folder: string): Promise<readonly TrainingEvent[]> {
  const text = (await readFile(path.join(folder, 'events.jsonl'), 'utf8').catch(ifMissing)) ?? '';
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as TrainingEvent];
    } catch {
      return [];
    }
  });
}

async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(ifMissing);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

function ifMissing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
