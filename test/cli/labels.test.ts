// The team's labels without an editor: every action as a shell would run it, and what scan makes of the labels.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { makeFolder } from '../io/temporaryFolder.ts';
import { runInProcess } from './runInProcess.ts';
import { parseJsonLines } from './runProgram.ts';

const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const fileOf = (folder: string) => path.join(folder, '.marginalia', 'labels.jsonl');
const labelsIn = (folder: string) =>
  parseJsonLines(readFileSync(fileOf(folder), 'utf8')).map((row) => [row.text, row.labels]);

describe('marginalia labels', function () {
  this.timeout(60_000);

  it('adds, lists and replaces labels, and keeps what it does not understand', async () => {
    const folder = makeFolder({
      '.marginalia/labels.jsonl': '{"text":"old","labels":{"debt":["none"]},"note":1}\nhalf\n',
    });
    const input =
      line({ text: 'new', labels: { debt: 'design' } }) + line({ text: 'old', labels: { tone: ['kind'] } });
    const added = await runInProcess(['labels', 'add'], { cwd: folder, input });
    assert.deepEqual([added.code, added.stdout], [0, '']);
    assert.match(added.stderr, /^2 labels added to .*labels\.jsonl\.\n$/);
    const listed = await runInProcess(['labels', 'list', '--format', 'jsonl'], { cwd: folder });
    assert.deepEqual(
      parseJsonLines(listed.stdout).map((row) => [row.text, row.labels, row.note]),
      [
        ['new', { debt: ['design'] }, undefined],
        ['old', { debt: ['none'], tone: ['kind'] }, 1],
      ],
    );
    assert.match(listed.stderr, /1 broken lines are not listed/);
    assert.match(readFileSync(fileOf(folder), 'utf8'), /\nhalf\n$/);
    const text = await runInProcess(['labels', 'list', '--task', 'tone'], { cwd: folder });
    assert.equal(text.stdout, 'tone: kind\n    old\n');
  });

  it('exports for other tools and imports again, and the same comes back', async () => {
    const folder = makeFolder({});
    const input =
      line({ text: 'one, "two"', labels: { debt: ['design'] } }) +
      line({ text: 'three', labels: { debt: ['none'] } });
    await runInProcess(['labels', 'add'], { cwd: folder, input });
    for (const [format, file] of [
      ['doccano', 'a.jsonl'],
      ['doccano', 'a.csv'],
      ['label-studio', 'a.json'],
      ['argilla', 'b.csv'],
      ['training', 'train.jsonl'],
    ] as const) {
      const out = await runInProcess(['labels', 'export', file, '--format', format, '--task', 'debt'], {
        cwd: folder,
      });
      assert.deepEqual([out.code, out.stdout, out.stderr], [0, '', ''], format);
      const other = makeFolder({ [file]: readFileSync(path.join(folder, file), 'utf8') });
      const back = await runInProcess(['labels', 'import', file, '--format', format, '--task', 'debt'], {
        cwd: other,
      });
      assert.equal(back.code, 0, back.stderr);
      assert.deepEqual(labelsIn(other), labelsIn(folder), `${format} ${file}`);
    }
    const training = readFileSync(path.join(folder, 'train.jsonl'), 'utf8');
    assert.deepEqual(
      parseJsonLines(training)
        .map((row) => row.labels)
        .sort(),
      [['design'], ['none']],
    );
  });

  it('makes conflicts of what contradicts, and check tells about them with exit code 1', async () => {
    const folder = makeFolder({
      '.marginalia/labels.jsonl': line({ text: 'drop it', labels: { debt: ['none'] }, who: 'Ada' }),
      'other.jsonl':
        line({ text: 'drop it', labels: { debt: ['design'] }, who: 'Bob' }) + line({ nothing: 1 }),
    });
    const imported = await runInProcess(['labels', 'import', 'other.jsonl'], { cwd: folder });
    assert.equal(imported.code, 2, 'a record was left out');
    assert.match(imported.stderr, /record 2: it has no "text"/);
    assert.match(imported.stderr, /1 contradict what was there/);
    const checked = await runInProcess(['labels', 'check', '--no-model'], { cwd: folder });
    assert.equal(checked.code, 1);
    assert.match(checked.stdout, /^conflict: drop it\n {4}\w+ says debt: \w+\n {4}\w+ says debt: \w+\n$/);
    writeFileSync(fileOf(folder), '');
    assert.deepEqual(await runInProcess(['labels', 'check', '--no-model'], { cwd: folder }), {
      code: 0,
      stdout: '',
      stderr: '0 texts, 0 to look at.\n',
    });
  });

  it('compares by meaning with a model', async () => {
    const rows = Array.from({ length: 12 }, (_, index) =>
      line({
        text: `comment ${index} of ${index % 2 ? 'tides' : 'boats'}`,
        labels: { topic: index % 2 ? 'tides' : 'boats' },
      }),
    );
    const folder = makeFolder({ '.marginalia/labels.jsonl': rows.join('') });
    const checked = await runInProcess(['labels', 'check', '--format', 'jsonl'], { cwd: folder });
    assert.ok(checked.code === 0 || checked.code === 1, checked.stderr);
    assert.match(checked.stderr, /12 texts, \d+ to look at\./);
    for (const problem of parseJsonLines(checked.stdout)) assert.equal(problem.task, 'topic');
  });

  it('finds the labels of the folder above, up to the repository', async () => {
    const folder = makeFolder({
      '.git/HEAD': '',
      '.marginalia/labels.jsonl': line({ text: 'a', labels: {} }),
      'src/deep/a.ts': '',
      'inner/.git/HEAD': '',
    });
    const below = await runInProcess(['labels', 'list'], { cwd: path.join(folder, 'src/deep') });
    assert.match(below.stdout, /a\n$/);
    const inner = await runInProcess(['labels', 'list'], { cwd: path.join(folder, 'inner') });
    assert.equal(inner.stdout, '');
    assert.equal(existsSync(path.join(folder, 'inner/.marginalia')), false, 'reading makes no folder');
  });

  it('BAD CALL - says in one line what is wrong', async () => {
    const folder = makeFolder({
      '.marginalia/labels.jsonl': line({ text: 'a', labels: { x: ['1'], y: ['2'] } }),
      'empty.jsonl': '',
    });
    const cases: readonly (readonly [readonly string[], RegExp, string?])[] = [
      [['labels'], /labels needs one of: list, add, import, export, check/],
      [['labels', 'import'], /needs a FILE/],
      [['labels', 'import', 'none.jsonl'], /none\.jsonl cannot be read/],
      [['labels', 'import', 'empty.jsonl'], /holds no labels that could be read/],
      [['labels', 'export', '--format', 'doccano'], /choose with --task: x, y/],
      [['labels', 'export', '--format', 'xml'], /--format takes marginalia, training, doccano/],
      [['labels', 'list', '--root', 'nowhere'], /There is no folder nowhere/],
      [['labels', 'add'], /Line 1 of the input has no "labels"/, '{"text":"b"}\n'],
    ];
    for (const [words, expected, input] of cases) {
      const result = await runInProcess(words, { cwd: folder, ...(input && { input }) });
      assert.equal(result.code, 2, words.join(' '));
      assert.match(result.stderr, expected);
    }
  });
});

