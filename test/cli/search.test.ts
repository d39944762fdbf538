import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { openTestIndex } from '../io/index/testIndex.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { parseJsonLines, runProgram, runWithTinyModel } from './runProgram.ts';

const files = {
  'src/retry.ts':
    '/** Retries an upload three times before it gives up. */\nexport function retryUpload() {}\n',
  'src/clock.ts': '// The clock may go back when the machine wakes up.\nconst now = 1;\n',
  'docs/guide.md': '# Guide\n\nUploads are resumed after a lost connection.\n',
};

function withCache(): { readonly env: Readonly<Record<string, string>> } {
  return { env: { XDG_CACHE_HOME: makeFolder({}), NO_COLOR: '1' } };
}

describe('marginalia search, ask and index', function () {
  this.timeout(60_000);

  it('search prints hits with their place, and leaves the folder as it was', async () => {
    const root = makeFolder(files);
    const { code, stdout } = await runProgram(
      ['search', 'retries', '--root', root, '--no-model'],
      withCache(),
    );
    assert.equal(code, 0);
    assert.match(stdout, /^src\/retry\.ts:1 {2}doc of retryUpload\n {4}Retries an upload/);
  });

  it('search marks what says of itself that it is deprecated', async () => {
    const root = makeFolder({ 'a.go': '// Deprecated: use Open.\nfunc OpenPort() {}\n' });
    const { stdout } = await runProgram(['search', 'port', '--root', root, '--no-model'], withCache());
    assert.match(stdout, /^a\.go:1 {2}line of OpenPort, deprecated\n/);
  });

  it('a filter that begins with a minus is part of the query, wherever it stands', async () => {
    const where = ['--root', makeFolder(files), '--no-model'];
    const { stdout } = await runProgram(['search', '-path:src', 'upload', ...where], withCache());
    assert.match(stdout, /^docs\/guide\.md:3/);
    assert.doesNotMatch(stdout, /src/);
  });

  it('search and index say so where another process keeps the index up to date', async () => {
    const root = makeFolder(files);
    const indexFolder = makeFolder({});
    const { index } = await openTestIndex(root, indexFolder);
    await index.refresh(neverCancelled);
    writeFileSync(`${root}/new.md`, 'Not read yet.\n');
    try {
      const where = ['--root', root, '--index', indexFolder, '--no-model'];
      const found = await runProgram(['search', 'retries', ...where], withCache());
      assert.match(found.stdout, /^src\/retry\.ts:1/);
      assert.match(found.stderr, /^marginalia: Another window or command keeps this index up to date/);
      const counted = await runProgram(['index', ...where], withCache());
      assert.match(counted.stdout, /^4 passages in 3 files/);
      assert.match(counted.stdout, /^Another window or command keeps this index/m);
    } finally {
      await index.dispose();
    }
  });

  it('search --format jsonl prints one object for each hit', async () => {
    const words = ['search', 'upload', '--root', makeFolder(files), '--format', 'jsonl', '-k', '1'];
    const { code, stdout } = await runWithTinyModel(words, withCache());
    assert.equal(code, 0);
    const [hit, ...others] = parseJsonLines(stdout);
    assert.equal(others.length, 0);
    assert.equal(hit?.lexicalRank === undefined && hit?.vectorRank === undefined, false);
    assert.deepEqual(
      ['file', 'line', 'text', 'score', 'kind', 'language', 'labels'].filter((key) => !(key in hit!)),
      [],
    );
  });

  it('search --queries answers in the order of the file', async () => {
    const root = makeFolder(files);
    const queries = makeFolder({ 'q.jsonl': '{"query":"clock goes back"}\n\n{"query":"lost connection"}\n' });
    const { code, stdout, stderr } = await runProgram(
      [
        'search',
        '--queries',
        `${queries}/q.jsonl`,
        '--root',
        root,
        '-k',
        '2',
        '--format',
        'jsonl',
        '--no-model',
      ],
      withCache(),
    );
    assert.equal(code, 0, stderr);
    const [first, second] = parseJsonLines(stdout) as unknown as {
      query: string;
      hits: Record<string, unknown>[];
    }[];
    assert.equal(first?.query, 'clock goes back');
    assert.deepEqual(Object.keys(first!.hits[0]!), ['file', 'line', 'text', 'score']);
    assert.equal(first?.hits[0]?.file, 'src/clock.ts');
    assert.equal(second?.hits[0]?.file, 'docs/guide.md');
    assert.equal(second?.hits[0]?.line, 3);
  });

  it('says what is wrong with a query and answers the rest of it', async () => {
    const words = ['search', 'clock lang:klingon', '--root', makeFolder(files), '--no-model'];
    const { code, stdout, stderr } = await runProgram(words, withCache());
    assert.equal(code, 0);
    assert.match(stderr, /lang: takes a language/);
    assert.match(stdout, /src\/clock\.ts:1/);
  });

  it('index tells what is there, and --status without touching it', async () => {
    const root = makeFolder({ ...files, 'picture.bin': 'x' });
    const options = withCache();
    const none = await runProgram(['index', '--status', '--root', root], options);
    assert.match(none.stdout, /There is no index/);
    const made = await runWithTinyModel(['index', '--root', root, '--format', 'json'], options);
    const facts = JSON.parse(made.stdout);
    assert.deepEqual([facts.state, facts.files, facts.passages, facts.embedded], ['ready', 3, 4, 4]);
    assert.deepEqual(facts.skipped, { unknownLanguage: 1 });
    assert.ok(facts.bytesPerPassage > 0);
    const status = await runProgram(['index', '--status', '--root', root], options);
    assert.match(status.stdout, /4 passages in 3 files\nread by the model: 4 of 4\non disk: /);
  });

  it('ask prints the sentence that answers, and where it stands', async () => {
    const question = 'When are uploads resumed?';
    const root = makeFolder(files);
    const asked = await runProgram(['ask', question, '--root', root, '--no-model'], withCache());
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(
      asked.stdout,
      /^Uploads are resumed after a lost connection\.\ndocs\/guide\.md:3 {2}\d\d %\n$/,
    );
    const { stdout } = await runProgram(
      ['ask', question, '--root', root, '--no-model', '--format', 'jsonl'],
      withCache(),
    );
    const [answer, ...others] = parseJsonLines(stdout);
    assert.deepEqual(others, []);
    const sentence = 'Uploads are resumed after a lost connection.';
    const { score, ...rest } = answer!;
    assert.ok(Number(score) > 0.5 && Number(score) < 1);
    assert.deepEqual(rest, {
      question,
      answer: sentence,
      sentence,
      file: 'docs/guide.md',
      line: 3,
      column: 1,
      endLine: 3,
      endColumn: sentence.length + 1,
      labels: [],
      isDeprecated: false,
    });
  });

  it('ask says that there is no answer, why, and what is nearest', async () => {
    const question = 'Is the capital of France older than the machine?';
    const words = ['ask', question, '--root', makeFolder(files), '--no-model'];
    const { code, stdout, stderr } = await runProgram(words, withCache());
    assert.equal(code, 0);
    assert.equal(stdout, 'no answer\n');
    assert.match(
      stderr,
      /Nothing here mentions: capital, France, older\.\nNearest passages:\n\nsrc\/clock\.ts:1/,
    );
    const json = await runProgram([...words, '--format', 'jsonl'], withCache());
    const [none] = parseJsonLines(json.stdout);
    assert.equal(none?.answer, null);
    assert.deepEqual((none!.reason as { unknownWords: unknown }).unknownWords, [
      'capital',
      'France',
      'older',
    ]);
    assert.equal((none!.nearest as { file: string }[])[0]?.file, 'src/clock.ts');
    assert.equal(json.stderr, '');
  });

  it('BAD CALL - one clear line and exit code 2', async () => {
    const cases: [string[], RegExp][] = [
      [['search'], /needs a QUERY/],
      [['search', 'a', '--queries', 'x'], /not both/],
      [['search', '--queries', 'nowhere.jsonl'], /nowhere\.jsonl/],
      [['search', 'a', '--root', 'nowhere'], /--root takes a folder/],
      [['search', 'a', '-k', '0'], /at least 1/],
      [['ask'], /needs a QUESTION/],
      [['index', 'folder'], /--root DIR/],
    ];
    for (const [words, message] of cases) {
      const { code, stderr } = await runProgram(words, withCache());
      assert.equal(code, 2, words.join(' '));
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
  });
});
