// tasks.json: read, checked against the weights, made up for a plain Hugging Face folder, and refused with the key at fault.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { loadTasks } from '../../../server/src/engine/labels/loadTasks.ts';
import type { ClassificationTask, SpanTask } from '../../../server/src/engine/labels/task.ts';
import { outputOfTask } from '../../../server/src/engine/labels/taskOutput.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import type { ModelFiles } from '../../../server/src/engine/model/modelFolder.ts';
import { fixtureModel, jsonBytes, withFiles } from '../model/modelFixtures.ts';

type Json = Record<string, unknown>;

const tiny = fixtureModel('tiny');

describe('loadTasks', () => {
  it('reads the tasks of a model folder', async () => {
    const tasks = await tasksOf(tiny);
    assert.deepEqual(tasks.depths, [3, 4, 6]);
    assert.equal(tasks.defaultDepth, 6);
    assert.equal(tasks.maxTokens, 128);
    assert.deepEqual(
      tasks.tasks.map((task) => [task.name, task.kind, 'pooling' in task && task.pooling]),
      [
        ['purpose', 'multiLabel', 'mean'],
        ['debt', 'singleLabel', 'mean'],
        ['form', 'singleLabel', 'cls'],
        ['embedding', 'embedding', 'mean'],
      ],
    );
    const purpose = tasks.tasks[0] as ClassificationTask;
    assert.equal(purpose.description.de, 'Wozu die Passage dient.');
    assert.deepEqual(purpose.temperatures, { default: 1, 3: 1.3 });
    assert.equal(purpose.labels[3]!.title.en, 'Rationale');
  });

  it('says which output of the encoder answers a task', async () => {
    assert.deepEqual((await tasksOf(tiny)).tasks.map(outputOfTask), [
      { kind: 'logits', head: 'purpose', pooling: 'mean' },
      { kind: 'logits', head: 'debt', pooling: 'mean' },
      { kind: 'logits', head: 'form', pooling: 'cls' },
      { kind: 'pooled', pooling: 'mean' },
    ]);
  });
});

describe('loadTasks of a plain Hugging Face folder', () => {
  it('takes the classifier with its label names', async () => {
    const { tasks, depths, maxTokens } = await tasksOf(fixtureModel('parity/sequence-classifier'));
    assert.deepEqual(depths, [6]);
    assert.equal(maxTokens, 31);
    const [classifier, embedding] = tasks as [ClassificationTask, unknown];
    assert.equal(classifier.kind, 'singleLabel');
    assert.equal(classifier.pooling, 'pooler');
    assert.deepEqual(
      classifier.labels.map((label) => label.name),
      ['bug', 'idea', 'question', 'praise', 'noise'],
    );
    assert.deepEqual(embedding, { name: 'embedding', kind: 'embedding', pooling: 'mean', dimensions: [15] });
  });

  it('takes several labels at once where problem_type says so', async () => {
    const { tasks } = await tasksOf(fixtureModel('parity/sequence-classifier-uneven-groups'));
    const classifier = tasks[0] as ClassificationTask;
    assert.equal(classifier.kind, 'multiLabel');
    assert.deepEqual(
      classifier.labels.map((label) => label.threshold),
      [0.5, 0.5, 0.5],
    );
  });

  it('numbers the labels where their names are missing or do not fit', async () => {
    const files = fixtureModel('parity/sequence-classifier');
    const config = JSON.parse(new TextDecoder().decode((await files.read('config.json'))!)) as Json;
    const unnamed = withFiles(files, {
      'config.json': jsonBytes({ ...config, id2label: { 0: 'a', 1: 'b' } }),
    });
    const classifier = (await tasksOf(unnamed)).tasks[0] as ClassificationTask;
    assert.deepEqual(
      classifier.labels.map((label) => label.name),
      ['LABEL_0', 'LABEL_1', 'LABEL_2', 'LABEL_3', 'LABEL_4'],
    );
  });

  it('offers answers and coherence where the weights have them, uncalibrated', async () => {
    const answering = (await tasksOf(fixtureModel('parity/question-answering-inner'))).tasks;
    assert.deepEqual(
      answering.map(({ name }) => name),
      ['answer', 'embedding'],
    );
    const { kind, temperatures, threshold } = answering[0] as SpanTask;
    assert.deepEqual(
      { kind, temperatures, threshold },
      { kind: 'span', temperatures: { default: 1 }, threshold: 0.5 },
    );
    const ordering = (await tasksOf(fixtureModel('parity/pretraining-groups'))).tasks;
    assert.deepEqual(
      ordering.map(({ name, kind }) => [name, kind]),
      [
        ['coherence', 'order'],
        ['embedding', 'embedding'],
      ],
    );
  });

  it('has nothing but the embedding for an encoder alone', async () => {
    const { tasks } = await tasksOf(fixtureModel('parity/model-no-pooler-f16'));
    assert.deepEqual(
      tasks.map((task) => task.name),
      ['embedding'],
    );
  });
});

