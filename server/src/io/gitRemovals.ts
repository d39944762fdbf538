// Files from which commits took comments that admitted debt, as they were before and after. In: a folder. Out: pairs of
// texts with their commit, the latest first; none where git knows nothing. Which comments went, and whether they were
// debt, is decided by whoever reads the texts.

import type { Removal } from '../engine/labelling/removal.ts';
import { readGit, readGitBytes } from './readGit.ts';

const logMs = 20_000;
const mostCommits = 500;
const mostPairs = 600;
/** A larger file is generated, or a comment in it is not worth the time. */
const mostBytes = 512 * 1024;
/** What a commit was about stands at its beginning. */
const messageLength = 500;

/** Words that a removed line has, and verbs with which messages say that debt was paid. */
const removedWords = 'TODO|FIXME|HACK|KLUDGE|XXX';
const messagePattern =
  '(remov|resolv|fix|address|clean|drop|pay|repay|delet|implement)[a-z]*[^\\n]*(todo|fixme|hack|kludge|workaround|tech(nical)? debt|stale comment)';

export async function readGitRemovals(folder: string): Promise<readonly Removal[]> {
  try {
    const format = [
      '--format=%x01%H%x1f%at%x1f%B%x1f',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      '--no-textconv',
      '--relative',
    ];
    const common = ['log', '--no-merges', '--diff-filter=MD', `--max-count=${mostCommits}`, ...format];
    const [byWord, byMessage] = await Promise.all([
      readGit(folder, [...common, `-G${removedWords}`], { timeoutMs: logMs }),
      readGit(folder, [...common, '-i', '-E', `--grep=${messagePattern}`], { timeoutMs: logMs }),
    ]);
    const changes = new Map<string, RawChange>();
    for (const change of [...parseRawLog(byMessage), ...parseRawLog(byWord)]) {
      changes.set(`${change.before} ${change.after}`, change);
    }
    const wanted = [...changes.values()]
      .sort((one, other) => other.commit.timeMs - one.commit.timeMs)
      .slice(0, mostPairs);
    const blobs = await readBlobs(
      folder,
      wanted.flatMap(({ before, after }) => [before, after]),
    );
    return wanted.flatMap(({ commit, file, before, after }) => {
      const old = blobs.get(before);
      if (old === undefined) return [];
      const now = nothing.test(after) ? '' : blobs.get(after);
      return now === undefined ? [] : [{ commit, file, before: old, after: now }];
    });
  } catch {
    // No git, no repository, or one with a past that cannot be read: then the past says nothing.
    return [];
  }
}

interface RawChange {
  readonly commit: Removal['commit'];
  /** Relative to the folder. */
  readonly file: string;
  /** Names of the texts; of zeros where the file was deleted. */
  readonly before: string;
  readonly after: string;
}

const nothing = /^0+$/;

/** Of `git log --raw` in the format above: a commit begins with \\x01, its parts end with \\x1f. */
export function parseRawLog(output: string): readonly RawChange[] {
  return output
    .split('\x01')
    .slice(1)
    .flatMap((record) => {
      const [id = '', seconds = '', message = '', raw = ''] = record.split('\x1f');
      const commit = {
        id,
        timeMs: 1000 * Number(seconds),
        message: message.trim().slice(0, messageLength),
      };
      return raw.split('\n').flatMap((line): RawChange[] => {
        const [, before, after, file] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) [MD]\t([^"].*)$/.exec(line) ?? [];
        return before && after && file ? [{ commit, file, before, after }] : [];
      });
    });
}

async function readBlobs(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(names.filter((name) => !nothing.test(name)))];
  if (wanted.length === 0) return new Map();
  const sizes = await readGit(
    folder,
    ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'],
    {
      timeoutMs: logMs,
      input: lines(wanted),
    },
  );
  const small = sizes.split('\n').flatMap((line) => {
    const [name, type, size] = line.split(' ');
    return name && type === 'blob' && Number(size) <= mostBytes ? [name] : [];
  });
  const bytes = await readGitBytes(folder, ['cat-file', '--batch'], {
    timeoutMs: logMs,
    input: lines(small),
  });
  return parseBlobs(bytes);
}

/** `NAME blob SIZE`, a line end, the bytes, a line end, for each. Texts with a NUL are none. */
function parseBlobs(bytes: Buffer): ReadonlyMap<string, string> {
  const blobs = new Map<string, string>();
  for (let position = 0; position < bytes.length; ) {
    const end = bytes.indexOf(10, position);
    if (end < 0) break;
    const [name = '', , size = ''] = bytes.toString('latin1', position, end).split(' ');
    const content = bytes.subarray(end + 1, end + 1 + Number(size));
    if (!content.includes(0)) blobs.set(name, content.toString('utf8'));
    position = end + 1 + Number(size) + 1;
  }
  return blobs;
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}
