// Labels on a real disk: several writers, a killed process, a folder that cannot be written.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { formatRow, parseLabelFile } from '../../server/src/engine/labelling/labelFile.ts';
import { emptyRow, type LabelRow } from '../../server/src/engine/labelling/labelRow.ts';
import { createLabelFileStore } from '../../server/src/io/labelFileStore.ts';
import { makeFolder } from './temporaryFolder.ts';

const row = (text: string, label = 'none'): LabelRow => ({
  ...emptyRow(text, undefined),
  labels: { debt: [label] },
  who: 'Ada',
});
const openStore = (folder: string) => createLabelFileStore({ folder, tidyDelayMs: 20 });
const fileOf = (folder: string) => path.join(folder, '.marginalia', 'labels.jsonl');
const textsIn = (folder: string) =>
  [...parseLabelFile(readFileSync(fileOf(folder), 'utf8')).rows.values()].map((one) => one.text).sort();

describe('labels on disk', () => {
  it('are kept in a sorted file with one row for each text', async () => {
    const folder = makeFolder({});
    const store = openStore(folder);
    await Promise.all(['a', 'b', 'c'].map((text) => store.save([row(text)])));
    await store.save([row('b', 'design')]);
    await store.remove(row('c').id);
    await store.dispose();
    const lines = readFileSync(fileOf(folder), 'utf8').trim().split('\n');
    assert.deepEqual(lines, [...lines].sort());
    assert.deepEqual(textsIn(folder), ['a', 'b']);
    assert.deepEqual((await openStore(folder).read()).rows.get(row('b').id)?.labels, { debt: ['design'] });
    assert.deepEqual(readdirSync(path.dirname(fileOf(folder))), ['labels.jsonl']);
  });

  it('are read again when another program changed them, and its rows are not overwritten', async () => {
    const folder = makeFolder({});
    const [one, other] = [openStore(folder), openStore(folder)];
    await one.save([row('a')]);
    await one.read();
    await other.save([row('b')]);
    assert.equal((await one.read()).rows.size, 2);
    await one.save([row('a', 'design')]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).save([row(`t${index}`)])),
    );
    await Promise.all([one.dispose(), other.dispose()]);
    assert.equal(textsIn(folder).length, 22);
  });

  it('stand on lines of their own behind a line that a crash left half written', async () => {
    const folder = makeFolder({ '.marginalia/labels.jsonl': `${formatRow(row('a'))}\n{"text":"half` });
    const store = openStore(folder);
    await store.save([row('b')]);
    await store.dispose();
    assert.deepEqual(textsIn(folder), ['a', 'b']);
    assert.match(readFileSync(fileOf(folder), 'utf8'), /\n\{"text":"half\n$/);
  });

  it('survive kill -9: every label that was acknowledged is there', async () => {
    const folder = makeFolder({});
    const program = `
      import { createLabelFileStore } from ${JSON.stringify(fileURLToPath(new URL('../../server/src/io/labelFileStore.ts', import.meta.url)))};
      import { emptyRow } from ${JSON.stringify(fileURLToPath(new URL('../../server/src/engine/labelling/labelRow.ts', import.meta.url)))};
      const store = createLabelFileStore({ folder: ${JSON.stringify(folder)}, tidyDelayMs: 3 });
      for (let index = 0; ; index++) {
        const text = process.argv[1] + ' ' + (index % 7 === 6 ? index - 1 : index);
        await store.save([{ ...emptyRow(text, undefined), labels: { n: [String(index)] } }]);
        console.log(text);
        if (index % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 4));
      }`;
    const acknowledged = new Set<string>();
    for (const round of ['one', 'two', 'three']) {
      for (const text of await runAndKill(program, round, 60)) acknowledged.add(text);
      // A lock that the dead process held would only cost time; the next round need not wait for it.
      if (existsSync(`${fileOf(folder)}.lock`)) makeOld(`${fileOf(folder)}.lock`);
    }
    const book = parseLabelFile(readFileSync(fileOf(folder), 'utf8'));
    const kept = new Set([...book.rows.values()].map((one) => one.text));
    assert.ok(acknowledged.size > 150);
    assert.deepEqual(
      [...acknowledged].filter((text) => !kept.has(text)),
      [],
    );
    assert.ok(book.broken.length <= 3);
  }).timeout(60_000);

  it('EXPECTED FAILURE - a place that cannot be written gives one clear message and loses nothing', async () => {
    const folder = makeFolder({ '.marginalia': 'a file where the folder should be' });
    await assert.rejects(openStore(folder).save([row('a')]), (error: Error & { code: string }) => {
      assert.equal(error.code, 'unwritable');
      assert.match(error.message, /The label was not saved: .*labels\.jsonl cannot be written/);
      return true;
    });
    assert.equal(readFileSync(path.join(folder, '.marginalia'), 'utf8'), 'a file where the folder should be');
    assert.equal((await openStore(folder).read()).rows.size, 0);
  });

  it('EXPECTED FAILURE - a folder of somebody else is left as it is', async () => {
    // Root may write everywhere, so nothing could be seen here.
    const folder = makeFolder({ '.marginalia/labels.jsonl': `${formatRow(row('a'))}\n` });
    if (process.getuid?.() === 0) {
      writeFileSync(`${fileOf(folder)}.lock`, '');
      makeOld(`${fileOf(folder)}.lock`);
      const store = openStore(folder);
      await store.save([row('b')]);
      await store.dispose();
      assert.deepEqual(textsIn(folder), ['a', 'b'], 'a lock that was left behind does not block for ever');
      return;
    }
    chmodSync(path.dirname(fileOf(folder)), 0o500);
    await assert.rejects(openStore(folder).save([row('b')]), /was not saved/);
    chmodSync(path.dirname(fileOf(folder)), 0o700);
    assert.deepEqual(textsIn(folder), ['a']);
  });

  it('know the tasks of the team and what is wrong with them', async () => {
    const folder = makeFolder({ '.marginalia/tasks.json': '{"tasks":[{"name":"tone","labels":["kind"]}]}' });
    assert.equal((await openStore(folder).tasks()).tasks[0]?.name, 'tone');
    assert.deepEqual(await openStore(makeFolder({})).tasks(), { tasks: [], problem: undefined });
  });
});

/** Answers the lines that the program had written when it was killed. */
function runAndKill(program: string, argument: string, lineCount: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.split('\n').length > lineCount) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('close', () => resolve(output.split('\n').slice(0, -1))));
}

function makeOld(file: string): void {
  utimesSync(file, new Date(0), new Date(0));
}
