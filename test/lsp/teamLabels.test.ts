// Labelling where the code is, by the protocol alone: what a person says is kept, goes before the model at once,
// survives moved lines, and can be taken back.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type CodeAction,
  CodeActionRequest,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver-protocol/node';
import {
  type LabelChoicesResult,
  labelChoicesRequest,
  type SetLabelsParams,
  type SetLabelsResult,
  setLabelsRequest,
  type UndoLabelsResult,
  undoLabelsRequest,
} from '../../protocol/labelRequests.ts';
import { emptyRow } from '../../server/src/engine/labelling/labelRow.ts';
import { type LabelStore, LabelStoreError } from '../../server/src/engine/labelling/labelStore.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';
import { createMemoryStore } from './support/memoryLabels.ts';

const folder = 'file:///project';
const folders = [{ uri: folder, name: 'project' }];
const uri = 'file:///project/src/a.ts';
const source = '// TODO find a way\nfunction a() {\n  return 1;\n}\n';
const top = { line: 0, character: 4 };

function withLabels(
  store: LabelStore,
  run: (client: LspClient) => Promise<void>,
  options: LspClientOptions = {},
): Promise<void> {
  const initializationOptions = { canLabel: true };
  return withLspClient(
    { folders, openLabels: () => store, initializationOptions, ...options },
    async (client) => {
      await untilReady(client);
      await run(client);
    },
  );
}

const say = (client: LspClient, said: Partial<SetLabelsParams>): Promise<SetLabelsResult> =>
  client.connection.sendRequest(setLabelsRequest, {
    textDocument: { uri },
    position: top,
    verdict: 'wrong',
    labels: {},
    dismissed: [],
    ...said,
  });

const codesOf = async (client: LspClient) => (await client.diagnostics(uri)).map((one) => one.code);

