// Where the index of a folder is kept when nobody says: among the caches of the user, never inside the folder,
// which may be read-only and belongs to a repository. In: the folder and the environment. Out: a folder.

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export function indexLocation(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return indexFolderIn(path.join(cacheFolder(environment), 'marginalia'), root);
}

/** Where somebody else keeps things for us: several roots may share it. */
export function indexFolderIn(storageFolder: string, root: string): string {
  return path.join(storageFolder, 'index', nameOf(root));
}

/** The name stays readable; the sum keeps two folders of one name apart. */
function nameOf(root: string): string {
  const real = realpathSync(root);
  const readable = path
    .basename(real)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40);
  return `${readable || 'root'}-${createHash('sha256').update(real).digest('hex').slice(0, 16)}`;
}

function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.XDG_CACHE_HOME) return environment.XDG_CACHE_HOME;
  switch (process.platform) {
    case 'win32':
      return environment.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local');
    case 'darwin':
      return path.join(homedir(), 'Library', 'Caches');
    default:
      return path.join(homedir(), '.cache');
  }
}
