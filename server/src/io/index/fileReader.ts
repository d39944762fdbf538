// Files below a folder, as an index reads them. In: a path relative to the folder. Out: the text and its hash, or why
// there is none; nothing outside of the folder. A folder that is gone itself is an error: it says nothing about files.

import { hash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { FileContent } from '../../engine/storage.ts';
import { defaultMaxBytes, readSource, readSourceBlocking, type SourceContent } from '../readSource.ts';

export interface FileReaderOptions {
  /** Nobody waits for this thread while it waits for the disk. */
  readonly mayBlock: boolean;
}

/** A disk that is slower than this in the mean is asked for many files at once instead. */
const promptMs = 2;

const limits = { maxBytes: defaultMaxBytes };

export function createFileReader(
  root: string,
  { mayBlock }: FileReaderOptions,
): (file: string) => Promise<FileContent> {
  let meanMs = 0;
  let lastRoot: string | undefined;

  /** The root itself is looked up again only where a file does not seem to be below it: it may be gone. */
  function isInside(real: string): boolean {
    if (lastRoot !== undefined && isBelow(real, lastRoot)) return true;
    lastRoot = realpathSync.native(root);
    return isBelow(real, lastRoot);
  }

  function readAtOnce(target: string): FileContent {
    const startedMs = performance.now();
    // A folder on the way may have become a link since the walk.
    const real = realpathOf(target);
    const content = isInside(real) ? readSourceBlocking(real, limits) : outside;
    meanMs += (performance.now() - startedMs - meanMs) / 16;
    return toContent(content);
  }

  async function readWithOthers(target: string): Promise<FileContent> {
    const [real, realRoot] = await Promise.all([realpath(target).catch(() => ''), realpath(root)]);
    return toContent(isBelow(real, realRoot) ? await readSource(real, limits) : outside);
  }

  return async (file) => {
    const target = path.join(root, file);
    return mayBlock && meanMs < promptMs ? readAtOnce(target) : await readWithOthers(target);
  };
}

const outside: SourceContent = { skipped: 'unreadable', detail: 'not below the folder of the index' };

function realpathOf(target: string): string {
  try {
    return realpathSync.native(target);
  } catch {
    return '';
  }
}

function isBelow(real: string, realRoot: string): boolean {
  return real.startsWith(realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep);
}

function toContent(content: SourceContent): FileContent {
  if ('skipped' in content) return content;
  return { text: content.text, hash: hash('sha256', content.text, 'hex').slice(0, 32) };
}