describe('labels of people in the language server', () => {
  it('go before the model at once: in the hover, in the list, in diagnostics', () => {
    const store = createMemoryStore();
    return withLabels(store, async (client) => {
      client.open(uri, source);
      assert.deepEqual(await codesOf(client), ['debt']);
      assert.deepEqual(await say(client, { labels: { debt: ['none'] } }), { saved: true });
      assert.deepEqual(await codesOf(client), []);
      const hover = await client.hoverText(uri, top);
      assert.match(
        hover ?? '',
        /- debt: \*\*No debt\*\* labelled by Ada on 2026\\-11\\-27 — Nothing is owed/,
      );
      const [passage] = (await client.labelFile(uri)).passages;
      assert.deepEqual(
        passage?.labels.find((one) => one.task === 'debt'),
        { task: 'debt', name: 'none', title: 'No debt', probability: 1, labelledBy: 'Ada' },
      );
      await client.until('a notification', () => client.changedFolders.length > 0);
      assert.deepEqual(client.changedFolders[0], [folder]);
      assert.ok(client.refreshCount > 0);
    });
  });

  it('are kept with text, author, date, file and symbol', () => {
    const store = createMemoryStore();
    return withLabels(store, async (client) => {
      client.open(uri, source);
      await say(client, { labels: { debt: ['none'], tone: ['kind'] } });
      assert.deepEqual(
        [...store.book.rows.values()],
        [
          {
            ...emptyRow('TODO find a way', undefined),
            labels: { debt: ['none'], tone: ['kind'] },
            verdict: 'wrong',
            who: 'Ada',
            when: '2026-11-27T12:00:00.000Z',
            file: 'src/a.ts',
            symbol: 'a',
          },
        ],
      );
      assert.match((await client.hoverText(uri, top)) ?? '', /- tone: \*\*kind\*\* labelled by Ada/);
    });
  });

  it('survive moved and rewrapped lines, and end with the text', () =>
    withLabels(createMemoryStore(), async (client) => {
      client.open(uri, source);
      await say(client, { labels: { debt: ['none'] } });
      client.change(uri, 2, `let b = 1;\n\n${source.replace('find a', 'find  a')}`);
      await client.settle();
      client.clock.advance(1000);
      assert.deepEqual(await codesOf(client), []);
      client.change(uri, 3, source.replace('a way', 'another way'));
      await client.settle();
      client.clock.advance(1000);
      assert.deepEqual(await codesOf(client), ['debt']);
    }));

  it('can raise a finding that the model did not', () =>
    withLabels(createMemoryStore(), async (client) => {
      client.open(uri, '// A temporary thing\nlet a;\n');
      assert.deepEqual(await codesOf(client), []);
      await say(client, { labels: { debt: ['design'], form: ['code'] } });
      const found = await client.diagnostics(uri);
      assert.deepEqual(
        found.map((one) => one.message),
        [
          'This comment admits unfinished or provisional work (Design debt, labelled by Ada).',
          'This comment is code that was switched off; version control remembers it (Code, labelled by Ada).',
        ],
      );
    }));

  it('confirm what is shown, of one task or of all', () => {
    const store = createMemoryStore();
    return withLabels(store, async (client) => {
      client.open(uri, source);
      await say(client, { verdict: 'right', task: 'debt' });
      assert.deepEqual([...store.book.rows.values()][0]?.labels, { debt: ['design'] });
      await say(client, { verdict: 'right' });
      assert.deepEqual([...store.book.rows.values()][0]?.labels, {
        debt: ['design'],
        purpose: ['summary'],
        form: ['prose'],
      });
      assert.deepEqual(await codesOf(client), ['debt']);
    });
  });

  it('dismiss a finding, and say by that what the label is where only one is left', () => {
    const store = createMemoryStore();
    return withLabels(store, async (client) => {
      client.open(uri, source);
      await say(client, { verdict: 'dismissed', dismissed: ['debt'] });
      const [row] = [...store.book.rows.values()];
      assert.deepEqual([row?.labels, row?.dismissed], [{ debt: ['none'] }, ['debt']]);
      assert.deepEqual(await codesOf(client), []);
    });
  });

  it('call a comment accurate until the code changes that it documents', () =>
    withLabels(createMemoryStore(), async (client) => {
      client.open(uri, source);
      await say(client, { verdict: 'accurate' });
      assert.deepEqual(await codesOf(client), []);
      assert.match((await client.hoverText(uri, top)) ?? '', /nothing is reported until the code changes/);
      const change = async (version: number, text: string) => {
        client.change(uri, version, text);
        await client.settle();
        client.clock.advance(1000);
        return codesOf(client);
      };
      assert.deepEqual(await change(2, source.replace('return 1', '\n  return   1')), []);
      assert.deepEqual(await change(3, source.replace('return 1', 'return 2')), ['debt']);
      assert.deepEqual(await change(4, source), []);
      client.open('file:///project/b.ts', '// TODO at the end');
      const other = await client.connection.sendRequest<SetLabelsResult>(setLabelsRequest, {
        textDocument: { uri: 'file:///project/b.ts' },
        position: top,
        verdict: 'accurate',
        labels: {},
        dismissed: [],
      });
      assert.match(other.message ?? '', /No code stands next to this comment/);
    }));

  it('can be taken back, one after the other', () => {
    const store = createMemoryStore();
    return withLabels(store, async (client) => {
      client.open(uri, source);
      const undo = () => client.connection.sendRequest<UndoLabelsResult>(undoLabelsRequest, {});
      await say(client, { labels: { debt: ['none'] } });
      await say(client, { labels: { form: ['code'] } });
      assert.deepEqual((await undo()).place, { uri, position: top });
      assert.deepEqual([...store.book.rows.values()][0]?.labels, { debt: ['none'] });
      assert.ok((await undo()).place);
      assert.equal(store.book.rows.size, 0);
      assert.deepEqual(await codesOf(client), ['debt']);
      assert.deepEqual(await undo(), { message: 'There is no label to take back.' });
    });
  });

  it('are offered as choices: the model’s, the team’s, with what was chosen by whom', () =>
    withLabels(createMemoryStore(), async (client) => {
      client.open(uri, source);
      await say(client, { labels: { debt: ['none'] } });
      const { tasks, passage } = await client.connection.sendRequest<LabelChoicesResult>(
        labelChoicesRequest,
        {
          textDocument: { uri },
          position: top,
        },
      );
      assert.equal(passage?.text, 'TODO find a way');
      const rows = tasks.map((task) => [
        task.task,
        task.several,
        task.choices.map(
          (one) => `${one.name}${one.chosen ? '!' : ''} ${one.probability?.toFixed(2) ?? '-'}`,
        ),
        task.chosenBy,
      ]);
      assert.deepEqual(rows, [
        ['purpose', true, ['summary! 0.93', 'deprecation 0.02'], undefined],
        ['debt', false, ['none! 0.13', 'design 0.87'], 'Ada'],
        ['form', false, ['prose! 0.99', 'code 0.01'], undefined],
        ['tone', false, ['kind -'], undefined],
      ]);
    }));

  it('have links in the hover and quick fixes, only for a client that has the commands', async () => {
    const seen = async (client: LspClient) => {
      client.open(uri, source);
      const diagnostics = await client.diagnostics(uri);
      const range = diagnostics[0]!.range;
      const actions = (await client.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range,
        context: { diagnostics },
      })) as CodeAction[];
      const hover = (await client.hoverText(uri, top)) ?? '';
      return {
        titles: actions.map((one) => one.title),
        links: [...hover.matchAll(/\[([^\]]+)\]\(command:([\w.]+)\?([^)]+)\)/g)].map((match) => [
          match[1],
          match[2],
          JSON.parse(decodeURIComponent(match[3]!)),
        ]),
      };
    };
    const ignores = ['Ignore debt in this comment', 'Ignore debt in this file'];
    await withLabels(createMemoryStore(), async (client) => {
      const target = { uri, position: top };
      assert.deepEqual(await seen(client), {
        titles: ['Right: Design debt', 'Wrong: it is…', 'Not debt', 'Still accurate', ...ignores],
        links: [
          ['Right', 'marginalia.confirmLabels', [target]],
          ['Wrong: it is…', 'marginalia.correctLabels', [target]],
          ['Not debt', 'marginalia.dismissFinding', [{ ...target, code: 'debt' }]],
          ['Still accurate', 'marginalia.stillAccurate', [target]],
        ],
      });
    });
    await withLabels(
      createMemoryStore(),
      async (client) => assert.deepEqual(await seen(client), { titles: ignores, links: [] }),
      { initializationOptions: {} },
    );
  });

  it('are read again when their file changes outside', () => {
    const store = createMemoryStore();
    return withLabels(store, async (client) => {
      client.open(uri, source);
      assert.deepEqual(await codesOf(client), ['debt']);
      await store.save([{ ...emptyRow('TODO find a way', undefined), labels: { debt: ['none'] } }]);
      const before = client.refreshCount;
      await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: [{ uri: 'file:///project/.marginalia/labels.jsonl', type: 2 }],
      });
      await client.until('a refresh', () => client.refreshCount > before);
      assert.deepEqual(client.changedFolders, [[folder]]);
      assert.deepEqual(await codesOf(client), []);
      assert.match((await client.hoverText(uri, top)) ?? '', /labelled by your team/);
    });
  });

  it('EXPECTED FAILURE - tell why nothing can be kept', async () => {
    const broken = createMemoryStore();
    broken.save = async () => {
      throw new LabelStoreError('unwritable', '/project/.marginalia/labels.jsonl', 'EROFS');
    };
    await withLabels(
      broken,
      async (client) => {
        client.open(uri, source);
        const result = await say(client, { labels: { debt: ['none'] } });
        assert.equal(result.saved, false);
        assert.match(result.message ?? '', /标签未保存.*labels\.jsonl.*EROFS/);
        assert.deepEqual(await codesOf(client), ['debt']);
      },
      { locale: 'zh-cn' },
    );
    await withLabels(createMemoryStore(), async (client) => {
      client.open('untitled:a', source, 'typescript');
      const result = await client.connection.sendRequest<SetLabelsResult>(setLabelsRequest, {
        textDocument: { uri: 'untitled:a' },
        position: top,
        verdict: 'right',
        labels: {},
        dismissed: [],
      });
      assert.match(result.message ?? '', /workspace folder on a disk/);
      assert.match(
        (await say(client, { textDocument: { uri: 'file:///project/x.ts' } })).message ?? '',
        /not open/,
      );
    });
  });

  it('EXPECTED FAILURE - cost nothing but themselves when their file cannot be read, and that is said once', () => {
    const broken = createMemoryStore();
    broken.read = async () => {
      throw new LabelStoreError('unreadable', '/project/.marginalia/labels.jsonl', 'EACCES');
    };
    return withLabels(broken, async (client) => {
      client.open(uri, source);
      assert.deepEqual(await codesOf(client), ['debt']);
      assert.match((await client.hoverText(uri, top)) ?? '', /87 %/);
      const told = client.logs.filter((entry) => /cannot be read/.test(entry.message));
      assert.ok(told.length > 0);
    });
  });
});
