// Where the program's own parts lie, seen from a process entry, in a checkout and in a built package alike.
// In: `import.meta.url` of server/src/<entry>.ts or dist/server/<entry>.js. Out: a folder or a URL.

import { fileURLToPath } from 'node:url';

/** The model that ships with the program; both layouts stand two folders below the root of the project. */
export function shippedModelFolder(entryUrl: string): string {
  return fileURLToPath(new URL('../../models/marginalia-small', entryUrl));
}

/** package.json of the program, for its version. */
export function packageManifestFile(entryUrl: string): string {
  return fileURLToPath(new URL('../../package.json', entryUrl));
}

/** The worker that owns the engine: a source file beside `host/`, or a bundle beside the entry's bundle. */
export function engineWorkerUrl(entryUrl: string): URL {
  return new URL(entryUrl.endsWith('.ts') ? './host/engineWorker.ts' : './engineWorker.js', entryUrl);
}

/** The process that tries the native runtime: a source file beside the entry, or a bundle beside its bundle. */
export function runtimeProbeUrl(entryUrl: string): URL {
  return new URL(entryUrl.endsWith('.ts') ? './tryRuntime.ts' : './tryRuntime.js', entryUrl);
}

/** The thread of the index: a source file beside the entry, or a bundle beside the entry's bundle. */
export function indexWorkerUrl(entryUrl: string): URL {
  return new URL(entryUrl.endsWith('.ts') ? './indexWorker.ts' : './indexWorker.js', entryUrl);
}

/** The process that trains: a source file beside the entry, or a bundle beside the entry's bundle. */
export function trainingProcessUrl(entryUrl: string): URL {
  return new URL(entryUrl.endsWith('.ts') ? './train.ts' : './train.js', entryUrl);
}
