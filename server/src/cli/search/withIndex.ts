// From the flags of a command to an index that is up to date, and its end, whatever happens in between.

import path from 'node:path';
import { throwIfCancelled } from '../../engine/cancellation.ts';
import { createIndexModel } from '../../engine/createIndexModel.ts';
import { EngineError } from '../../engine/errors.ts';
import type { IndexStatus, WorkspaceIndex } from '../../engine/index/workspaceIndex.ts';
import { type Command, modelFlags } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { createStderrLogger, withEngine } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { createProgress } from '../progress.ts';
import { UsageError } from '../usageError.ts';

export const rootFlags: Command['flags'] = [
  { name: 'root', value: 'DIR', help: 'the folder that is searched; default: the working folder' },
  { name: 'index', value: 'DIR', help: 'where its index is kept; default: among the caches of the user' },
];

export const indexFlags: Command['flags'] = [
  ...rootFlags,
  { name: 'no-model', value: undefined, help: 'words alone: no vectors, no labels, no model needed' },
  {
    name: 'no-wait',
    value: undefined,
    help: 'do not wait until the model has read new passages; words find them already',
  },
  ...modelFlags,
];

/** Opens without looking at the folder: what the index knew last. */
export async function withOpenIndex<T>(
  line: ParsedCommandLine,
  ports: CliPorts,
  use: (index: WorkspaceIndex) => Promise<T>,
): Promise<T> {
  const root = await readRoot(line, ports);
  return await useIndex(root, line, ports, { model: undefined }, use);
}

/**
 * Brings the index up to date first, and waits for the model unless told not to. `mayBeOld`: where that fails, as on a
 * full disk, what is known is used, with a message.
 */
export async function withIndex<T>(
  line: ParsedCommandLine,
  ports: CliPorts,
  { mayBeOld }: { readonly mayBeOld: boolean },
  use: (index: WorkspaceIndex) => Promise<T>,
): Promise<T> {
  const root = await readRoot(line, ports);
  const search = async (index: WorkspaceIndex) => {
    await bringUpToDate(index, { isWaiting: !line.isSet('no-wait'), mayBeOld }, ports);
    return await use(index);
  };
  if (line.isSet('no-model')) return await useIndex(root, line, ports, { model: undefined }, search);
  return await withEngine(line, ports, async (engine) => {
    // A model that the user chose and that does not load is a mistake, not a reason to search without it.
    await engine.modelInfo();
    return await useIndex(root, line, ports, { model: createIndexModel(async () => engine) }, search);
  });
}

async function useIndex<T>(
  root: string,
  line: ParsedCommandLine,
  ports: CliPorts,
  { model }: { readonly model: ReturnType<typeof createIndexModel> | undefined },
  use: (index: WorkspaceIndex) => Promise<T>,
): Promise<T> {
  const folder = line.text('index');
  const index = ports.openIndex({
    root,
    indexFolder: folder === undefined ? undefined : path.resolve(ports.workingFolder, folder),
    model,
    logger: createStderrLogger(ports),
  });
  try {
    return await use(index);
  } finally {
    await index.dispose();
  }
}

async function readRoot(line: ParsedCommandLine, ports: CliPorts): Promise<string> {
  const root = path.resolve(ports.workingFolder, line.text('root') ?? '.');
  if (!(await ports.isFolder(root))) throw new UsageError(`--root takes a folder; ${root} is none.`);
  return root;
}

async function bringUpToDate(
  index: WorkspaceIndex,
  { isWaiting, mayBeOld }: { readonly isWaiting: boolean; readonly mayBeOld: boolean },
  ports: CliPorts,
): Promise<void> {
  const progress = createProgress(ports);
  const stop = index.onStatus((status) => progress.update(() => describeStatus(status)));
  try {
    await index.refresh(ports.cancellation);
    if (isWaiting) await waitForRest(index, ports);
  } catch (error) {
    const hasPassages = index.status().passages > 0;
    if (!mayBeOld || !hasPassages || !(error instanceof EngineError)) throw error;
  } finally {
    stop();
    progress.clear();
  }
  const { state, message } = index.status();
  if (state === 'error') await ports.stderr.write(`marginalia: ${message}\n`);
}

const pollMs = 100;

/** Until the model has read everything, or cannot go on. */
async function waitForRest(index: WorkspaceIndex, ports: CliPorts): Promise<void> {
  await new Promise<void>((resolve) => {
    const isBusy = ({ state }: IndexStatus) => state === 'reading' || state === 'embedding';
    const finish = () => {
      clearInterval(timer);
      stop();
      resolve();
    };
    const stop = index.onStatus((status) => {
      if (!isBusy(status)) finish();
    });
    const timer = setInterval(() => {
      if (ports.cancellation.isCancelled || !isBusy(index.status())) finish();
    }, pollMs);
  });
  throwIfCancelled(ports.cancellation);
}

/** One line for people who wait. */
export function describeStatus(status: IndexStatus): string {
  const { state, files, passages, embedded, secondsLeft, message } = status;
  if (state === 'reading' && message !== undefined) return `writing the index: ${passages} passages`;
  if (state === 'reading') return `reading the folder: ${files} files`;
  const left = secondsLeft === undefined ? '' : `, ${describeSeconds(secondsLeft)} left`;
  return `reading by the model: ${embedded} of ${passages} passages${left}`;
}

function describeSeconds(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