describe('marginalia scan with labels of the team', function () {
  this.timeout(60_000);

  it('takes the word of people, in findings and labels, and leaves it out when told', async () => {
    const folder = makeFolder({
      '.marginalia/labels.jsonl':
        line({ text: 'A quiet remark', labels: { debt: ['design'] }, who: 'Ada' }) +
        line({ text: 'Another remark', labels: { debt: ['design'] }, dismissed: ['debt'], who: 'Ada' }),
      'a.ts': '// A quiet remark\nlet a;\n\n// Another remark\nlet b;\n',
    });
    const scan = async (...flags: string[]) => {
      const { stdout } = await runInProcess(['scan', '--format', 'jsonl', ...flags], { cwd: folder });
      return parseJsonLines(stdout).filter((one) => one.type === 'passage');
    };
    const [one, other] = await scan();
    const debt = (one!.findings as { code: string; message: string }[]).filter(({ code }) => code === 'debt');
    assert.match(debt[0]?.message ?? '', /labelled by Ada/);
    assert.deepEqual(
      [one!.labelledBy, (one!.predicted as Record<string, unknown>).debt],
      [{ debt: 'Ada' }, ['design']],
    );
    assert.equal(
      (other!.findings as { code: string }[]).some(({ code }) => code === 'debt'),
      false,
    );
    const [bare] = await scan('--no-labels');
    assert.equal(bare?.labelledBy, undefined);
  });
});

