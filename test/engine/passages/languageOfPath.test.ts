// File names and shebangs to language ids, and the table that every id must be in.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { languageOfPath } from '../../../server/src/engine/passages/languageOfPath.ts';
import { knownLanguages, languageRow } from '../../../server/src/engine/passages/languages.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/passages');

describe('languageOfPath', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['src/a.ts', '', 'typescript'],
    ['src\\A.TSX', '', 'typescriptreact'],
    ['a/b.d.mts', '', 'typescript'],
    ['deploy/Dockerfile', '', 'dockerfile'],
    ['Dockerfile.dev', '', 'dockerfile'],
    ['web.dockerfile', '', 'dockerfile'],
    ['GNUmakefile', '', 'makefile'],
    ['Makefile.am', '', 'makefile'],
    ['CMakeLists.txt', '', 'cmake'],
    ['notes.txt', '', 'plaintext'],
    ['tsconfig.json', '', 'jsonc'],
    ['.gitignore', '', 'ignore'],
    ['bin/tool', '#!/usr/bin/env python3', 'python'],
    ['bin/tool', '#! /bin/bash -e', 'shellscript'],
    ['bin/tool', '#!/usr/bin/env -S node --harmony', 'javascript'],
    ['bin/tool', '\ufeff#!/usr/bin/perl', 'perl'],
    ['bin/tool', 'MZ', undefined],
    ['photo.png', '', undefined],
    ['constructor', '', undefined],
    ['a.constructor', '', undefined],
    ['', '', undefined],
  ];
  for (const [name, firstLine, language] of cases) {
    it(`reads ${JSON.stringify(name)} ${firstLine} as ${language}`, () => {
      assert.equal(languageOfPath(name, firstLine), language);
    });
  }

  it('names every fixture by the language of its folder, where an ending decides', () => {
    const shared: Readonly<Record<string, readonly string[]>> = { json: ['jsonc'] };
    for (const language of readdirSync(fixtures)) {
      assert.ok(knownLanguages.includes(language), `${language} is not in the table`);
      for (const name of readdirSync(path.join(fixtures, language))) {
        if (name.endsWith('.golden.json')) continue;
        const found = languageOfPath(name);
        assert.ok(
          found === language || shared[found ?? '']?.includes(language),
          `${language}/${name} is read as ${found}`,
        );
      }
    }
  });

  it('has a row for every language it names', () => {
    for (const language of knownLanguages) assert.ok(languageRow(language));
  });
});
