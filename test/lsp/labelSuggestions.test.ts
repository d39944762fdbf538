// Labels that rules and the past suggest, over the protocol: nothing is kept before a person says so.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type LabelSuggestionsResult,
  type LabelTextParams,
  labelSuggestionsRequest,
  labelTextRequest,
  type SetLabelsResult,
  type SuggestedLabel,
  type UndoLabelsResult,
  undoLabelsRequest,
} from '../../protocol/labelRequests.ts';
import type { ServerServices } from '../../server/src/lsp/services.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';
import { createMemoryStore } from './support/memoryLabels.ts';

const source = '// HACK: pumps by hand\nfunction pump() {\n  one();\n  two();\n  three();\n}\n';
const uris = ['file:///project/a.ts'];
const commit = { id: 'c0ffee0123', timeMs: Date.UTC(2026, 2, 9), message: 'Resolve the TODO\n\nAt last.' };

const past: NonNullable<ServerServices['past']> = {
  removals: async () => [{ commit, file: 'old.ts', before: '// HACK: the sluice is tied\n', after: '' }],
  // The comment is older than every line below it.
  linesOf: async () => async () => [1, 9, 20, 30, 40, 9].map((timeMs) => ({ author: 'ada', timeMs })),
};

async function withPast(
  run: (client: LspClient, store: ReturnType<typeof createMemoryStore>) => Promise<void>,
  options: { readonly past?: ServerServices['past']; readonly locale?: string } = { past },
): Promise<void> {
  const store = createMemoryStore([]);
  await withLspClient(
    {
      ...options,
      folders: [{ uri: 'file:///project', name: 'project' }],
      engineFactory: () => ({
        ...createFakeEngine(),
        classify: async (task, inputs) =>
          inputs.map(() => ({ task, probabilities: Float32Array.from([0.9, 0.1]), predicted: ['none'] })),
      }),
      openLabels: () => store,
      listFiles: async () => ['/project/a.ts'],
      files: {
        languageOf: () => 'typescript',
        read: async () => ({ text: source }),
        changedLines: async () => ({ problem: 'no git' }),
      },
    },
    async (client) => {
      await untilReady(client);
      await run(client, store);
    },
  );
}

const ask = (client: LspClient): Promise<LabelSuggestionsResult> =>
  client.connection.sendRequest(labelSuggestionsRequest, { uris, count: 20 });
const short = ({ text, choice, reason }: SuggestedLabel) => [
  text,
  `${choice.task}: ${choice.choices.find(({ chosen }) => chosen)?.name}`,
  reason,
];

describe('suggested labels over the protocol', () => {
  it('come from commits and from code that changed, with the reason, and nothing is kept by asking', () =>
    withPast(async (client, store) => {
      const { suggestions } = await ask(client);
      assert.deepEqual(suggestions.map(short), [
        ['HACK: the sluice is tied', 'debt: design', 'removed on 2026-03-09 in c0ffee0: Resolve the TODO'],
        ['HACK: pumps by hand', 'accuracy: stale', 'its code changed in 4 commits since'],
      ]);
      const [removed, stale] = suggestions;
      assert.equal(removed!.place, undefined);
      assert.equal(removed!.file, 'old.ts');
      assert.deepEqual(removed!.predicted, ['none']);
      assert.equal(removed!.choice.choices.find(({ chosen }) => chosen)!.suggestedBy, 'HACK');
      assert.deepEqual(stale!.place!.range.start, { line: 0, character: 0 });
      assert.match(stale!.context!, /^function pump\(\) \{\n {2}one\(\);/);
      assert.equal((await store.read()).rows.size, 0);
    }));

  it('are kept when a person confirms them, are not suggested again, and can be taken back', () =>
    withPast(async (client, store) => {
      const { suggestions } = await ask(client);
      for (const { folder, text, context, choice, file } of suggestions) {
        const params: LabelTextParams = {
          folder,
          text,
          ...(context !== undefined && { context }),
          labels: { [choice.task]: choice.choices.filter(({ chosen }) => chosen).map(({ name }) => name) },
          verdict: 'wrong',
          file: file!,
        };
        const saved: SetLabelsResult = await client.connection.sendRequest(labelTextRequest, params);
        assert.deepEqual(saved, { saved: true });
      }
      const rows = [...(await store.read()).rows.values()];
      assert.deepEqual(
        rows.map(({ text, context, labels, file, who }) => [text, context !== undefined, labels, file, who]),
        [
          ['HACK: the sluice is tied', false, { debt: ['design'] }, 'old.ts', 'Ada'],
          ['HACK: pumps by hand', true, { accuracy: ['stale'] }, 'a.ts', 'Ada'],
        ],
      );
      const again = await ask(client);
      assert.deepEqual(again.suggestions, []);
      assert.match(again.message!, /No label is suggested/);
      const undone: UndoLabelsResult = await client.connection.sendRequest(undoLabelsRequest, {});
      assert.deepEqual(undone, {}, 'the text stands nowhere');
      assert.deepEqual(
        (await ask(client)).suggestions.map(({ text }) => text),
        ['HACK: pumps by hand'],
      );
    }));

  it('do without a past, and speak Chinese', () =>
    withPast(
      async (client) => {
        const { suggestions, message } = await ask(client);
        assert.deepEqual(suggestions, []);
        assert.match(message!, /没有建议的标签/);
      },
      { locale: 'zh-cn' },
    ));

  it('BAD CALL - a folder that is not of this window is an answer', () =>
    withPast(async (client) => {
      const params: LabelTextParams = {
        folder: 'file:///elsewhere',
        text: 'a',
        labels: { debt: ['design'] },
        verdict: 'wrong',
      };
      const result: SetLabelsResult = await client.connection.sendRequest(labelTextRequest, params);
      assert.equal(result.saved, false);
      assert.ok(result.message);
    }));
});
