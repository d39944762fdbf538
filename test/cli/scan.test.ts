import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { parseJsonLines, runProgram, runWithTinyModel, startProgram } from './runProgram.ts';

const sources = {
  'src/a.ts':
    '/** Opens the file.\n * @deprecated since 2 */\nexport function open() {}\n\n// TODO: close it\n',
  'src/b.py': 'x = 1  # a hack\n',
  'docs/c.md': '# Title\n\nA paragraph of text.\n',
};

interface Passage {
  file: string;
  line: number;
  endLine: number;
  kind: string;
  language: string;
  text: string;
  symbol?: { name: string };
  labels?: Record<string, Record<string, number>>;
  predicted?: Record<string, string[]>;
  findings?: { code: string; level: string; fingerprint: string; line: number }[];
}

function passagesOf(stdout: string): readonly Passage[] {
  return parseJsonLines(stdout).filter((one) => one.type === 'passage') as unknown as Passage[];
}

interface Summary {
  type: string;
  files: number;
  passages: number;
  labels: Record<string, Record<string, number>>;
  skipped: Record<string, number>;
  model: { name: string };
}

function summaryOf(stdout: string): Summary {
  const last = parseJsonLines(stdout).at(-1) as unknown as Summary;
  assert.equal(last.type, 'summary');
  return last;
}

describe('scan --format jsonl', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('writes one object per passage with labels, and a summary', async () => {
    const cwd = makeFolder(sources);
    const { code, stdout, stderr } = await runWithTinyModel(['scan', '--format', 'jsonl'], { cwd });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const passages = passagesOf(stdout);
    assert.deepEqual(
      passages.map((one) => [one.file, one.line, one.endLine, one.kind, one.language]),
      [
        ['docs/c.md', 1, 1, 'heading', 'markdown'],
        ['docs/c.md', 3, 3, 'paragraph', 'markdown'],
        ['src/a.ts', 1, 2, 'doc', 'typescript'],
        ['src/a.ts', 5, 5, 'line', 'typescript'],
        ['src/b.py', 1, 1, 'line', 'python'],
      ],
    );
    assert.equal(passages[2]!.symbol?.name, 'open');
    for (const passage of passages) {
      assert.deepEqual(Object.keys(passage.labels!), ['purpose', 'debt', 'form']);
      assert.equal(passage.predicted!.debt!.length, 1);
      assert.ok(passage.labels!.debt![passage.predicted!.debt![0]!]! > 0);
      assert.ok(Array.isArray(passage.findings));
    }
    assert.ok(
      passages[2]!.findings!.some((one) => one.code === 'deprecated-without-alternative' && one.line === 2),
    );
    const summary = summaryOf(stdout);
    assert.deepEqual([summary.files, summary.passages, summary.model.name], [3, 5, 'tiny']);
    const debts = Object.values(summary.labels.debt!).reduce((sum, count) => sum + count, 0);
    assert.equal(debts, 5);
  });

  it('names every skipped file with its reason', async () => {
    const cwd = makeFolder({
      '.gitignore': 'ignored.ts\n',
      'ignored.ts': '// i',
      'binary.ts': Uint8Array.from([0x2f, 0x2f, 0, 1, 2]),
      'huge.ts': '',
      'minified.js': 'var a=function(b){return b.c(d,e)};'.repeat(200),
      'picture.png': Uint8Array.from([0x89, 0x50]),
      'node_modules/p/x.js': '// x',
      'broken.py': Uint8Array.from([0x23, 0x20, 0x72, 0xe9, 0x0a]),
      'crlf.ts': '\ufeff// one\r\n// two\r\nlet a;\r\n// three\r',
      'oneLine.ts': `// ${'many words '.repeat(90_000)}`,
    });
    const handle = openSync(path.join(cwd, 'huge.ts'), 'r+');
    ftruncateSync(handle, 100 * 1024 * 1024);
    closeSync(handle);
    const { code, stdout } = await runWithTinyModel(['scan', '.', '--format', 'jsonl'], { cwd });
    assert.equal(code, 0);
    const skipped = parseJsonLines(stdout).filter((one) => one.type === 'skipped');
    assert.deepEqual(
      skipped.map((one) => [one.file, one.reason]),
      [
        ['binary.ts', 'binary'],
        ['huge.ts', 'tooLarge'],
        ['ignored.ts', 'ignored'],
        ['minified.js', 'minified'],
        ['node_modules', 'excludedFolder'],
        ['picture.png', 'unknownLanguage'],
      ],
    );
    const texts = new Map(passagesOf(stdout).map((one) => [`${one.file}:${one.line}`, one.text]));
    assert.equal(texts.get('broken.py:1'), 'r\ufffd');
    assert.equal(texts.get('crlf.ts:1'), 'one two');
    assert.equal(texts.get('crlf.ts:4'), 'three');
    assert.equal(texts.get('oneLine.ts:1')!.length > 900_000, true);
    assert.equal(summaryOf(stdout).skipped.tooLarge, 1);
  });

  it('needs no model for --no-model and then writes no labels', async () => {
    const cwd = makeFolder(sources);
    const words = ['scan', '--format', 'jsonl', '--no-model', '--model', `${cwd}/nowhere`];
    const { code, stdout, stderr } = await runProgram(words, { cwd });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const passages = passagesOf(stdout);
    assert.equal(passages.length, 5);
    for (const passage of passages) {
      assert.equal('labels' in passage || 'predicted' in passage || 'findings' in passage, false);
    }
    assert.deepEqual(passages[1]!.text, 'A paragraph of text.');
  });

  it('scans files and folders that are named, each once, and nothing else', async () => {
    const cwd = makeFolder(sources);
    const { stdout } = await runProgram(['scan', 'src/b.py', 'src', '--format', 'jsonl', '--no-model'], {
      cwd,
    });
    assert.deepEqual(
      passagesOf(stdout).map((one) => one.file),
      ['src/b.py', 'src/a.ts', 'src/a.ts'],
    );
  });
});

