import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/engine.ts';
import { toFindings } from '../../../server/src/engine/findings/toFindings.ts';
import { cpuTimeMs } from '../../support/cpuTime.ts';
import { rules, scoresOf, tasks } from './labelledPassages.ts';

const everything = scoresOf({ debt: [0, 0.6, 0.4], form: [0, 1], purpose: [0, 1] });

function findAll(source: string, language: string) {
  const file = { id: 'a', language, version: 1, text: source };
  const { passages } = extractPassages(file);
  const labelled = passages.map((passage) => ({ passage, scores: everything }));
  return { passages, findings: toFindings({ file, labelled, tasks, rules }) };
}

const pieces = fc.constantFrom(
  ...[
    '// ',
    '# ',
    '/*',
    '*/',
    '/** ',
    '"""',
    '--',
    '<!--',
    '-->',
    '\n',
    '\r\n',
    '  ',
    'TODO',
    '@deprecated',
    '{@link x}',
  ],
  ...[
    'marginalia-ignore',
    'marginalia-ignore-file debt',
    'a = b;',
    'f(',
    ')',
    '{',
    '}',
    '"',
    "'",
    '`',
    '\\',
    '😀',
    'word',
    '=',
  ],
);

describe('findings of any text', () => {
  it('lie inside their passages, one of each code per passage', () => {
    const languages = fc.constantFrom(
      'typescript',
      'python',
      'html',
      'lua',
      'c',
      'shellscript',
      'css',
      'markdown',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), languages, (parts, language) => {
        const { passages, findings } = findAll(parts.join(''), language);
        const seen = new Set<string>();
        for (const { span, code, score } of findings) {
          assert.ok(span.start < span.end && score > 0 && score <= 1);
          const index = passages.findIndex((one) => one.span.start <= span.start && span.end <= one.span.end);
          assert.ok(index >= 0);
          assert.equal(seen.has(`${index} ${code}`), false);
          seen.add(`${index} ${code}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are found in time that grows with the text and not faster', () => {
    const size = 200_000;
    const nasty = [
      `a = ${'-'.repeat(size)}`,
      '('.repeat(size),
      '[a'.repeat(size / 2),
      ' '.repeat(size),
      '"'.repeat(size),
      `TODO${' \t'.repeat(size / 2)}x`,
      `public ${'a '.repeat(size / 2)}`,
      '=> '.repeat(size / 3),
      ':a:`'.repeat(size / 4),
      `@deprecated ${'use '.repeat(size / 4)}`,
      `deprecated ${'[ '.repeat(size / 2)}`,
    ];
    for (const text of nasty) {
      const startedMs = cpuTimeMs();
      findAll(`// ${text}\nlet a;\n\n/* ${text} */\nlet b;\n\n/** ${text} */\nlet c;\n`, 'typescript');
      const elapsedMs = cpuTimeMs() - startedMs;
      assert.ok(elapsedMs < 2000, `${text.slice(0, 20)}… took ${elapsedMs} ms`);
    }
  });
});
