// Windows of sentences and the order of their parts; which stretches of a workspace are held out.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { countOf, divideTexts } from '../../../server/src/engine/training/adaptationTexts.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';
import { cutWindows, orderWindow } from '../../../server/src/engine/training/textWindows.ts';

const sentence = (id: number, length: number) => new Int32Array(length).fill(id);
const special = { clsId: 2, sepId: 3 };

describe('windows of text', () => {
  it('take as many whole sentences as fit beside [CLS] and two [SEP]', () => {
    const windows = cutWindows([sentence(5, 4), sentence(6, 4), sentence(7, 4), sentence(8, 9)], 11);
    assert.deepEqual(
      windows.map(({ sentences }) => sentences.map(([id]) => id)),
      [[5, 6], [8]],
      'what is left over in between is too short to say anything',
    );
    assert.ok(windows.every(({ sentences }) => sentences.reduce((sum, { length }) => sum + length, 0) <= 8));
  });

  it('have two parts that are swapped half of the time and are always as long', () => {
    const [window] = cutWindows([sentence(5, 3), sentence(6, 2), sentence(7, 4)], 20);
    let swapped = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { text, order } = orderWindow(window!, special, createRandom(seed));
      assert.equal(text.ids.length, 12);
      assert.equal(text.ids[0], 2);
      const cut = text.ids.indexOf(3);
      assert.deepEqual([...text.typeIds], [...new Array(cut + 1).fill(0), ...new Array(11 - cut).fill(1)]);
      const words = [...text.ids].filter((id) => id > 3);
      if (order === 1) swapped++;
      assert.equal(words[0] === 5, order === 0);
    }
    assert.ok(Math.abs(swapped - 200) < 40, `${swapped}`);
  });

  it('of one sentence have no order', () => {
    const [window] = cutWindows([sentence(5, 9)], 20);
    const { text, order } = orderWindow(window!, special, createRandom(1));
    assert.equal(order, undefined);
    assert.deepEqual([...text.ids], [2, ...new Array(9).fill(5), 3]);
  });
});

describe('passages to learn from and to measure by', () => {
  const passages = (count: number, file = 'a.ts') =>
    Array.from({ length: count }, (_, index) => ({ text: `${file} says ${index}`, file }));

  it('are divided by stretches of a file, and each text is on one side only', () => {
    const all = [...passages(200, 'a.ts'), ...passages(300, 'b.ts'), ...passages(50, 'a.ts')];
    const { training, heldOut, repeated, leftOut } = divideTexts(all, {
      heldOutShare: 0.1,
      maxPassages: 10_000,
    });
    assert.equal(repeated, 50);
    assert.equal(leftOut, 0);
    assert.equal(countOf(training) + countOf(heldOut), 500);
    assert.ok(countOf(heldOut) >= 50 && countOf(heldOut) <= 90, `${countOf(heldOut)}`);
    for (const stretch of [...training, ...heldOut]) {
      assert.equal(new Set(stretch.map(({ file }) => file)).size, 1);
    }
  });

  it('stay on their side when a file is added', () => {
    const options = { heldOutShare: 0.2, maxPassages: 10_000 };
    const textsOf = (files: readonly string[]) =>
      new Set(
        divideTexts(
          files.flatMap((file) => passages(120, file)),
          options,
        )
          .training.flat()
          .map(({ text }) => text),
      );
    const [before, after] = [textsOf(['a.ts', 'b.ts', 'c.ts']), textsOf(['a.ts', 'b.ts', 'c.ts', 'd.ts'])];
    const moved = [...before].filter((text) => !after.has(text)).length;
    assert.ok(moved <= 80, `${moved} of ${before.size} went to the other side`);
  });

  it('are a sample of whole stretches where there are too many', () => {
    const all = Array.from({ length: 50 }, (_, index) => passages(60, `f${index}.ts`)).flat();
    const { training, heldOut, leftOut } = divideTexts(all, { heldOutShare: 0.1, maxPassages: 500 });
    const count = countOf(training) + countOf(heldOut);
    assert.ok(count >= 500 && count < 540, `${count}`);
    assert.equal(leftOut, 3000 - count);
  });

  it('BAD INPUT - too few say how many are needed', () => {
    assert.throws(
      () => divideTexts(passages(7), { heldOutShare: 0.1, maxPassages: 100 }),
      /There are 7 different passages, too few to adapt to: at least 100 are needed/,
    );
  });
});
