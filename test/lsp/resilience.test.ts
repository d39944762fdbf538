// The server goes on serving: handlers that throw, models that do not load or break, settings that are switched.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ModelInfo } from '../../server/src/engine/engine.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import type { EngineChoice } from '../../server/src/lsp/services.ts';
import { createFakeEngine, type FakeEngine, fakeModelInfo } from './support/fakeEngine.ts';
import { untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}

describe('a handler that throws', () => {
  it('answers a hover with nothing, is logged, and the next one works', () => {
    const onExtract = (file: { text: string }) => {
      if (file.text.includes('poison')) throw new Error('the scanner fell over');
    };
    return withLspClient({ engineFactory: () => createFakeEngine({ onExtract }) }, async (client) => {
      await untilReady(client);
      const position = client.open(uri, '// poison|');
      assert.equal(await client.hover(uri, position), null);
      assert.deepEqual(await client.diagnostics(uri), []);
      const errors = client.logs.filter((one) => one.level === 'error');
      assert.deepEqual(
        errors.map((one) => one.message),
        ['hover failed', 'diagnostics failed'],
      );
      assert.match(JSON.stringify(errors[0]?.data), /the scanner fell over/);
      client.change(uri, 2, '// TODO fine');
      await client.settle();
      client.clock.advance(1000);
      assert.equal((await client.diagnostics(uri)).length, 1);
    });
  });

  it('answers a request of a person with the reason', () => {
    const toFindings = () => {
      throw new Error('never called here');
    };
    const onExtract = () => {
      throw new Error('the scanner fell over');
    };
    const engineFactory = () => createFakeEngine({ onExtract });
    return withLspClient({ engineFactory, toFindings }, async (client) => {
      await untilReady(client);
      client.open(uri, '// a');
      await assert.rejects(client.labelFile(uri), /labelFile: the scanner fell over/);
    });
  });

  it('survives messages that make no sense', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      await client.connection.sendNotification('marginalia/visibleDocuments', { uris: 7 });
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: 'file:///unknown.ts', version: 2 },
        contentChanges: [{ text: 'x' }],
      });
      assert.equal(await client.connection.sendRequest('textDocument/hover', {}), null);
      await assert.rejects(client.connection.sendRequest('marginalia/labelFile', {}));
      const position = client.open(uri, '// a|');
      assert.match((await client.hoverText(uri, position)) ?? '', /Summary/);
    }));
});

describe('a model that does not load', () => {
  const reason = 'There is no model in /m. Choose another folder in marginalia.model.path.';
  const broken = () => createFakeEngine({ model: rejected(new EngineError('modelMissing', reason)) });

  it('gives one message with the reason and actions, and a status', () =>
    withLspClient(
      { engineFactory: broken, initializationOptions: { canOpenSettings: true } },
      async (client) => {
        await client.until('the status', () => client.statuses.at(-1)?.status.state === 'error');
        assert.equal(client.statuses.at(-1)?.status.message, reason);
        for (const other of ['file:///a.ts', 'file:///b.ts']) {
          client.open(other, '// TODO a');
          assert.deepEqual(await client.diagnostics(other), []);
        }
        assert.deepEqual(
          client.messages.map((one) => [one.message, one.actions?.map((action) => action.title)]),
          [[`Marginalia has no model and shows no labels. ${reason}`, ['Try Again', 'Open Settings']]],
        );
      },
    ));

  it('is explained in Chinese to a Chinese editor, with the details kept', () =>
    withLspClient({ engineFactory: broken, locale: 'zh-cn' }, async (client) => {
      await client.until('the message', () => client.messages.length > 0);
      assert.equal(
        client.messages[0]?.message,
        `Marginalia 没有模型，无法显示标签。找不到完整的模型；请在设置 marginalia.model.path 中选择模型文件夹，或重新下载模型。（${reason}）`,
      );
      assert.deepEqual(client.messages[0]?.actions, [{ title: '重试' }]);
    }));

  it('offers the settings only to a client that can show them', () =>
    withLspClient({ engineFactory: broken }, async (client) => {
      await client.until('the message', () => client.messages.length > 0);
      assert.deepEqual(client.messages[0]?.actions, [{ title: 'Try Again' }]);
    }));

  it('opens the setting of the model when asked to', () =>
    withLspClient(
      {
        engineFactory: broken,
        initializationOptions: { canOpenSettings: true },
        chooseAction: () => 'Open Settings',
      },
      async (client) => {
        await client.until('the settings', () => client.openedSettings.length > 0);
        assert.deepEqual(client.openedSettings, ['marginalia.model.path']);
      },
    ));

  it('is tried again when the user asks for it, with labels afterwards', () => {
    const engines = [broken(), createFakeEngine()];
    const made: FakeEngine[] = [];
    const engineFactory = () => {
      const engine = engines[made.length]!;
      made.push(engine);
      return engine;
    };
    return withLspClient({ engineFactory, chooseAction: () => 'Try Again' }, async (client) => {
      await untilReady(client);
      assert.equal(made.length, 2);
      assert.equal(made[0]?.isDisposed, true);
      client.open(uri, '// TODO a');
      assert.equal((await client.diagnostics(uri)).length, 1);
    });
  });

  it('tells the same when not even an engine could be made', () => {
    const engineFactory = () => {
      throw new Error('no threads left');
    };
    return withLspClient({ engineFactory }, async (client) => {
      await client.until('the message', () => client.messages.length > 0);
      assert.match(client.messages[0]!.message, /no threads left/);
      const position = client.open(uri, '// a|');
      assert.equal(await client.hover(uri, position), null);
    });
  });
});

