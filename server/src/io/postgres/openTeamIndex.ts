// Opens the part of a team's index that belongs to one working copy. In: a connection string and a folder. Out: storage.

import { createHash, randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { IndexStorage } from '../../engine/storage.ts';
import { openPostgres } from './postgresClient.ts';
import { ensureTables } from './postgresSchema.ts';
import { createPostgresStorage } from './postgresStorage.ts';

export async function openTeamIndex(
  connectionString: string,
  root: string,
  { isFresh }: { readonly isFresh: boolean },
): Promise<IndexStorage> {
  const client = await openPostgres(connectionString);
  try {
    await ensureTables(client);
    const storage = await createPostgresStorage({
      client,
      folderName: nameOf(root),
      writerId: randomUUID(),
    });
    if (isFresh && (await storage.becomeWriter())) await forgetFiles(storage);
    return storage;
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
}

/** Texts and vectors are the team's; what stands where is read again. */
async function forgetFiles(storage: IndexStorage): Promise<void> {
  const files = await storage.files();
  await storage.writeFiles(files.map(({ file }) => ({ file, removed: true })));
}

/** Readable for whoever looks into the database; the whole path stays here. */
function nameOf(root: string): string {
  const real = realpathSync(root);
  const sum = createHash('sha256').update(`${hostname()}\0${real}`).digest('hex').slice(0, 16);
  return `${path.basename(real) || 'root'} ${sum}`;
}