describe('loadTasks of tasks about two texts', () => {
  const description = { en: 'x' };
  const answer = {
    name: 'answer',
    kind: 'span',
    description,
    temperatures: { default: 1.5, 3: 2 },
    threshold: 0.4,
  };
  const coherence = { name: 'coherence', kind: 'order', description, temperatures: { default: 1.1 } };

  it('reads them as they stand', async () => {
    assert.deepEqual(await withTasks('parity/question-answering-inner', [answer]), [answer]);
    assert.deepEqual(await withTasks('parity/pretraining-groups', [coherence]), [coherence]);
    const [stale] = await withTasks('parity/own-heads', [{ ...kindTask, input: 'pair' }]);
    assert.equal((stale as ClassificationTask).input, 'pair');
  });

  it('says which output of the encoder answers them', async () => {
    const [span] = await withTasks('parity/question-answering-inner', [answer]);
    const [order] = await withTasks('parity/pretraining-groups', [coherence]);
    assert.deepEqual([outputOfTask(span!), outputOfTask(order!)], [{ kind: 'qa' }, { kind: 'sop' }]);
  });

  it('refuses them without their weights, with wrong keys, and under another name', async () => {
    const refuse = async (model: string, task: Json, message: RegExp) => {
      await assert.rejects(withTasks(model, [task]), (error) => {
        assert.ok(error instanceof EngineError, String(error));
        assert.equal(error.code, 'modelCorrupt');
        assert.match(error.message, message);
        return true;
      });
    };
    await refuse('parity/own-heads', answer, /task answer has no tensor qa_outputs\.weight/);
    await refuse('parity/own-heads', coherence, /task coherence has no tensor sop_classifier/);
    const qa = 'parity/question-answering-inner';
    await refuse(qa, { ...answer, name: 'reply' }, /tasks\[0\]\.name should be answer/);
    await refuse(qa, { ...answer, threshold: 2 }, /tasks\[0\]\.threshold should be a number from 0 to 1/);
    await refuse(qa, { ...answer, temperatures: {} }, /tasks\[0\]\.temperatures\.default should be/);
    await refuse(qa, { ...coherence, name: 'order' }, /tasks\[0\]\.name should be coherence/);
    await refuse(
      'parity/own-heads',
      { ...kindTask, input: 'triple' },
      /tasks\[0\]\.input should be text or pair/,
    );
  });
});

const kindTask = {
  name: 'kind',
  kind: 'singleLabel',
  description: { en: 'x' },
  pooling: 'mean',
  temperatures: { default: 1 },
  labels: ['a', 'b', 'c'].map((name) => ({
    name,
    title: { en: name },
    description: { en: name },
    threshold: 0,
  })),
};

async function withTasks(model: string, tasks: readonly Json[]) {
  const json = { formatVersion: 1, depths: [2], defaultDepth: 2, maxTokens: 31, tasks };
  return (await tasksOf(withFiles(fixtureModel(model), { 'tasks.json': jsonBytes(json) }))).tasks;
}

