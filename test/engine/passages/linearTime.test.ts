// Extraction stays linear on hostile text: four hundred thousand characters of the same mark, on one line where the
// mark has no line break. A quadratic scan of such a text takes minutes, so the generous limit still tells them apart.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/passages/extractPassages.ts';
import { cpuTimeMs } from '../../support/cpuTime.ts';

const textLength = 400_000;
const limitMs = 12_000;

const hostile: Readonly<Record<string, readonly string[]>> = {
  javascript: [
    '/',
    "'",
    '"',
    '`',
    '${',
    '`${',
    '<a>{',
    '=/[',
    '/* a */ ',
    '// x\na ',
    '{',
    '(',
    '/** {@link ',
  ],
  typescript: ['`\n`a', '`${`', '}/ '],
  python: ['"', "def f(a='b'): ", 'class A: "a"', '"""', '"""a"""', "'''\n", 'def f(\n', '\n', '#', '\\'],
  rust: ['r#"\n', '"a"b', '"\n"a', '/*', "'", '#[doc = "', '#[doc = "\\"'],
  scala: ['<a>', ' <a>{', ' <a b="', '<!-- ', 's"${'],
  c: ['/*', "1'0", '#if 0\n', 'R"a(', '\\\n', '//\\\n'],
  csharp: ['"', '$"{', '@"', '#if false\n'],
  swift: ['#"a"#', '#"\n', '"\\('],
  ruby: ['<<A\n', '%q(', '/', '=begin\n', '#{'],
  shellscript: ['<<A\n', '${', '$(', '"$(', ' #', "'"],
  perl: ['s/', '<<"A"\n', '=pod\n', '=a\n\n', '=cut\n', '=a C<'],
  php: ['<?php ', '<?php <<<A\n', '<?'],
  yaml: [' |', '- |\n', "- '", '#'],
  lua: ['--[=[', '[=[', ']]'],
  sql: ['$a$', "'", "'\\'", '--'],
  haskell: ['{-', '--', "'"],
  elixir: ['~s(', '@doc "', '"#{'],
  scss: ['url(a', '#{', '//'],
  makefile: ['\n\t#', '#'],
};

describe('extraction of hostile text', function () {
  this.timeout(120_000);
  for (const [language, marks] of Object.entries(hostile)) {
    for (const mark of marks) {
      it(`stays linear on ${JSON.stringify(mark)} repeated in ${language}`, () => {
        const text = mark.repeat(Math.ceil(textLength / mark.length));
        const startMs = cpuTimeMs();
        extractPassages({ id: 'hostile', language, version: 1, text });
        assert.ok(cpuTimeMs() - startMs < limitMs, 'took as long as a quadratic scan');
      });
    }
  }

  it('reads a comment behind four hundred thousand characters on one line', () => {
    const text = `${'a=1;'.repeat(textLength / 4)} // the end`;
    const { passages } = extractPassages({ id: 'long', language: 'javascript', version: 1, text });
    assert.deepEqual(
      passages.map((passage) => passage.text.value),
      ['the end'],
    );
  });
});