describe('a model that is still loading', () => {
  it('has no diagnostics yet, and a refresh when it is ready', () => {
    let load = (_info: ModelInfo) => {};
    const model = new Promise<ModelInfo>((resolve) => (load = resolve));
    return withLspClient({ engineFactory: () => createFakeEngine({ model }) }, async (client) => {
      client.open(uri, '// TODO a');
      await client.until('a status', () => client.statuses.at(-1)?.status.state === 'loading');
      assert.deepEqual(await client.diagnostics(uri), []);
      assert.equal(client.refreshCount, 0);
      load(fakeModelInfo);
      await client.until('a refresh', () => client.refreshCount === 1);
      assert.equal((await client.diagnostics(uri)).length, 1);
    });
  });
});

describe('an engine that breaks while it works', () => {
  const crash = new EngineError('runtimeUnavailable', 'The model stopped unexpectedly.');

  it('is asked again, and diagnostics come back by themselves', () => {
    let crashes = 1;
    const gate = async () => {
      if (crashes-- > 0) throw crash;
    };
    return withLspClient({ engineFactory: () => createFakeEngine({ gate }) }, async (client) => {
      await untilReady(client);
      const before = client.refreshCount;
      client.open(uri, '// TODO a');
      assert.deepEqual(await client.diagnostics(uri), []);
      await client.until('a refresh', () => client.refreshCount > before);
      assert.equal((await client.diagnostics(uri)).length, 1);
      assert.deepEqual(client.messages, []);
    });
  });

  it('is given up after a few times, with a message', () => {
    const gate = () => Promise.reject(crash);
    return withLspClient({ engineFactory: () => createFakeEngine({ gate }) }, async (client) => {
      await untilReady(client);
      client.open(uri, '// TODO a');
      for (let attempt = 0; attempt < 4; attempt++) {
        assert.deepEqual(await client.diagnostics(uri), []);
        await client.settle();
      }
      await client.until('the status', () => client.statuses.at(-1)?.status.state === 'error');
      assert.equal(client.messages.length, 1);
    });
  });
});

describe('settings of the engine', () => {
  it('choose model folder and threads, and a change makes a new engine', () => {
    const choices: EngineChoice[] = [];
    const engines: FakeEngine[] = [];
    let model = { path: ' /models/a ', device: 'wasm' };
    const engineFactory = (choice: EngineChoice) => {
      choices.push(choice);
      engines.push(createFakeEngine());
      return engines.at(-1)!;
    };
    const settings = () => ({ model, threads: 3 });
    return withLspClient({ engineFactory, settings }, async (client) => {
      await untilReady(client);
      client.changeConfiguration();
      await client.settle();
      assert.deepEqual(
        choices,
        [{ modelPath: '/models/a', device: 'wasm', threads: 3 }],
        'the same choice keeps the engine',
      );
      model = { path: '', device: 'auto' };
      client.changeConfiguration();
      await client.until('another engine', () => choices.length === 2);
      assert.deepEqual(choices[1], { modelPath: undefined, device: 'auto', threads: 3 });
      await client.until('the end of the first', () => engines[0]!.isDisposed);
    });
  });

  it('are not taken from a folder', () => {
    const choices: EngineChoice[] = [];
    const engineFactory = (choice: EngineChoice) => {
      choices.push(choice);
      return createFakeEngine();
    };
    const settings = (resource: string | undefined) =>
      resource ? { model: { path: '/evil', device: 'auto' } } : {};
    return withLspClient({ engineFactory, settings }, async (client) => {
      await untilReady(client);
      client.open(uri, '// TODO a');
      assert.equal((await client.diagnostics(uri)).length, 1);
      assert.deepEqual(choices, [{ modelPath: undefined, device: 'auto', threads: undefined }]);
    });
  });

  it('load no model while Marginalia is off, until a folder switches it on', () => {
    let made = 0;
    const engineFactory = () => {
      made++;
      return createFakeEngine();
    };
    const settings = (resource: string | undefined) => ({
      enable: resource?.startsWith('file:///on/') === true,
    });
    return withLspClient({ engineFactory, settings }, async (client) => {
      await client.until('the status', () => client.statuses.at(-1)?.status.state === 'off');
      client.open('file:///off/a.ts', '// TODO a');
      assert.deepEqual(await client.diagnostics('file:///off/a.ts'), []);
      assert.equal(made, 0);
      client.open('file:///on/a.ts', '// TODO a');
      await client.diagnostics('file:///on/a.ts');
      assert.equal(made, 1);
      await client.until('a refresh', () => client.refreshCount > 0);
      assert.equal((await client.diagnostics('file:///on/a.ts')).length, 1);
    });
  });
});

describe('a client that can do little', () => {
  it('without workspace/configuration sends settings along', () =>
    withLspClient(
      {
        capabilities: { textDocument: { diagnostic: {} } },
        initializationOptions: { settings: { findings: { debt: { level: 'error' } } } },
      },
      async (client) => {
        await untilReady(client);
        assert.deepEqual(client.registrations, []);
        client.open(uri, '// TODO a');
        assert.equal((await client.diagnostics(uri))[0]?.severity, 1);
        client.changeConfiguration({ marginalia: { findings: { debt: { level: 'hint' } } } });
        assert.equal((await client.diagnostics(uri))[0]?.severity, 4);
      },
    ));

  it('that sends nonsense as options is served with defaults', () =>
    withLspClient({ capabilities: {}, initializationOptions: 'nonsense' }, async (client) => {
      await untilReady(client);
      const position = client.open(uri, '// a|');
      assert.match((await client.hoverText(uri, position)) ?? '', /Summary/);
    }));
});
