import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createColors } from '../../server/src/cli/colors.ts';
import { createProgress } from '../../server/src/cli/progress.ts';
import type { FileReport, ReportedFinding } from '../../server/src/cli/scan/fileReport.ts';
import type { ScanSummary } from '../../server/src/cli/scan/summary.ts';
import { createMarkdownWriter } from '../../server/src/cli/writers/markdownWriter.ts';
import { createSarifWriter } from '../../server/src/cli/writers/sarifWriter.ts';
import { createTextWriter } from '../../server/src/cli/writers/textWriter.ts';

const place = { line: 1, column: 1, endLine: 1, endColumn: 5 };
const finding: ReportedFinding = {
  ...place,
  code: 'debt',
  level: 'warning',
  message: 'A | message *with* [marks].',
  score: 0.87,
  label: 'debt/design',
  fingerprint: '0123456789abcdef:1',
};

function reportOf(file: string, findingCount: number): FileReport {
  const passage = {
    ...place,
    kind: 'line',
    language: 'typescript',
    text: 'hack',
    symbol: undefined,
    section: [],
    tags: [],
    labels: { debt: { design: 0.87 } },
    predicted: { debt: ['design'] },
    findings: Array.from({ length: findingCount }, () => finding),
  };
  return { file, encoding: 'utf-8', problemCount: 0, passages: [passage] };
}

const summary: ScanSummary = {
  files: 1,
  passages: 1,
  findings: { debt: 1 },
  labels: { debt: { design: 1 } },
  skipped: { binary: 30 },
  problems: 0,
  seconds: 1.5,
  model: { name: 'tiny', version: '1', fingerprint: 'f' },
};

function terminal(isTerminal: boolean) {
  const written: string[] = [];
  const output = {
    isTerminal,
    columns: 80,
    write: async (text: string) => {
      written.push(text);
    },
  };
  return { output, written };
}

describe('SARIF', () => {
  it('holds at most 5,000 results and says how many it left out', () => {
    const writer = createSarifWriter({ version: '1.0.0', homepage: undefined });
    for (let file = 0; file < 6; file++) writer.file(reportOf(`f${file}.ts`, 900));
    const [run] = JSON.parse(writer.end(summary)).runs;
    assert.equal(run.results.length, 5000);
    const [notice] = run.invocations[0].toolExecutionNotifications;
    assert.match(notice.message.text, /^400 more findings were left out/);
  });

  it('holds what the schema of SARIF 2.1.0 demands of a result, whatever the file is called', () => {
    const names = ['a b/%41?#.ts', '\ud800.ts', '注释.py', "q'uote.c"];
    const writer = createSarifWriter({ version: '1.0.0', homepage: undefined });
    for (const name of names) writer.file(reportOf(name, 2));
    const log = JSON.parse(writer.end(summary));
    assert.equal(log.version, '2.1.0');
    const [run] = log.runs;
    assert.equal(run.columnKind, 'utf16CodeUnits');
    const { rules } = run.tool.driver;
    assert.equal(run.results.length, 2 * names.length);
    for (const result of run.results) {
      assert.equal(rules[result.ruleIndex].id, result.ruleId);
      assert.ok(['none', 'note', 'warning', 'error'].includes(result.level));
      assert.ok(result.message.text.length > 0);
      assert.ok(result.rank >= 0 && result.rank <= 100);
      assert.ok(Object.values(result.partialFingerprints).every((one) => typeof one === 'string'));
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      assert.match(artifactLocation.uri, /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})+$/);
      for (const part of ['startLine', 'startColumn', 'endLine', 'endColumn']) {
        assert.ok(Number.isInteger(region[part]) && region[part] >= 1, part);
      }
    }
    const uris = run.results.map(
      (result: { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] }) =>
        decodeURIComponent(result.locations[0].physicalLocation.artifactLocation.uri),
    );
    assert.deepEqual([...new Set(uris)], ['a b/%41?#.ts', '\ufffd.ts', '注释.py', "q'uote.c"]);
    for (const rule of rules) {
      assert.match(rule.id, /^[a-z-]+$/);
      assert.ok(rule.shortDescription.text.endsWith('.') && rule.help.text.length > 0);
    }
  });

  it('links its rules to the documentation where that stands on the web', () => {
    const helpOf = (homepage: string | undefined) => {
      const log = JSON.parse(createSarifWriter({ version: '1.0.0', homepage }).end(summary));
      return log.runs[0].tool.driver.rules[1].helpUri as string | undefined;
    };
    assert.equal(helpOf(undefined), undefined);
    assert.equal(
      helpOf('https://example.org/m'),
      'https://example.org/m/docs/FINDINGS.md#commented-out-code',
    );
  });
});

describe('Markdown', () => {
  it('escapes what would break its tables, and shortens long lists', () => {
    const writer = createMarkdownWriter();
    writer.file(reportOf('a|b <c>.ts', 1));
    for (let index = 0; index < 30; index++)
      writer.skipped({ file: `b${index}.bin`, reason: 'binary', detail: 'x' });
    const text = writer.end(summary);
    assert.ok(text.includes('[a\\|b \\<c\\>.ts:1](<a%7Cb %3Cc%3E.ts#L1>)'), text);
    assert.ok(text.includes('A \\| message \\*with\\* \\[marks\\].'));
    assert.match(text, /^- binary: 30\n/m);
    assert.match(text, / {2}- and 10 more$/m);
  });
});

describe('text for a terminal', () => {
  const colored = (isTerminal: boolean, environment: Record<string, string>) =>
    createTextWriter(createColors({ stdout: terminal(isTerminal).output, environment }), 80)
      .file(reportOf('a.ts', 1))
      .includes('\x1b[');

  it('has colours on a terminal alone, and not where NO_COLOR is set', () => {
    assert.equal(colored(true, { TERM: 'xterm' }), true);
    assert.equal(colored(true, { TERM: 'xterm', NO_COLOR: '1' }), false);
    assert.equal(colored(true, { TERM: 'dumb' }), false);
    assert.equal(colored(false, { TERM: 'xterm' }), false);
  });
});

describe('progress', () => {
  it('appears after a second, at most ten times a second, and goes away', () => {
    const { output, written } = terminal(true);
    let nowMs = 0;
    const progress = createProgress({ stderr: output, now: () => nowMs });
    for (; nowMs < 2000; nowMs += 10) progress.update(() => `at ${nowMs}`);
    assert.equal(written.length, 10);
    assert.equal(written[0], '\r\x1b[2Kat 1000');
    progress.clear();
    progress.clear();
    assert.deepEqual(written.slice(10), ['\r\x1b[2K']);
    progress.update(() => 'again');
    assert.deepEqual(written.slice(11), ['\r\x1b[2Kagain']);
  });

  it('is silent where nobody watches', () => {
    const { output, written } = terminal(false);
    let nowMs = 0;
    const progress = createProgress({ stderr: output, now: () => nowMs });
    for (; nowMs < 5000; nowMs += 100) progress.update(() => 'x');
    progress.clear();
    assert.deepEqual(written, []);
  });
});
