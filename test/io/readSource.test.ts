import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { decodeSource, readSource } from '../../server/src/io/readSource.ts';
import { makeFolder } from './temporaryFolder.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => new TextEncoder().encode(text);
const decode = (content: Uint8Array) => decodeSource(content, { allowLongLines: false });

function reasonOf(content: Uint8Array, options = { allowLongLines: false }): string | undefined {
  const result = decodeSource(content, options);
  return 'skipped' in result ? result.skipped : undefined;
}

describe('reading a source', () => {
  it('keeps the text as it stands, line endings included', () => {
    const text = '// a\r\n// b\r// c\n// 😀 é 中\n';
    assert.deepEqual(decode(utf8(text)), { text, encoding: 'utf-8' });
  });

  it('removes the byte order mark, so that offsets agree with those of editors', () => {
    assert.deepEqual(decode(utf8('\ufeff// a')), { text: '// a', encoding: 'utf-8-bom' });
    assert.deepEqual(decode(bytes(0xff, 0xfe, 0x2f, 0, 0x2f, 0, 0x3d, 0xd8, 0x00, 0xde)), {
      text: '//😀',
      encoding: 'utf-16le',
    });
    assert.deepEqual(decode(bytes(0xfe, 0xff, 0, 0x2f, 0, 0x2f)), { text: '//', encoding: 'utf-16be' });
  });

  it('replaces bytes that are not UTF-8 and says so', () => {
    // `é` in Latin-1 between ASCII letters: one byte becomes one character.
    assert.deepEqual(decode(bytes(0x23, 0x20, 0x72, 0xe9, 0x73)), {
      text: '# r\ufffds',
      encoding: 'utf-8-repaired',
    });
  });

  it('accepts an empty file', () => {
    assert.deepEqual(decode(bytes()), { text: '', encoding: 'utf-8' });
  });

  it('skips binary files', () => {
    assert.equal(reasonOf(bytes(0x7f, 0x45, 0x4c, 0x46, 0, 0, 0)), 'binary');
    assert.equal(reasonOf(Uint8Array.from({ length: 100 }, (_, index) => 1 + (index % 6))), 'binary');
    assert.equal(reasonOf(utf8('\x1b[1mcolours\x1b[0m\tand tabs')), undefined);
  });

  it('skips minified code and data, but not prose on one line', () => {
    const minified = 'var a=function(b){return b.c(d,e)};'.repeat(200);
    const prose = 'One paragraph of a book may stand on one very long line. '.repeat(20_000);
    assert.equal(reasonOf(utf8(minified)), 'minified');
    assert.equal(reasonOf(utf8(prose)), undefined);
    assert.equal(reasonOf(utf8(minified), { allowLongLines: true }), undefined);
    assert.equal(reasonOf(utf8(`${'const a = 1;\n'.repeat(500)}${'x'.repeat(2000)}`)), undefined);
  });

  it('never reads a huge file', async () => {
    const folder = makeFolder({ 'huge.ts': '' });
    const file = path.join(folder, 'huge.ts');
    const handle = openSync(file, 'r+');
    ftruncateSync(handle, 100 * 1024 * 1024);
    closeSync(handle);
    const before = process.memoryUsage().arrayBuffers;
    const result = await readSource(file, { maxBytes: 2 * 1024 * 1024 });
    assert.equal('skipped' in result && result.skipped, 'tooLarge');
    assert.ok(process.memoryUsage().arrayBuffers - before < 1024 * 1024);
  });

  it('reads a file of exactly the largest size', async () => {
    const folder = makeFolder({ 'a.ts': '// 5b', 'b.ts': '// 6b.' });
    const read = async (name: string) => await readSource(path.join(folder, name), { maxBytes: 5 });
    assert.deepEqual(await read('a.ts'), { text: '// 5b', encoding: 'utf-8' });
    assert.ok('skipped' in (await read('b.ts')));
  });

  it('gives a reason for files that are gone or no files', async () => {
    const folder = makeFolder({});
    const gone = await readSource(path.join(folder, 'gone.ts'), { maxBytes: 10 });
    assert.deepEqual(gone, { skipped: 'unreadable', detail: 'ENOENT' });
    const unnamed = await readSource(path.join(folder, 'caf\ufffd.ts'), { maxBytes: 10 });
    assert.deepEqual(unnamed, {
      skipped: 'unreadable',
      detail: 'its name is not valid UTF-8; rename it to read it',
    });
    const self = await readSource(folder, { maxBytes: 10 });
    assert.ok('skipped' in self && ['notAFile', 'unreadable'].includes(self.skipped));
  });
});