describe('scan and the state of a project', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('leaves out findings of a baseline, also when their lines moved', async () => {
    const cwd = makeFolder(sources);
    const scan = (...words: string[]) =>
      runWithTinyModel(['scan', 'src', '--format', 'jsonl', ...words], { cwd });
    const findingsIn = (stdout: string) => passagesOf(stdout).flatMap((one) => one.findings!);
    const first = await scan('--write-baseline', 'baseline.json');
    assert.equal(first.code, 0);
    assert.ok(findingsIn(first.stdout).length > 0);
    const baseline = JSON.parse(readFileSync(path.join(cwd, 'baseline.json'), 'utf8'));
    assert.ok(Object.keys(baseline.files).includes('src/a.ts'));

    writeFileSync(path.join(cwd, 'src/a.ts'), `let before;\n\n\n${sources['src/a.ts']}`);
    const moved = await scan('--baseline', 'baseline.json', '--fail-on', 'hint');
    assert.deepEqual([moved.code, findingsIn(moved.stdout)], [0, []]);

    writeFileSync(path.join(cwd, 'src/d.ts'), '/** @deprecated */\nlet d;\n');
    const added = await scan('--baseline', 'baseline.json', '--fail-on', 'hint');
    assert.equal(added.code, 1);
    assert.deepEqual(
      passagesOf(added.stdout)
        .filter((one) => one.findings!.length > 0)
        .map((one) => one.file),
      ['src/d.ts'],
    );
  });

  it('looks only at lines changed since a revision', async () => {
    const cwd = makeFolder(sources);
    const git = (...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args],
        { cwd, stdio: 'ignore' },
      );
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    writeFileSync(path.join(cwd, 'src/a.ts'), `${sources['src/a.ts']}\n// TODO: something new\n`);
    writeFileSync(path.join(cwd, 'src/e.ts'), '// untracked\n');
    const words = ['scan', '--format', 'jsonl', '--no-model', '--changed-since', 'HEAD'];
    const { code, stdout } = await runProgram(words, { cwd });
    assert.equal(code, 0);
    assert.deepEqual(
      passagesOf(stdout).map((one) => [one.file, one.text]),
      [
        ['src/a.ts', 'TODO: something new'],
        ['src/e.ts', 'untracked'],
      ],
    );
  });

  it('fails only on findings at or above the level', async () => {
    const cwd = makeFolder({ 'a.ts': '/** @deprecated */\nlet a;\n' });
    const codeOf = async (level: string) =>
      (await runWithTinyModel(['scan', '--fail-on', level], { cwd })).code;
    assert.deepEqual([await codeOf('warning'), await codeOf('error')], [1, 0]);
  });
});

