// Files of a workspace folder by address and by path. In: the folder's URI and a file's URI or relative path.
// Out: the other of the two. Clients write the same address in different ways, so both sides are parsed.

import { URI, Utils } from 'vscode-uri';

/** The folder itself is not below it. */
export function isBelow(root: string, uri: string): boolean {
  const folder = URI.parse(root);
  const file = URI.parse(uri);
  return (
    file.scheme === folder.scheme &&
    file.authority === folder.authority &&
    file.path.startsWith(withSlash(folder.path)) &&
    file.path.length > withSlash(folder.path).length
  );
}

/** `pathBelow('file:///w', 'file:///w/a%20b/c.ts')` is `'a b/c.ts'`. Only for what `isBelow`. */
export function pathBelow(root: string, uri: string): string {
  return URI.parse(uri).path.slice(withSlash(URI.parse(root).path).length);
}

export function uriBelow(root: string, file: string): string {
  return Utils.joinPath(URI.parse(root), ...file.split('/')).toString();
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
