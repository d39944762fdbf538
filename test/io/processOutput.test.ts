// Streams that end before we do: a reader who leaves is told nothing, a full disk is an error.

import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'mocha';
import { createProcessOutput } from '../../server/src/io/processOutput.ts';

/** A stream that takes `size` characters and then fails with `code`. */
function streamOf(size: number, code: string): { stream: Writable; written: string[] } {
  const written: string[] = [];
  let left = size;
  const stream = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(text: string, _encoding, done) {
      left -= text.length;
      if (left < 0) return done(Object.assign(new Error(`${code}: write`), { code }));
      written.push(text);
      done();
    },
  });
  return { stream, written };
}

describe('output of the process', () => {
  it('is whole when it was flushed', async () => {
    const { stream, written } = streamOf(100, 'EPIPE');
    const output = createProcessOutput(stream, () => assert.fail('nothing ended'));
    await output.write('one ');
    await output.write('two');
    await output.flush();
    assert.equal(written.join(''), 'one two');
    assert.equal(output.end, undefined);
  });

  it('ends quietly when the reader leaves, once', async () => {
    let endCount = 0;
    const { stream } = streamOf(2, 'EPIPE');
    const output = createProcessOutput(stream, () => endCount++);
    await output.write('too long');
    await output.write('again');
    await output.flush();
    assert.equal(output.end, 'reader left');
    assert.equal(endCount, 1);
  });

  it('EXPECTED FAILURE - a full disk is an error, even behind the last write', async () => {
    const { stream } = streamOf(2, 'ENOSPC');
    const output = createProcessOutput(stream, () => {});
    void output.write('too long');
    await output.flush();
    assert.ok(output.end instanceof Error);
    assert.match(output.end.message, /ENOSPC/);
  });
});
