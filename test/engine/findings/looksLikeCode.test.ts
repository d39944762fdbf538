import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/engine.ts';
import { linesOf, looksLikeCode } from '../../../server/src/engine/findings/looksLikeCode.ts';

/** Writes the text as line comments of the language and asks about the one passage they make. */
function check(language: string, marker: string, text: string): boolean {
  const source = text
    .split('\n')
    .map((line) => `${marker} ${line}`)
    .join('\n');
  const { passages } = extractPassages({ id: 'a', language, version: 1, text: source });
  assert.equal(passages.length, 1, `one passage in ${source}`);
  return looksLikeCode(passages[0]!, source);
}

const code: readonly (readonly [language: string, marker: string, text: string])[] = [
  ['typescript', '//', 'const a = 5;'],
  ['typescript', '//', 'if (x) {\n  return y;\n}'],
  ['typescript', '//', 'await store.save(item);'],
  ['typescript', '//', 'items.map((item) => item.name)'],
  ['java', '//', 'System.out.println("x");'],
  ['java', '//', 'private final int size = 3;'],
  ['c', '//', '#define SIZE 1'],
  ['cpp', '//', 'ptr->next = nullptr;'],
  ['go', '//', 'fmt.Println(err)'],
  ['rust', '//', 'let x: u32 = read()?;'],
  ['python', '#', 'import os'],
  ['python', '#', 'for i in range(3):\n    print(i)'],
  ['python', '#', 'x = foo(1)'],
  ['ruby', '#', "require 'set'"],
  ['shellscript', '#', 'export PATH=$PATH:/opt/bin'],
  ['yaml', '#', '- name: x\n  value: y'],
  ['sql', '--', 'SELECT id, name FROM users'],
  ['lua', '--', 'local x = require("y")'],
];

const prose: readonly (readonly [language: string, marker: string, text: string])[] = [
  ['typescript', '//', 'Returns the value; callers may cache it.'],
  ['typescript', '//', 'See foo() for more.'],
  ['typescript', '//', 'Note (see below)'],
  ['typescript', '//', 'eslint-disable-next-line no-console'],
  ['typescript', '//', '@ts-ignore'],
  ['typescript', '//', '1) first; 2) second'],
  ['typescript', '//', 'if the file is gone, we make a new one'],
  ['cpp', '//', '@{'],
  ['typescript', '//', 'use published header name'],
  ['typescript', '//', 'if either endpoint is undefined (even after the file was found)'],
  ['python', '#', 'This is a = sign in a sentence about signs'],
  ['python', '#', 'return early if possible'],
  ['python', '#', 'import the module first'],
  ['python', '#', 'for each of the rows:'],
  ['shellscript', '#', 'Removes everything below the cache folder.'],
  ['go', '//', 'Open opens the file and returns its handle.'],
];

describe('the shape of switched-off code', () => {
  for (const [language, marker, text] of code) {
    it(`is seen in ${language}: ${JSON.stringify(text)}`, () =>
      assert.equal(check(language, marker, text), true));
  }
  for (const [language, marker, text] of prose) {
    it(`is not seen in ${language}: ${JSON.stringify(text)}`, () =>
      assert.equal(check(language, marker, text), false));
  }

  it('is not seen in an explanation that holds one line of code', () => {
    const text = 'The cache is read before the disk.\nThat is why this line comes first:\ncache.read(key);';
    assert.equal(check('typescript', '//', text), false);
  });

  it('is seen below one explaining line', () => {
    const text =
      'Switched off until the server is back again:\nconst a = load();\nsave(a);\nclose(a);\nreturn a;';
    assert.equal(check('typescript', '//', text), true);
  });

  it('needs brackets that nearly match', () => {
    assert.equal(check('typescript', '//', 'f(((((((a;'), false);
  });

  it('works on the lines as they stood in the source', () => {
    const source = '// a();\r\n// b();';
    const { passages } = extractPassages({ id: 'a', language: 'typescript', version: 1, text: source });
    assert.deepEqual(linesOf(passages[0]!, source), ['a();', 'b();']);
  });
});
