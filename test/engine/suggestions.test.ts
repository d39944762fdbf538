// Labels that rules and commits suggest, on texts in and texts out.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages, suggestForPassage, suggestFromRemovals } from '../../server/src/engine/engine.ts';
import {
  countCodeChanges,
  saysThatDebtIsPaid,
} from '../../server/src/engine/labelling/historySuggestions.ts';
import type { LabelTask } from '../../server/src/engine/labelling/labelTasks.ts';
import { createSourceFile } from '../../server/src/engine/text/sourceFile.ts';

const label = (name: string) => ({ name, title: { en: name }, description: { en: '' }, words: [] });
const task = (name: string, ...labels: string[]): LabelTask => ({
  name,
  several: false,
  description: { en: '' },
  labels: labels.map(label),
});
const tasks = [task('debt', 'none', 'design', 'defect', 'requirement'), task('form', 'prose', 'code')];

describe('labels that a passage itself suggests', () => {
  const suggested = (text: string, known = tasks) => {
    const source = createSourceFile({ id: 'a', language: 'typescript', version: 0, text });
    return suggestForPassage(extractPassages(source).passages[0]!, text, known).map((one) =>
      `${one.task}/${one.label} ${one.because}`.trim(),
    );
  };

  it('come from its words, and from the shape of its lines', () => {
    assert.deepEqual(suggested('// FIXME: wrong tide\n'), ['debt/defect FIXME']);
    assert.deepEqual(suggested('// if (tide > 3) {\n//   close(sluice);\n// }\n'), ['form/code']);
    assert.deepEqual(suggested('// Closes the sluice when the tide is high.\n'), []);
  });

  it('are not made for labels that nobody has', () => {
    assert.deepEqual(suggested('// if (tide > 3) {\n//   close(sluice);\n// }\n', [tasks[0]!]), []);
  });
});

describe('labels that the past suggests', () => {
  const suggest = (message: string, before: string, after: string, file = 'src/a.ts', known = tasks) =>
    suggestFromRemovals(
      [{ commit: { id: 'c0ffee', timeMs: 0, message }, file, before, after }],
      (name) => (name.endsWith('.ts') ? 'typescript' : undefined),
      known,
    ).map(({ text, suggestion, symbol }) => [text, `${suggestion.task}/${suggestion.label}`, symbol]);

  it('are debt where a comment went that says so', () => {
    const before = '// Counts ships.\n// FIXME: counts twice\nfunction count() {}\n\n// Stays.\nlet a;\n';
    assert.deepEqual(suggest('Count once', before, '// Stays.\nlet a;\n'), [
      ['Counts ships. FIXME: counts twice', 'debt/defect', 'count'],
    ]);
  });

  it('are debt where the commit says that it paid some, whatever the comment says', () => {
    const before = '// Waits a second because the pump is slow.\nif (a) wait();\n';
    assert.deepEqual(suggest('Remove the workaround for slow pumps', before, ''), [
      ['Waits a second because the pump is slow.', 'debt/design', undefined],
    ]);
    assert.deepEqual(suggest('Use another pump', before, ''), [], 'the commit says nothing');
    const many = Array.from(
      { length: 9 },
      (_, index) => `// The pump number ${index} waits.\nwait();\n`,
    ).join('\n');
    assert.deepEqual(suggest('Clean up hacks', many, ''), [], 'such a commit is about something else');
  });

  it('are none for comments that moved, switched-off code, unknown files and unknown labels', () => {
    const todo = '// TODO: close the sluice\n';
    assert.deepEqual(suggest('Move it', `${todo}let a;\n`, `let a;\n${todo}`), []);
    assert.deepEqual(suggest('Resolve TODOs', '// if (todo) {\n//   close(a);\n// }\n', ''), []);
    assert.deepEqual(suggest('Resolve TODOs', todo, '', 'a.bin'), []);
    assert.deepEqual(suggest('Resolve TODOs', todo, '', 'a.ts', [tasks[1]!]), []);
  });

  it('a message says that debt was paid by a verb before its name, in one line', () => {
    for (const yes of [
      'Resolve TODO in the pump',
      'fixed a FIXME',
      'Removes ugly hacks',
      'net: clean up the workaround for old pumps',
      'Repay technical debt',
    ])
      assert.ok(saysThatDebtIsPaid(yes), yes);
    for (const no of ['Add a TODO', 'Fix the pump', 'Drop support\n\nThis is no hack', 'prefix todos'])
      assert.ok(!saysThatDebtIsPaid(no), no);
  });
});

describe('code that changed after its comment', () => {
  const line = (timeMs: number, author = 'ada') => ({ author, timeMs });

  it('is counted by commits, those of the comment and before it aside', () => {
    const lines = [line(10), line(5), line(20), line(20), line(30), line(30, 'bob'), line(99)];
    const count = (comment: [number, number], code: [number, number]) =>
      countCodeChanges(lines, { start: comment[0], end: comment[1] }, { start: code[0], end: code[1] });
    assert.equal(count([0, 1], [1, 6]), 3);
    assert.equal(count([2, 3], [3, 6]), 2);
    assert.equal(count([6, 7], [0, 6]), 0);
    assert.equal(count([0, 2], [0, 3]), 1, 'the comment itself is no code');
    assert.equal(count([0, 1], [1, 50]), 4, 'a file may have become shorter');
    assert.equal(countCodeChanges([], { start: 0, end: 1 }, { start: 1, end: 2 }), 0);
  });
});
