// Every file below a folder, in the order of the file system; links are not followed.

import { opendirSync } from 'node:fs';
import { join } from 'node:path';

export function* listFiles(folder: string): Generator<string> {
  const directory = opendirSync(folder);
  for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    else if (entry.isFile()) yield path;
  }
  directory.closeSync();
}
