// The house rules that a machine can check: heads of files, length, names, and what must not appear.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { listSourceFiles, projectRoot } from './sourceFiles.ts';

const product = listSourceFiles(['protocol', 'client', 'server']);

describe('house rules', () => {
  it('every file of the product starts by saying what it is for', () => {
    const silent = product.filter((file) => !/^(#!.*\n\s*)?\/\/ \S/.test(read(file)));
    assert.deepEqual(silent, []);
  });

  it('no file of the product is longer than 500 lines', () => {
    const long = product.filter((file) => read(file).split('\n').length > 501);
    assert.deepEqual(long, []);
  });

  it('no grab bags', () => {
    const bags = product.filter((file) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/.test(file));
    assert.deepEqual(bags, []);
  });

  it('only process entries and writers of the command line speak to the console', () => {
    const loud = product.filter(
      (file) =>
        file.startsWith('server/src/engine/') && /\bconsole\.|\bprocess\./.test(withoutComments(read(file))),
    );
    assert.deepEqual(loud, []);
  });

  it('no absolute path of a developer machine is committed', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: projectRoot, encoding: 'utf8' }).split(
      '\0',
    );
    const texts = tracked.filter(
      (file) => /\.(ts|mjs|py|md|json|yml|sh)$/.test(file) && !file.startsWith('test/fixtures/'),
    );
    const personal = /(?<![\w.])\/(?:home|Users)\/(?!you\b|user\b|me\b|runner\b)\w+|[A-Z]:\\Users\\\w+/;
    const wrong = texts.filter(
      (file) => existsSync(path.join(projectRoot, file)) && personal.test(read(file)),
    );
    assert.deepEqual(wrong, []);
  });
});

function read(file: string): string {
  return readFileSync(path.join(projectRoot, file), 'utf8');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}
