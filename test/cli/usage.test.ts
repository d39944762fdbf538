import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { makeFolder } from '../io/temporaryFolder.ts';
import { runProgram, runWithTinyModel } from './runProgram.ts';

/** One clear line on stderr, nothing on stdout, exit code 2. */
async function checkRefused(words: readonly string[], message: RegExp, input = ''): Promise<void> {
  const { code, stdout, stderr } = await runProgram(words, { input });
  assert.deepEqual(
    { code, stdout, lines: stderr.trimEnd().split('\n').length },
    { code: 2, stdout: '', lines: 1 },
    stderr,
  );
  assert.match(stderr, /^marginalia: /);
  assert.match(stderr, message);
}

describe('the command line', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('shows its version and help', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(await runProgram(['--version']), {
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
    const help = await runProgram(['--help']);
    assert.equal(help.code, 0);
    for (const command of ['scan', 'classify', 'embed', 'model'])
      assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'));
    const scanHelp = await runProgram(['scan', '--help']);
    assert.equal(scanHelp.code, 0);
    const flags = [
      'format',
      'baseline',
      'changed-since',
      'fail-on',
      'no-model',
      'model',
      'depth',
      'device',
      'threads',
    ];
    for (const flag of flags) assert.match(scanHelp.stdout, new RegExp(`--${flag}\\b`));
  });

  it('shows help on stderr and fails without a command', async () => {
    const { code, stdout, stderr } = await runProgram([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /Usage: marginalia <command>/);
  });

  it('BAD CALL - names commands and flags that do not exist', async () => {
    await checkRefused(['scna'], /no command "scna"\. Did you mean "scan"\?/);
    await checkRefused(['--format', 'text'], /Flags come after the command/);
    await checkRefused(['scan', '--formt', 'text'], /no flag --formt\. Did you mean --format\?/);
    await checkRefused(['scan', '--format'], /--format needs a value/);
    await checkRefused(['scan', '--format', 'xml'], /--format takes text, jsonl, sarif, markdown; not "xml"/);
    await checkRefused(
      ['scan', '--fail-on', 'catastrophe'],
      /--fail-on takes hint, information, warning, error/,
    );
    await checkRefused(['scan', '--depth', 'deep'], /--depth takes a whole number/);
    await checkRefused(['scan', '--threads', '0'], /--threads takes a whole number of at least 1/);
    await checkRefused(['scan', '--no-model=yes'], /--no-model/);
  });

  it('BAD CALL - names paths and models that do not exist', async () => {
    const folder = makeFolder({ 'a.ts': '// a' });
    await checkRefused(['scan', `${folder}/gone`], /no file or folder .*gone/);
    await checkRefused(
      ['scan', folder, '--model', `${folder}/gone`],
      /has no config\.json.*(?:Choose|download)/,
    );
    await checkRefused(
      ['scan', folder, '--baseline', `${folder}/gone.json`],
      /no baseline file .*gone\.json/,
    );
    await checkRefused(['scan', folder, '--baseline', `${folder}/a.ts`], /a\.ts is not a baseline file/);
    await checkRefused(['scan', folder, '--changed-since', 'HEAD'], /not a git repository/);
    await checkRefused(
      ['scan', '--write-baseline', 'b', '--baseline', 'a'],
      /--write-baseline writes all findings/,
    );
    await checkRefused(['scan', folder, '--no-model', '--fail-on', 'error'], /--no-model makes no findings/);
  });

  it('BAD CALL - names the depths and devices there are', async () => {
    const depth = await runWithTinyModel(['classify', '--task', 'debt', '--depth', '5'], {
      input: '{"text":"a"}\n',
    });
    assert.equal(depth.code, 2);
    assert.match(depth.stderr, /^marginalia: The model can be read at depth 3, 4, 6, not 5\..*\n$/);
    const auto = await runWithTinyModel(['classify', '--task', 'debt', '--depth', 'auto'], {
      input: '{"text":"a"}\n',
    });
    assert.equal(auto.code, 0, auto.stderr);
    const device = await runWithTinyModel(['embed', '--device', 'abacus'], { input: '' });
    assert.equal(device.code, 2);
    assert.match(
      device.stderr,
      /"abacus" is not known\. Choose one of auto, cpu, wasm, coreml, directml, cuda, webgpu\./,
    );
  });
});
