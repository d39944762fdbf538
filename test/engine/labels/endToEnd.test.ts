// Text in, calibrated labels and vectors out, through every station from the tokenizer on, against what Python computes
// with tokenizers, transformers and the formulas of docs/MODEL.md (test/oracles/model/makeTinyExpected.py).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { pool } from '../../../server/src/engine/embeddings/pool.ts';
import { classify } from '../../../server/src/engine/labels/classify.ts';
import { loadTasks } from '../../../server/src/engine/labels/loadTasks.ts';
import { type EmbeddingTask, isClassification } from '../../../server/src/engine/labels/task.ts';
import { outputOfTask } from '../../../server/src/engine/labels/taskOutput.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import { runEncoder } from '../../../server/src/engine/model/runEncoder.ts';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';
import { packBatch } from '../../../server/src/engine/tokens/packBatch.ts';
import { fixtureModel, maxDifference } from '../model/modelFixtures.ts';

interface ExpectedCase {
  readonly text: string;
  readonly context: string | null;
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  readonly depths: Readonly<
    Record<
      string,
      {
        readonly probabilities: Readonly<Record<string, readonly number[]>>;
        readonly embedding: readonly number[];
      }
    >
  >;
}

describe('the tiny model, from text to labels and vectors', () => {
  it('equals Python at every depth, all texts in one batch', async () => {
    const cases = JSON.parse(
      await readFile(new URL('../../fixtures/models/tinyExpected.json', import.meta.url), 'utf8'),
    ) as readonly ExpectedCase[];
    assert.equal(cases.length, 8);
    const files = fixtureModel('tiny');
    const tokenizer = await loadTokenizer(files);
    const model = await loadModel(files, { threads: 1, maxSessions: 1 });
    const tasks = await loadTasks(files, model);
    const encoded = cases.map(({ text, context }) =>
      context === null
        ? tokenizer.encode(text, { maxTokens: tasks.maxTokens })
        : tokenizer.encodePair(text, context, { maxTokens: tasks.maxTokens }),
    );
    encoded.forEach((one, index) => {
      assert.deepEqual([...one.ids], cases[index]!.ids, cases[index]!.text);
      assert.deepEqual([...one.typeIds], cases[index]!.typeIds, cases[index]!.text);
    });
    const batch = packBatch(encoded, { padId: tokenizer.padId, multipleOf: 8 });
    let compared = 0;
    for (const depth of tasks.depths) {
      const outputs = await runEncoder(model, batch, { depth, outputs: tasks.tasks.map(outputOfTask) });
      for (const [taskIndex, task] of tasks.tasks.entries()) {
        const tensor = outputs[taskIndex]!;
        const rows = isClassification(task)
          ? classify(task, tensor.data, depth).map((scores) => scores.probabilities)
          : pool(tensor, (task as EmbeddingTask).dimensions[0]!);
        for (const [index, row] of rows.entries()) {
          const wanted = cases[index]!.depths[depth]!;
          const expected = task.kind === 'embedding' ? wanted.embedding : wanted.probabilities[task.name]!;
          const difference = maxDifference(row, Float32Array.from(expected));
          assert.ok(difference < 1e-5, `${task.name} of ${cases[index]!.text} at ${depth}: ${difference}`);
          compared++;
        }
      }
    }
    assert.equal(compared, 8 * 3 * 4);
    await model.dispose();
  });
});