describe('scan for other readers', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('writes SARIF 2.1.0 with rules, places and fingerprints', async () => {
    const cwd = makeFolder({ 'src/ä b.ts': sources['src/a.ts'] });
    const { code, stdout } = await runWithTinyModel(['scan', '--format', 'sarif'], { cwd });
    assert.equal(code, 0);
    const log = JSON.parse(stdout);
    assert.equal(log.version, '2.1.0');
    assert.equal(log.runs.length, 1);
    const [run] = log.runs;
    assert.deepEqual(
      run.tool.driver.rules.map((rule: { id: string }) => rule.id),
      ['debt', 'commented-out-code', 'deprecated-without-alternative'],
    );
    const result = run.results.find(
      (one: { ruleId: string }) => one.ruleId === 'deprecated-without-alternative',
    );
    assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    assert.equal(result.level, 'warning');
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    assert.equal(artifactLocation.uri, 'src/%C3%A4%20b.ts');
    assert.deepEqual(region, { startLine: 2, startColumn: 4, endLine: 2, endColumn: 15 });
    assert.match(result.partialFingerprints['marginaliaContent/v1'], /^[0-9a-f]{16}:1$/);
  });

  it('writes a Markdown report with totals, links and skipped files', async () => {
    const cwd = makeFolder({ ...sources, 'x|y.png': '' });
    const { code, stdout } = await runWithTinyModel(['scan', '--format', 'markdown'], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /^# /);
    assert.match(stdout, /5 passages in 3 files, labelled by tiny 1\.0\.0\./);
    assert.match(stdout, /^## Labels: debt$/m);
    assert.match(
      stdout,
      /\| \[src\/a\.ts:2\]\(<src\/a\.ts#L2>\) \| deprecated-without-alternative \| warning \|/,
    );
    assert.match(stdout, /^- unknownLanguage: 1\n {2}- `x\|y\.png`/m);
  });

  it('writes plain text without colours into a pipe, and keeps control characters away', async () => {
    const cwd = makeFolder({ 'a.ts': '// red \x1b[31m alert\n' });
    const { code, stdout } = await runWithTinyModel(['scan'], { cwd, env: { FORCE_COLOR: '1' } });
    assert.equal(code, 0);
    assert.equal(stdout.includes('\x1b'), false);
    assert.match(stdout, /^a\.ts\n {5}1 {2}red \ufffd\[31m alert\n/);
    assert.match(stdout, /1 passage in 1 file/);
  });
});

describe('scan in a shell', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  const manyFiles = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`f${index}.ts`, `// comment number ${index}\n`.repeat(1)]),
  );

  it('ends quietly when its reader goes away', async () => {
    const cwd = makeFolder(manyFiles);
    const child = startProgram(['scan', '--format', 'jsonl', '--model', tinyModelFolder], { cwd });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    assert.deepEqual(await once(child, 'close'), [0, null]);
    assert.equal(stderr, '');
  });

  it('writes results while it still works, and ends with 130 on Ctrl+C', async () => {
    const long = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [
        `f${index}.ts`,
        `// comment ${index} ${'word '.repeat(100)}\n`,
      ]),
    );
    const child = startProgram(['scan', '--format', 'jsonl', '--model', tinyModelFolder], {
      cwd: makeFolder(long),
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    assert.ok(passagesOf(stdout).length > 0);
    assert.equal(stdout.includes('"type":"summary"'), false);
  });
});
