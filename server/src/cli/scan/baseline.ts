// Findings that were there before: a file of fingerprints, so that a team sees only what is new.
// Paths are relative to the folder of the baseline file and use forward slashes.

import path from 'node:path';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';

/** On disk: `{"formatVersion": 1, "files": {"src/a.ts": ["<fingerprint>", …]}}`. */
interface BaselineFile {
  readonly formatVersion: 1;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

export interface Baseline {
  /** `file` as an absolute path. */
  has(file: string, fingerprint: string): boolean;
}

export async function readBaseline(file: string, ports: CliPorts): Promise<Baseline> {
  const resolved = path.resolve(ports.workingFolder, file);
  const text = await ports.readTextFile(resolved);
  if (text === undefined)
    throw new UsageError(`There is no baseline file ${file}; --write-baseline makes one.`);
  const files = parseBaseline(text);
  if (!files) throw new UsageError(`${file} is not a baseline file; --write-baseline makes one.`);
  const known = new Map(
    Object.entries(files).map(([name, prints]) => [
      path.resolve(path.dirname(resolved), name),
      new Set(prints),
    ]),
  );
  return { has: (wanted, fingerprint) => known.get(wanted)?.has(fingerprint) ?? false };
}

export interface BaselineRecorder {
  add(file: string, fingerprint: string): void;
  /** Sorted, so that a baseline under version control changes as little as the findings do. */
  write(): Promise<void>;
}

export function createBaselineRecorder(file: string, ports: CliPorts): BaselineRecorder {
  const resolved = path.resolve(ports.workingFolder, file);
  const files = new Map<string, string[]>();
  return {
    add(name, fingerprint) {
      const relative = path.relative(path.dirname(resolved), name).split(path.sep).join('/');
      const prints = files.get(relative) ?? [];
      prints.push(fingerprint);
      files.set(relative, prints);
    },
    async write() {
      const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1));
      const content: BaselineFile = {
        formatVersion: 1,
        files: Object.fromEntries(sorted.map(([name, prints]) => [name, prints.sort()])),
      };
      await ports.writeTextFile(resolved, `${JSON.stringify(content, null, 2)}\n`);
    },
  };
}

function parseBaseline(text: string): BaselineFile['files'] | undefined {
  try {
    const value = JSON.parse(text) as Partial<BaselineFile> | null;
    const files = value?.formatVersion === 1 ? value.files : undefined;
    const isValid =
      typeof files === 'object' &&
      files !== null &&
      Object.values(files).every((prints) => Array.isArray(prints));
    return isValid ? files : undefined;
  } catch {
    return undefined;
  }
}
