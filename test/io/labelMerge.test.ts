// Labels in pull requests: what git makes of two branches that labelled, and what we make of that.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { putRow } from '../../server/src/engine/labelling/labelBook.ts';
import { formatLabelFile, parseLabelFile } from '../../server/src/engine/labelling/labelFile.ts';
import { emptyRow, type LabelRow } from '../../server/src/engine/labelling/labelRow.ts';
import { makeFolder } from './temporaryFolder.ts';

const row = (text: string, label: string, who: string): LabelRow => ({
  ...emptyRow(text, undefined),
  labels: { debt: [label] },
  who,
});

/** Both branches start from 60 labels; answers whether git merged them, and the file as it is then. */
function mergeBranches(mine: readonly LabelRow[], theirs: readonly LabelRow[]) {
  const folder = makeFolder({ 'labels.jsonl': '' });
  const file = path.join(folder, 'labels.jsonl');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  const label = (rows: readonly LabelRow[], message: string) => {
    const book = rows.reduce(putRow, parseLabelFile(readFileSync(file, 'utf8')));
    writeFileSync(file, formatLabelFile(book));
    git('add', '.');
    git('commit', '-q', '-m', message);
  };
  git('init', '-q', '-b', 'main');
  label(
    Array.from({ length: 60 }, (_, index) => row(`comment ${index}`, 'none', 'Ada')),
    'base',
  );
  git('checkout', '-q', '-b', 'theirs');
  label(theirs, 'theirs');
  git('checkout', '-q', 'main');
  label(mine, 'mine');
  let isMerged = true;
  try {
    git('merge', '-q', 'theirs', '-m', 'merge');
  } catch {
    isMerged = false;
  }
  return { isMerged, text: readFileSync(file, 'utf8') };
}

describe('labels on two branches', function () {
  this.timeout(30_000);

  it('are merged by git itself where they are about different texts', () => {
    const mine = [1, 2, 3, 4].map((index) => row(`mine ${index}`, 'design', 'Ada'));
    const theirs = [1, 2, 3, 4].map((index) => row(`theirs ${index}`, 'design', 'Bob'));
    const { isMerged, text } = mergeBranches(mine, theirs);
    assert.equal(isMerged, true, text);
    assert.equal(parseLabelFile(text).rows.size, 68);
    assert.equal(formatLabelFile(parseLabelFile(text)), text);
  });

  it('become one conflict for people where they are about the same text, and nothing else is lost', () => {
    const mine = [row('comment 7', 'design', 'Ada'), row('mine', 'test', 'Ada')];
    const theirs = [row('comment 7', 'defect', 'Bob'), row('theirs', 'test', 'Bob')];
    const { isMerged, text } = mergeBranches(mine, theirs);
    assert.equal(isMerged, false);
    assert.match(text, /^<<<<<<< /m);
    const book = parseLabelFile(text);
    assert.deepEqual(
      book.conflicts.map(({ candidates }) => candidates.map((one) => one.labels.debt?.[0]).sort()),
      [['defect', 'design']],
    );
    assert.deepEqual([book.rows.size, book.broken], [61, []]);
    assert.doesNotMatch(formatLabelFile(book), /<<<<<<<|>>>>>>>/);
  });
});
