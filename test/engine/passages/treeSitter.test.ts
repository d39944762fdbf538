// The scanner against tree-sitter, on our fixtures and on the sources inside node_modules: every comment span is the
// same, except for the differences in the table below, each with its reason.

import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'mocha';
import { languageRow } from '../../../server/src/engine/passages/languages.ts';
import { scanComments } from '../../../server/src/engine/passages/scanComments.ts';
import { type FindComments, grammars, loadReference, trimSpan } from '../../bench/treeSitterComments.ts';

const project = path.join(import.meta.dirname, '../../..');

/** Why a text differs; `reference` are comments that only tree-sitter sees, `ours` those that only we see. */
interface Difference {
  readonly reason: string;
  readonly reference?: readonly string[];
  readonly ours?: readonly string[];
}

const explained: Readonly<Record<string, Difference>> = {
  'javascript/blockOpen.js': {
    reason: 'An unterminated block comment is no comment to the grammar; we keep the lines being typed.',
    ours: ['/** Says what\n * it does'],
  },
  'python/halftyped.py': {
    reason:
      'An unterminated docstring takes the grammar to the next quotes; we recover after its first line.',
    ours: ['# later'],
  },
  'java/Text.java': {
    reason: 'The grammar reads the slashes in a text block as a comment.',
    reference: ['\n      // no " /*'],
  },
  'c/tricks.c': {
    reason:
      'We skip `#if 0`, which no compiler reads, and read the comment behind the free text of `#error`.',
    ours: ['// stop'],
    reference: ['// broken', '/* dead */'],
  },
  'rust/halftyped.rs': {
    reason:
      'An unterminated nested comment takes the grammar to the end of the file; we recover after its first line.',
    ours: ['/* unterminated /* x */ fn a(){}', '// after'],
    reference: ['/* unterminated /* x */ fn a(){}\n// after'],
  },
  'rust/attributes.rs': {
    reason: 'We read `#[doc = "…"]` as the comment it stands for; the grammar sees an attribute.',
    ours: [
      '#![doc = "The crate, \\"quoted\\"."]',
      '#[doc = "Adds two numbers."]',
      '#[doc = "Never // fails."]',
      '#[doc = r#"Raw "text"\nover two lines."#]',
      '#[doc="Indented."]',
    ],
  },
  'shellscript/halftyped.sh': {
    reason: 'Open quotes take the grammar to the next ones; we recover at the end of their line.',
    ours: ['# below the open string', '# trailing', '# below an open quote'],
  },
  'powershell/Tool.ps1': {
    reason:
      'The grammar sees a comment in a string behind a sub-expression and loses the rest of the string.',
    ours: ['# yes', '# here'],
    reference: [' # no" # yes'],
  },
};

/** Sources of installed packages: a fixed, broad choice that a fresh install has as well. */
const installed: Readonly<Record<string, readonly string[]>> = {
  javascript: [
    'mocha/lib/**/*.js',
    'fast-check/lib/*.js',
    'js-yaml/**/*.js',
    'vscode-languageserver/lib/**/*.js',
    'web-tree-sitter/*.js',
  ],
  typescript: [
    '@types/node/**/*.d.ts',
    '@types/vscode/*.d.ts',
    'typescript/lib/*.d.ts',
    'vscode-languageserver-types/**/*.d.ts',
  ],
};

/** Explanations that were needed; one that is not needed any more has to go. */
const used = new Set<string>();

describe('the scanner and tree-sitter', function () {
  this.timeout(120_000);

  for (const language of Object.keys(grammars)) {
    const folder = path.join(project, 'test/fixtures/passages', language);
    it(`agree on the fixtures of ${language}`, async () => {
      const names = readdirSync(folder).filter((name) => !name.endsWith('.golden.json'));
      assert.ok(names.length > 0);
      const find = await loadReference(language);
      for (const name of names) compare(language, path.join(folder, name), `${language}/${name}`, find);
    });
  }

  after('every explained difference is still there', () => {
    assert.deepEqual([...used].sort(), Object.keys(explained).sort());
  });

  for (const [language, patterns] of Object.entries(installed)) {
    it(`agree on installed sources in ${language}`, async () => {
      const find = await loadReference(language);
      const cwd = path.join(project, 'node_modules');
      const files = patterns.flatMap((pattern) => globSync(pattern, { cwd })).sort();
      assert.ok(files.length >= 40, `only ${files.length} files of ${patterns.join(', ')}`);
      for (const file of files) {
        const fileName = path.join(cwd, file);
        if (statSync(fileName).isFile() && statSync(fileName).size < 400_000)
          compare(language, fileName, file, find);
      }
    });
  }
});

function compare(language: string, fileName: string, name: string, find: FindComments): void {
  const text = readFileSync(fileName, 'utf8');
  const row = languageRow(language);
  assert.ok(row?.reads === 'code');
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const theirs = find(text).spans.filter((span) => !(span.start <= start && text.startsWith('#!', start)));
  const ours = scanComments(text, row.lexis)
    .comments.filter((token) => token.kind !== 'docstring')
    .map((token) => trimSpan(text, token.span));
  const key = (span: { readonly start: number; readonly end: number }) =>
    `${span.start}: ${text.slice(span.start, span.end)}`;
  const known = { ours: new Set(ours.map(key)), theirs: new Set(theirs.map(key)) };
  const difference = {
    ours: [...known.ours].filter((one) => !known.theirs.has(one)).map(withoutPlace),
    reference: [...known.theirs].filter((one) => !known.ours.has(one)).map(withoutPlace),
  };
  const expected = explained[name];
  if (expected) used.add(name);
  assert.deepEqual(difference, { ours: expected?.ours ?? [], reference: expected?.reference ?? [] }, name);
}

function withoutPlace(key: string): string {
  return key.slice(key.indexOf(': ') + 2);
}