describe('loadTasks refuses', () => {
  it('heads whose labels nobody names', async () => {
    await expectError(
      withFiles(tiny, { 'tasks.json': undefined }),
      'modelMissing',
      /heads for .*purpose.* no tasks\.json/,
    );
  });

  it('tasks that the weights cannot answer', async () => {
    await expectEdited(
      (json) => (taskIn(json, 0).name = 'mood'),
      /task mood has no tensor heads\.mood\.classifier\.weight/,
    );
    await expectEdited(
      (json) => (taskIn(json, 1).labels as unknown[]).pop(),
      /task debt names 5 labels and its classifier has 6/,
    );
    await expectEdited(
      (json) => (taskIn(json, 2).pooling = 'pooler'),
      /task form reads the pooler and the weights have none/,
    );
    await expectEdited((json) => (json.depths = [3, 4, 6, 8]), /depth 8 .* 6 layers/);
    await expectEdited((json) => (json.maxTokens = 129), /maxTokens is 129 .* 128 positions/);
    await expectEdited((json) => (taskIn(json, 3).dimensions = [49]), /embeddings of 49 numbers/);
  });

  it('wrong keys, one by one', async () => {
    await expectEdited((json) => (json.formatVersion = 2), /formatVersion 2/, 'modelUnsupported');
    await expectEdited((json) => (json.depths = [6, 3]), /depths should be .* ascending/);
    await expectEdited((json) => (json.depths = []), /depths should be/);
    await expectEdited((json) => (json.depths = 6), /depths should be a list/);
    await expectEdited((json) => (json.defaultDepth = 5), /defaultDepth should be one of 3, 4, 6/);
    await expectEdited((json) => (json.maxTokens = 2), /maxTokens should be a whole number, at least 3/);
    await expectEdited((json) => (json.tasks = {}), /tasks should be a list/);
    await expectEdited((json) => ((json.tasks as unknown[])[0] = null), /tasks\[0\] should be an object/);
    await expectEdited(
      (json) => (taskIn(json, 1).name = 'purpose'),
      /tasks should be different names, and purpose/,
    );
    await expectEdited((json) => (taskIn(json, 0).name = ''), /tasks\[0\]\.name should be a name/);
    await expectEdited((json) => (taskIn(json, 0).kind = 'regression'), /tasks\[0\]\.kind should be/);
    await expectEdited((json) => (taskIn(json, 0).pooling = 'max'), /tasks\[0\]\.pooling should be/);
    await expectEdited(
      (json) => (taskIn(json, 0).description = 'x'),
      /tasks\[0\]\.description should be an object/,
    );
    await expectEdited(
      (json) => (taskIn(json, 0).description = { de: 'x' }),
      /tasks\[0\]\.description\.en should be/,
    );
    await expectEdited(
      (json) => (taskIn(json, 0).temperatures = { 3: 1 }),
      /temperatures\.default should be/,
    );
    await expectEdited(
      (json) => (taskIn(json, 0).temperatures = { default: 0 }),
      /temperatures\.default should be a number above 0/,
    );
    await expectEdited(
      (json) => (taskIn(json, 0).temperatures = { default: 1, deep: 1 }),
      /temperatures\.deep should be a depth/,
    );
    await expectEdited((json) => (taskIn(json, 0).labels = []), /tasks\[0\]\.labels should be at least one/);
    await expectEdited(
      (json) => (labelIn(json, 0, 2).name = 'usage'),
      /tasks\[0\]\.labels should be different names, and usage/,
    );
    await expectEdited(
      (json) => (labelIn(json, 0, 2).threshold = -0.1),
      /labels\[2\]\.threshold should be a number from 0 to 1/,
    );
    await expectEdited(
      (json) => (labelIn(json, 1, 2).threshold = 'x'),
      /labels\[2\]\.threshold should be a number from -1 to 1/,
    );
    await expectEdited(
      (json) => (labelIn(json, 1, 0).title = { en: 5 }),
      /tasks\[1\]\.labels\[0\]\.title\.en should be a text/,
    );
    await expectEdited((json) => (taskIn(json, 3).name = 'vector'), /tasks\[3\]\.name should be embedding/);
    await expectEdited(
      (json) => (taskIn(json, 3).dimensions = [16, 32]),
      /tasks\[3\]\.dimensions should be .* longest first/,
    );
  });

  it('files that are no JSON object', async () => {
    for (const text of ['', '[]', 'null', '{"formatVersion":1', '['.repeat(100_000)]) {
      await expectError(
        withFiles(tiny, { 'tasks.json': new TextEncoder().encode(text) }),
        'modelCorrupt',
        /tasks\.json/,
      );
    }
  });
});

async function tasksOf(files: ModelFiles) {
  const model = await loadModel(files, { threads: 1, maxSessions: 1 });
  return loadTasks(files, model);
}

async function expectEdited(
  edit: (json: Json) => void,
  message: RegExp,
  code = 'modelCorrupt',
): Promise<void> {
  const json = JSON.parse(new TextDecoder().decode((await tiny.read('tasks.json'))!)) as Json;
  edit(json);
  await expectError(withFiles(tiny, { 'tasks.json': jsonBytes(json) }), code, message);
}

async function expectError(files: ModelFiles, code: string, message: RegExp): Promise<void> {
  await assert.rejects(tasksOf(files), (error) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

function taskIn(json: Json, index: number): Json {
  return (json.tasks as Json[])[index]!;
}

function labelIn(json: Json, task: number, label: number): Json {
  return (taskIn(json, task).labels as Json[])[label]!;
}
