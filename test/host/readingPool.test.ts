import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages, languageOfPath } from '../../server/src/engine/engine.ts';
import {
  createFileReading,
  type ReadOutcome,
  toFileChange,
  type WantedFile,
} from '../../server/src/engine/index/fileReading.ts';
import type { LogLevel } from '../../server/src/engine/log.ts';
import { createReadingPool } from '../../server/src/host/readingPool.ts';
import { createNodeWorkspaceFolder } from '../../server/src/io/index/nodeWorkspaceFolder.ts';
import { makeFolder } from '../io/temporaryFolder.ts';

const files: readonly WantedFile[] = Array.from({ length: 600 }, (_, index) => ({
  kind: 'file',
  file: `pkg/f${index}.go`,
  stamp: '1',
  modifiedMs: 1,
  knownHash: undefined,
}));

function openPool(workerUrl: URL) {
  const root = makeFolder(
    Object.fromEntries(files.map(({ file }) => [file, `// Says what ${file} does.\nfunc f() {}\n`])),
  );
  const folder = createNodeWorkspaceFolder(root, { mayBlock: false });
  const here = createFileReading({ folder, extract: extractPassages, languageOf: languageOfPath });
  let readHere = 0;
  const said: [LogLevel, string][] = [];
  const pool = createReadingPool({
    workerUrl,
    workerData: { readsFilesOf: root },
    threads: 2,
    here: {
      prepare() {},
      read(wanted) {
        readHere += wanted.length;
        return here.read(wanted);
      },
      locate: here.locate,
      dispose() {},
    },
    logger: { log: (level, message) => said.push([level, message]) },
  });
  return { pool, here, said, readHere: () => readHere };
}

/** Threads have numbers of their own for tokens. */
function unpacked(outcomes: readonly ReadOutcome[]) {
  return outcomes.map((outcome) => (outcome.kind === 'read' ? toFileChange(outcome.file) : outcome));
}

describe('files read by threads beside that of the index', function () {
  this.timeout(60_000);

  it('come back as if they were read here, in their order; few are not worth a thread', async () => {
    const { pool, here, readHere, said } = openPool(
      new URL('../../server/src/indexWorker.ts', import.meta.url),
    );
    assert.equal((await pool.read(files.slice(0, 10))).length, 10);
    assert.equal(readHere(), 10);
    const groups = Array.from({ length: 8 }, (_, group) => files.slice(75 * group, 75 * (group + 1)));
    const outcomes = (await Promise.all(groups.map((group) => pool.read(group)))).flat();
    assert.deepEqual(unpacked(outcomes), unpacked(await here.read(files)));
    // The second group is the one with which there are more than 128.
    assert.equal(readHere(), 10 + 75);
    assert.deepEqual(said, []);
    pool.dispose();
  });

  it('that die leave the work to this thread, said once', async () => {
    const { pool, here, said } = openPool(new URL('data:text/javascript,throw new Error("no memory")'));
    assert.deepEqual(unpacked(await pool.read(files)), unpacked(await here.read(files)));
    assert.deepEqual((await pool.read(files.slice(0, 3))).length, 3);
    assert.equal(said.length, 1);
    pool.dispose();
  });
});
