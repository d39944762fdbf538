// Which code a comment speaks about: what has to change before "still accurate" no longer holds.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages, hashOfCode } from '../../../server/src/engine/engine.ts';
import { createSourceFile } from '../../../server/src/engine/text/sourceFile.ts';

function hashIn(language: string, text: string, comment: string): string | undefined {
  const file = createSourceFile({ id: 'a', language, version: 0, text });
  const { passages } = extractPassages(file);
  const passage = passages.find((one) => one.text.value.includes(comment));
  assert.ok(passage, `no passage with ${comment}`);
  return hashOfCode(text, passages, passage);
}

function check(language: string, before: string, after: string, expected: 'same' | 'different') {
  const [one, other] = [hashIn(language, before, 'says'), hashIn(language, after, 'says')];
  assert.ok(one !== undefined && other !== undefined);
  assert.equal(one === other ? 'same' : 'different', expected, `${before}\n---\n${after}`);
}

const typescript = [
  '/** This says what it does. */',
  'export function add(',
  '  left: number,',
  '  right: number,',
  '): number {',
  '  // adds',
  '  return left + right;',
  '}',
  '',
  'const other = 1;',
].join('\n');

const python =
  'def add(a, b):\n    """This says it."""\n    if a:\n\n        return b\n    return a + b\n\nother = 1\n';

describe('the code that a comment documents', () => {
  it('is the whole block of the symbol, and nothing behind it', () => {
    check('typescript', typescript, typescript.replace('left + right', 'left - right'), 'different');
    check('typescript', typescript, typescript.replace('right: number', 'right: string'), 'different');
    check('typescript', typescript, typescript.replace('other = 1', 'other = 2'), 'same');
    check('python', python, python.replace('a + b', 'a - b'), 'different');
    check('python', python, python.replace('other = 1', 'other = 2'), 'same');
  });

  it('knows neither white space nor comments', () => {
    check('typescript', typescript, typescript.replace('// adds', '// adds them both'), 'same');
    check('typescript', typescript, typescript.replace(/^ {2}/gm, '\t'), 'same');
    check('typescript', typescript, `\n\n${typescript}`, 'same');
    check('python', python, python.replace('This says it.', 'This says it well.'), 'same');
  });

  it('is the line of a trailing comment, and the lines up to a blank one below a comment', () => {
    check('typescript', 'let a = 1; // says\nlet b = 2;', 'let a = 1; // says\nlet b = 3;', 'same');
    check('typescript', 'let a = 1; // says\nlet b = 2;', 'let a = 5; // says\nlet b = 2;', 'different');
    check('typescript', '// says\na();\nb();\n\nc();', '// says\na();\nb();\n\nd();', 'same');
  });

  it('is not there for prose and at the end of a file', () => {
    assert.equal(hashIn('markdown', 'This says it.\n', 'says'), undefined);
    assert.equal(hashIn('typescript', 'a();\n// says', 'says'), undefined);
  });
});
