// Benchmarks name tables of docs/BENCHMARKS.md: each has its place there, and publishing changes nothing else.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { publishTables } from '../bench/publishTables.ts';

const bench = new URL('../bench/', import.meta.url);
const page = readFileSync(new URL('../../docs/BENCHMARKS.md', import.meta.url), 'utf8');

describe('the tables of benchmarks', () => {
  it('have a place on the page', () => {
    // Of those that `npm run bench` makes; others are shown where their subject is explained.
    const scripts = [...readFileSync(new URL('bench.ts', bench), 'utf8').matchAll(/script: '(\w+)'/gu)];
    const files = [...new Set(scripts.map(([, script]) => `${script}.ts`))];
    const names = files
      .flatMap((file) => [
        ...readFileSync(new URL(file, bench), 'utf8').matchAll(
          /(?:name: '([a-z-]+)',\n\s+columns|printTable\('([a-z-]+)')/gu,
        ),
      ])
      .map(([, reported, printed]) => (reported ?? printed)!);
    assert.ok(names.length >= 7, names.join(', '));
    for (const name of names) assert.ok(page.includes(`<!-- bench:${name} -->`), name);
  });

  it('are put there and nowhere else', () => {
    const text = 'a\n<!-- bench:x -->\nold\n<!-- end -->\nb\n<!-- bench:y -->\nkept\n<!-- end -->\n';
    const table = { name: 'x', columns: ['n', ''], rows: [['one', 1]], ratios: {} };
    assert.equal(
      publishTables(text, [table]),
      'a\n<!-- bench:x -->\n| n |  |\n|---|---|\n| one | 1 |\n<!-- end -->\nb\n<!-- bench:y -->\nkept\n<!-- end -->\n',
    );
  });

  it('BAD CALL - a table without a place is named', () => {
    assert.throws(() => publishTables('', [{ name: 'z', columns: [], rows: [], ratios: {} }]), /table z/);
  });
});
