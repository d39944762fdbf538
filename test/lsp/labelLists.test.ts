// What lists of labels and the queue are answered: files that are not open, tasks, and an order of questions.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type CheckLabelsResult,
  checkLabelsRequest,
  decideConflictRequest,
  type LabelConflictsResult,
  type LabelledFilesResult,
  type LabelQueueResult,
  type LabelTasksResult,
  labelConflictsRequest,
  labelledFilesRequest,
  labelQueueRequest,
  labelTasksRequest,
  type SetLabelsResult,
  type WorkspaceFilesResult,
  workspaceFilesRequest,
} from '../../protocol/labelRequests.ts';
import { emptyRow, type LabelRow } from '../../server/src/engine/labelling/labelRow.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';
import { createMemoryStore } from './support/memoryLabels.ts';

const disk: Readonly<Record<string, string>> = {
  '/project/a.ts': '// TODO one\nlet a;\n// two\nlet b;\n',
  '/project/b.ts': '// two\nlet c;\n// vague three\nlet d;\n',
  '/project/c.bin': '\0',
};

const options: LspClientOptions = {
  folders: [{ uri: 'file:///project', name: 'project' }],
  engineFactory: () => ({
    ...createFakeEngine(),
    // Different texts lie in different corners.
    embed: async (texts) =>
      texts.map((_, index) => Float32Array.from({ length: 8 }, (__, axis) => Number(axis === index))),
  }),
  listFiles: async () => [...Object.keys(disk), '/project/d.ipynb'],
  files: {
    languageOf: (file) => (/\.(ts|ipynb)$/.test(file) ? 'typescript' : undefined),
    read: async (file) =>
      disk[file] === undefined ? { skipped: 'missing', detail: 'ENOENT' } : { text: disk[file] },
    changedLines: async () => ({ problem: 'no git' }),
  },
};

const row = (text: string, label: string): LabelRow => ({
  ...emptyRow(text, undefined),
  labels: { debt: [label] },
  who: 'Ada',
});

function withFiles(rows: readonly LabelRow[], run: (client: LspClient) => Promise<void>): Promise<void> {
  const store = createMemoryStore(rows);
  return withLspClient({ ...options, openLabels: () => store }, async (client) => {
    await untilReady(client);
    await run(client);
  });
}

describe('lists of labels', () => {
  it('name the files that can have passages, without notebooks and what has no language', () =>
    withFiles([], async (client) => {
      const found = await client.connection.sendRequest<WorkspaceFilesResult>(workspaceFilesRequest, {});
      assert.deepEqual(found, { uris: ['file:///project/a.ts', 'file:///project/b.ts'], left: 0 });
    }));

  it('read files from disk, open ones from the editor, and people before the model', () =>
    withFiles([row('two', 'design')], async (client) => {
      client.open('file:///project/b.ts', '// typed just now\n');
      const uris = [
        'file:///project/a.ts',
        'file:///project/b.ts',
        'file:///project/x.ts',
        'file:///other/a.ts',
      ];
      const { files } = await client.connection.sendRequest<LabelledFilesResult>(labelledFilesRequest, {
        uris,
      });
      const seen = files.map((file) => [
        file.passages.map(({ text, labels }) => {
          const debt = labels.find((one) => one.task === 'debt');
          return `${text}: ${debt?.name} ${debt?.labelledBy ?? 'model'}`;
        }),
        file.message,
      ]);
      assert.deepEqual(seen, [
        [['TODO one: design model', 'two: design Ada'], undefined],
        [['typed just now: none model'], undefined],
        [[], 'file:///project/x.ts: ENOENT'],
        [[], 'The file is not open, or its language is not supported.'],
      ]);
    }));
});

describe('the labelling queue', () => {
  const ask = (client: LspClient, task: string) =>
    client.connection.sendRequest<LabelQueueResult>(labelQueueRequest, {
      uris: ['file:///project/a.ts', 'file:///project/b.ts'],
      task,
      count: 10,
      seed: 1,
    });

  it('knows the tasks of model and team, and how much is labelled', () =>
    withFiles([row('two', 'design'), row('elsewhere', 'none')], async (client) => {
      const { tasks } = await client.connection.sendRequest<LabelTasksResult>(labelTasksRequest, {});
      assert.deepEqual(
        tasks.map((one) => [one.task, one.several, one.labelled]),
        [
          ['purpose', true, 0],
          ['debt', false, 2],
          ['form', false, 0],
          ['tone', false, 0],
        ],
      );
    }));

  it('asks about each text once, never about what has a label, and says why', () =>
    withFiles([row('vague three', 'none')], async (client) => {
      const queue = await ask(client, 'debt');
      assert.deepEqual([queue.labelled, queue.total, queue.message], [1, 3, undefined]);
      assert.deepEqual(queue.passages.map((one) => one.text).sort(), ['TODO one', 'two']);
      for (const one of queue.passages) {
        assert.equal(one.uri, 'file:///project/a.ts');
        assert.equal(one.reason, 'one of the first, far from the others');
      }
      assert.deepEqual(await ask(client, 'debt'), queue);
    }));

  it('asks about tasks that only the team has', () =>
    withFiles([], async (client) => assert.equal((await ask(client, 'tone')).passages.length, 3)));

  it('BAD CALL - says that a task is not there', () =>
    withFiles([], async (client) => {
      assert.deepEqual(await ask(client, 'nothing'), {
        passages: [],
        labelled: 0,
        total: 0,
        message: 'There is no task nothing.',
      });
    }));
});

describe('labels to look at again', () => {
  const contradicting = [row('two', 'design'), { ...row('two', 'none'), who: 'Bob', when: '2026-01-01' }];

  it('are conflicts, which somebody decides', () =>
    withFiles(contradicting, async (client) => {
      const { conflicts } = await client.connection.sendRequest<LabelConflictsResult>(
        labelConflictsRequest,
        {},
      );
      const [conflict] = conflicts;
      assert.deepEqual(
        conflict?.candidates.map((one) => [one.who, one.labels]),
        [
          ['Bob', 'debt: none'],
          ['Ada', 'debt: design'],
        ],
      );
      const decide = (candidate: number) =>
        client.connection.sendRequest<SetLabelsResult>(decideConflictRequest, {
          folder: conflict!.folder,
          id: conflict!.id,
          candidate,
        });
      assert.deepEqual(await decide(1), { saved: true });
      const left = await client.connection.sendRequest<LabelConflictsResult>(labelConflictsRequest, {});
      assert.deepEqual(left.conflicts, []);
      assert.deepEqual(await decide(0), { saved: false, message: 'This conflict was decided meanwhile.' });
    }));

  it('are listed with what is doubtful about them', () =>
    withFiles(
      [...contradicting, row('drop it now', 'design'), row('Drop it, now!', 'none')],
      async (client) => {
        const { problems, notes } = await client.connection.sendRequest<CheckLabelsResult>(
          checkLabelsRequest,
          {},
        );
        assert.deepEqual(
          problems.map((one) => [one.title, one.lines.length, one.ids.length]),
          [
            ['People labelled this text differently', 2, 2],
            ['Almost the same text, labelled differently', 2, 2],
          ],
        );
        assert.equal(problems[0]?.labelFile, 'file:///project/.marginalia/labels.jsonl');
        assert.match(notes[0] ?? '', /two labels with at least 5 texts/);
      },
    ));
});
