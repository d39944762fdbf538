// What every storage of the index promises, whatever it is made of. In: a way to open an empty one, and to open it once
// more. Out: tests. Scores are compared with numbers that follow from the formula, so stores agree with each other too.

import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { IndexStorage, NewPassage } from '../../server/src/engine/storage.ts';
import { createRandom, randomUnitVector } from '../engine/index/randomVectors.ts';
import { assertNearestIsExact } from './nearestIsExact.ts';

const space = { fingerprint: 'a', dimensions: 8 };

export function passageOf(
  text: string,
  options: { line?: number; names?: string; kind?: string; language?: string } = {},
): NewPassage {
  const { line = 1, names = '', kind = 'line', language = 'go' } = options;
  const span = { start: 10 * line, end: 10 * line + 5 };
  const place = { span, line, endLine: line, kind, language, symbol: names === '' ? undefined : names };
  return { textHash: `hash of ${text}`, text, words: text, names, lead: text.split(' ')[0]!, place };
}

export function fileWith(file: string, ...passages: readonly NewPassage[]) {
  return { file, stamp: '1', hash: 'h', passages };
}

export async function findIds(
  storage: IndexStorage,
  ...tokens: readonly string[]
): Promise<readonly number[]> {
  return (await storage.searchWords({ tokens, count: 10, filter: undefined })).map(({ id }) => id);
}