describe('marginalia labels suggest', function () {
  this.timeout(60_000);

  it('prints what commits say about comments that are gone, keeps nothing, and add takes it', async () => {
    const folder = makeFolder({ 'a.ts': '// HACK: pumps by hand\nif (a) pump();\n', 'b.ts': 'let b;\n' });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
    const commit = (message: string) => {
      git('add', '-A');
      git(
        '-c',
        'user.name=Ada',
        '-c',
        'user.email=a@b.org',
        '-c',
        'commit.gpgsign=false',
        'commit',
        '-m',
        message,
      );
    };
    git('init', '-q');
    commit('first');
    writeFileSync(path.join(folder, 'a.ts'), 'if (a) pumpByItself();\n');
    commit('Let it pump\n\nby itself');
    const suggested = await runInProcess(['labels', 'suggest'], { cwd: folder });
    assert.equal(suggested.code, 0, suggested.stderr);
    const [one, ...others] = parseJsonLines(suggested.stdout);
    assert.deepEqual(others, []);
    assert.match(String(one!.commit), /^[0-9a-f]{12}$/);
    assert.deepEqual(
      { ...one, commit: '' },
      {
        text: 'HACK: pumps by hand',
        labels: { debt: ['design'] },
        file: 'a.ts',
        because: 'HACK',
        commit: '',
        message: 'Let it pump',
      },
    );
    assert.ok(!existsSync(fileOf(folder)), 'asking keeps nothing');
    await runInProcess(['labels', 'add'], { cwd: folder, input: suggested.stdout });
    assert.deepEqual(labelsIn(folder), [['HACK: pumps by hand', { debt: ['design'] }]]);
    const again = await runInProcess(['labels', 'suggest'], { cwd: folder });
    assert.equal(again.stdout, '');
  });
});

describe('marginalia scan with .marginaliaignore', function () {
  this.timeout(60_000);

  it('leaves files out, and silences codes below the folder of a marker', async () => {
    const folder = makeFolder({
      '.git/HEAD': '',
      '.marginaliaignore': 'vendor/\n# marginalia-ignore deprecated-without-alternative: we know\n',
      'a.ts': '/** @deprecated */\nexport function a() {}\n',
      'src/deep/b.ts': '/** @deprecated */\nexport function b() {}\n',
      'vendor/c.ts': '/** @deprecated */\nexport function c() {}\n',
    });
    const codesIn = async () => {
      const { stdout } = await runInProcess(['scan', '--format', 'jsonl'], { cwd: folder });
      return parseJsonLines(stdout)
        .filter((one) => one.type === 'passage')
        .flatMap((one) => (one.findings as { code: string }[]).map(({ code }) => `${one.file} ${code}`))
        .filter((one) => one.endsWith('deprecated-without-alternative'));
    };
    assert.deepEqual(await codesIn(), []);
    writeFileSync(path.join(folder, '.marginaliaignore'), 'vendor/\n');
    writeFileSync(path.join(folder, 'src/.marginaliaignore'), '# marginalia-ignore\n');
    assert.deepEqual(await codesIn(), ['a.ts deprecated-without-alternative']);
  });
});
