// The files that the tidy tests read: sources of the named parts, as paths from the project's root.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** All TypeScript files below the given folders, with forward slashes, sorted. */
export function listSourceFiles(folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(projectRoot, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) =>
          path.relative(projectRoot, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
        ),
    )
    .filter((file) => !file.includes('node_modules/'))
    .sort();
}
