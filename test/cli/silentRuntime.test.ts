// The native library must neither keep nor send anything about this machine, and a long command line must not crash it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { silencingVariable } from '../../server/src/host/silenceRuntime.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { runWithTinyModel, startProgram } from './runProgram.ts';

/** An environment in which nobody has silenced the library yet, and folders in which it would leave its traces. */
function withTraces() {
  const folder = makeFolder({ 'home/.keep': '', 'cache/.keep': '', 'tmp/.keep': '' });
  const env = {
    [silencingVariable]: '0',
    HOME: `${folder}/home`,
    XDG_CACHE_HOME: `${folder}/cache`,
    TMPDIR: `${folder}/tmp`,
  };
  const traces = () =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => /Microsoft|onnxruntime|mat-debug/.test(name));
  return { env, traces };
}

describe('the native library of ONNX Runtime', function () {
  this.timeout(120_000);

  it('leaves nothing about this machine behind, neither in the command nor in a training', async () => {
    const { env, traces } = withTraces();
    const read = await runWithTinyModel(['embed'], { env, input: '{"text":"one remark"}\n' });
    assert.equal(read.code, 0, read.stderr);
    const rows = Array.from({ length: 12 }, (_, row) => ({
      text: `${row % 2 ? 'todo fix' : 'says what'} number ${row}`,
      label: row % 2 ? 'debt' : 'none',
    }));
    const folder = makeFolder({ 'train.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') });
    const words = ['finetune', '--train', `${folder}/train.jsonl`, '--task', 'kind', '--epochs', '1'];
    const trained = await runWithTinyModel([...words, '--output', `${folder}/model`], { env });
    assert.equal(trained.code, 0, trained.stderr);
    assert.deepEqual(traces(), []);
  });

  it('ends with a second signal as with the first that nobody hears, whatever runs', async () => {
    const text = 'a remark about waves and readings '.repeat(4);
    const lines = Array.from({ length: 2500 }, (_, line) => JSON.stringify({ text: `${line} ${text}` }));
    const child = startProgram(['embed'], { env: { NO_COLOR: '1' } });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(lines.join('\n'));
    await once(child.stdout, 'data');
    child.stdout.resume();
    const closed = once(child, 'close');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [null, 'SIGTERM']);
    assert.equal(stderr, '');
  });

  it('reads as many files as a command line can name', async () => {
    const folder = makeFolder({ 'src/remarks-of-one-file.go': '// TODO: close the file.\n' });
    const files = Array.from({ length: 3000 }, () => `${folder}/src/remarks-of-one-file.go`);
    const { code, stdout, stderr } = await runWithTinyModel(['scan', ...files], { env: withTraces().env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /TODO: close the file/);
  });
});