export function checkStorageContract(open: () => Promise<IndexStorage>): void {
  async function withStorage(use: (storage: IndexStorage) => Promise<void>): Promise<void> {
    const storage = await open();
    assert.equal(await storage.becomeWriter(), true);
    await use(storage);
    await storage.close();
  }

  it('keeps files, texts once, and places in their order', () =>
    withStorage(async (storage) => {
      const added = await storage.writeFiles([
        fileWith(
          'b.go',
          passageOf('alpha one', { line: 2 }),
          passageOf('beta two', { line: 4, names: 'open' }),
        ),
        fileWith('a.go', passageOf('alpha one')),
      ]);
      assert.equal(added, 2);
      assert.deepEqual(
        (await storage.files()).map(({ file }) => file),
        ['a.go', 'b.go'],
      );
      const [id] = await findIds(storage, 'alpha');
      const [text, ...others] = await storage.texts([id!, 99_999]);
      assert.deepEqual(others, []);
      assert.equal(text?.textHash, 'hash of alpha one');
      assert.deepEqual(
        text?.places.map(({ file, line, span }) => [file, line, span.start]),
        [
          ['a.go', 1, 10],
          ['b.go', 2, 20],
        ],
      );
      assert.equal(await storage.findText('hash of alpha one'), id);
      assert.equal(await storage.findText('hash of nothing'), undefined);
      const { files, passages, texts } = await storage.counts(undefined, undefined);
      assert.deepEqual([files, passages, texts], [2, 3, 2]);
    }));

  it('counts what stands in a file, below a folder, or anywhere', () =>
    withStorage(async (storage) => {
      const alpha = passageOf('alpha one');
      await storage.writeFiles([
        fileWith('a.go', alpha, passageOf('beta two')),
        fileWith('lib/b.go', alpha),
        fileWith('lib/deep/c.go', alpha, passageOf('gamma three')),
        fileWith('library.go', passageOf('delta four')),
      ]);
      const [id] = await findIds(storage, 'alpha');
      await storage.writeVectors(space, [
        { id: id!, vector: randomUnitVector(8, createRandom(1)), labels: [] },
      ]);
      const count = async (path: string | undefined) => {
        const { files, passages, texts, encodedPassages, encodedTexts } = await storage.counts(space, path);
        return [files, passages, texts, encodedPassages, encodedTexts].join(' ');
      };
      assert.equal(await count(undefined), '4 6 4 3 1');
      assert.equal(await count('a.go'), '1 2 2 1 1');
      assert.equal(await count('lib'), '2 3 2 2 1');
      assert.equal(await count('li'), '0 0 0 0 0');
      assert.equal((await storage.counts(undefined, 'lib')).encodedTexts, 0);
    }));

  it('a file that is written again, moved or removed changes places, not texts', () =>
    withStorage(async (storage) => {
      await storage.writeFiles([fileWith('src/a.go', passageOf('alpha one'), passageOf('beta two'))]);
      const before = await storage.revision();
      assert.equal(await storage.writeFiles([fileWith('src/a.go', passageOf('alpha one', { line: 7 }))]), 0);
      assert.notEqual(await storage.revision(), before);
      const [id] = await findIds(storage, 'alpha');
      assert.equal((await storage.texts([id!]))[0]?.places[0]?.line, 7);
      await storage.writeFiles([
        { file: 'src/a.go', stamp: '2', hash: 'h', passages: undefined },
        fileWith('srcs/b.go', passageOf('beta two')),
      ]);
      assert.equal((await storage.texts([id!]))[0]?.places.length, 1);
      await storage.writeFiles([{ file: 'src', removed: true }]);
      assert.deepEqual(
        (await storage.files()).map(({ file }) => file),
        ['srcs/b.go'],
      );
      assert.deepEqual((await storage.texts([id!]))[0]?.places, []);
    }));

  it('a file that became a folder takes nothing of the folder along', () =>
    withStorage(async (storage) => {
      await storage.writeFiles([fileWith('lib', passageOf('alpha one'))]);
      await storage.writeFiles([fileWith('lib/a.go', passageOf('beta two')), { file: 'lib', removed: true }]);
      assert.deepEqual(
        (await storage.files()).map(({ file }) => file),
        ['lib/a.go'],
      );
    }));

  it('ranks by BM25, names and first words counting more', () =>
    withStorage(async (storage) => {
      await storage.writeFiles([
        fileWith(
          'a.go',
          passageOf('zero alpha filler filler'),
          passageOf('alpha filler filler filler'),
          passageOf('zero filler beta', { names: 'alpha' }),
          passageOf('zero nothing'),
          passageOf('zero other words'),
          passageOf('zero yet more words'),
          passageOf('zero still more'),
        ),
      ]);
      const found = await storage.searchWords({ tokens: ['alpha'], count: 10, filter: undefined });
      const lengths = [5, 5, 5, 3, 4, 5, 4];
      const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
      const score = (frequency: number, length: number) =>
        (Math.log((7 - 3 + 0.5) / (3 + 0.5)) * frequency * 2.2) /
        (frequency + 1.2 * (0.25 + (0.75 * length) / mean));
      const expected = [score(2, 5), score(1.5, 5), score(1, 5)];
      for (const [index, one] of expected.entries())
        assert.ok(Math.abs(found[index]!.score - one) < 1e-6, `${found[index]!.score} is not ${one}`);
      assert.deepEqual(await findIds(storage, 'alph*'), await findIds(storage, 'alpha'));
      assert.deepEqual(await findIds(storage, 'absent'), []);
      assert.deepEqual(await findIds(storage, '"', "o'clock", 'AND'), []);
    }));

  it('counts the texts that have a token or begin one so, and keeps the names', () =>
    withStorage(async (storage) => {
      const passage = passageOf('alpha beta', { names: 'gamma alphabet' });
      await storage.writeFiles([fileWith('a.go', passage, passageOf('alpha'), passageOf('delta'))]);
      assert.deepEqual(await storage.countTokens(['alpha', 'gamma', 'absent', 'alph*', 'z*']), {
        texts: 3,
        counts: [2, 1, 0, 2, 0],
      });
      const id = await storage.findText(passage.textHash);
      assert.equal((await storage.texts([id!]))[0]?.names, 'gamma alphabet');
    }));

  it('filters by what a place is', () =>
    withStorage(async (storage) => {
      await storage.writeFiles([
        fileWith('src/a_b.go', passageOf('alpha go', { kind: 'doc' })),
        fileWith('src/axb.py', passageOf('alpha python', { language: 'python' })),
        fileWith('Docs/a[1].md', passageOf('alpha prose', { language: 'markdown', kind: 'paragraph' })),
      ]);
      const files = async (filter: Parameters<IndexStorage['textsWhere']>[0]) => {
        const ids = [...(await storage.textsWhere(filter, 10))];
        const found = await storage.searchWords({ tokens: ['alpha'], count: 10, filter });
        assert.deepEqual(found.map(({ id }) => id).sort(), [...ids].sort());
        return (await storage.texts(ids)).map(({ places }) => places[0]!.file);
      };
      assert.deepEqual(await files({ languages: ['go', 'markdown'] }), ['src/a_b.go', 'Docs/a[1].md']);
      assert.deepEqual(await files({ kinds: ['doc'] }), ['src/a_b.go']);
      assert.deepEqual(await files({ paths: ['docs/'] }), ['Docs/a[1].md']);
      assert.deepEqual(await files({ paths: ['a_b'] }), ['src/a_b.go']);
      assert.deepEqual(await files({ paths: ['a_b*'] }), ['src/a_b.go']);
      assert.deepEqual(await files({ paths: ['a?b.*'] }), ['src/a_b.go', 'src/axb.py']);
      assert.deepEqual(await files({ paths: ['a[1]*'] }), ['Docs/a[1].md']);
      assert.deepEqual(await files({ paths: ['src/'], notPaths: ['*.py'] }), ['src/a_b.go']);
      assert.deepEqual(await files({ files: ['Docs/a[1].md', 'src'] }), ['Docs/a[1].md']);
      assert.deepEqual(await files({ files: [] }), []);
      assert.equal((await storage.textsWhere({ paths: ['a'] }, 2)).length, 2);
    }));

  it('keeps vectors and labels, and gives the nearest as exact computing does', () =>
    withStorage(async (storage) => {
      const texts = Array.from({ length: 150 }, (_, index) =>
        passageOf(`text number${index}`, { line: index + 1 }),
      );
      await storage.writeFiles([fileWith('a.go', ...texts), fileWith('b.go', ...texts.slice(3, 6))]);
      const pending = await storage.pendingTexts(space, { afterId: 0, count: 1000, files: undefined });
      assert.equal(pending.length, 150);
      const ofB = await storage.pendingTexts(space, { afterId: 0, count: 1000, files: ['b.go'] });
      assert.deepEqual(ofB.map(({ text }) => text).sort(), ['text number3', 'text number4', 'text number5']);
      const random = createRandom(11);
      const encoded = pending.map(({ id }, index) => ({
        id,
        vector: randomUnitVector(space.dimensions, random),
        labels: [{ task: 'debt', name: index < 2 ? 'design' : 'none', probability: 0.75 }],
      }));
      await storage.writeVectors(space, encoded.slice(0, 100));
      assert.equal(
        (await storage.pendingTexts(space, { afterId: 0, count: 1000, files: undefined })).length,
        50,
      );
      await storage.writeVectors(space, encoded.slice(100));
      assert.deepEqual(await storage.vectorSpaces(), [space]);
      const { encodedPassages, encodedTexts } = await storage.counts(space, undefined);
      assert.deepEqual([encodedPassages, encodedTexts], [153, 150]);

      const [first] = encoded;
      const stored = (await storage.vectors(space, [first!.id, 99_999])).get(first!.id)!;
      for (const [index, number] of first!.vector.entries())
        assert.ok(Math.abs(number - stored[index]!) < 1e-4);
      const tier = storage.vectorTier(space);
      const query = await assertNearestIsExact(tier, encoded, { random, tolerance: 1e-3 });
      const inB = await tier.nearest(query, { count: 10, filter: { paths: ['b.go'] } });
      assert.deepEqual(new Set(inB.map(({ id }) => id)), new Set(ofB.map(({ id }) => id)));

      assert.deepEqual((await storage.texts([first!.id]))[0]?.labels, first!.labels);
      const design = { labels: [{ task: 'debt', name: 'design', notName: undefined }] };
      assert.deepEqual([...(await storage.textsWhere(design, 10))], [encoded[0]!.id, encoded[1]!.id]);
      const notOrdinary = { labels: [{ task: 'debt', name: undefined, notName: 'none' }] };
      assert.equal((await storage.textsWhere(notOrdinary, 10)).length, 2);
    }));

  it('keeps what was left out, with its reason', () =>
    withStorage(async (storage) => {
      const left = { kind: 'skipped', file: 'a.bin', reason: 'binary', detail: 'holds bytes' } as const;
      await storage.writeSkipped([left, { ...left, file: 'b.bin' }]);
      await storage.writeSkipped([left]);
      assert.deepEqual(await storage.skipped(), [left]);
    }));
}
