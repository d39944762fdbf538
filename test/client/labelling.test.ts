// The pure parts of labelling in the editor: rows of a choice, digits, arguments of commands, the tree, a round.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rowOfDigit, toChoiceItems } from '../../client/src/labelling/choiceItems.ts';
import { toIssueText } from '../../client/src/labelling/issueText.ts';
import { answerRound, labelledCount, startRound, undoRound } from '../../client/src/labelling/labelRound.ts';
import { labelCommandIds, readLabelTarget } from '../../client/src/labelling/labelTarget.ts';
import { type LabelTree, toLabelTree } from '../../client/src/labelling/labelTreeModel.ts';
import type { LabelledFileSummary, TaskChoice } from '../../protocol/labelRequests.ts';
import type { PassageSummary } from '../../protocol/requests.ts';
import { labelCommandNames } from '../../server/src/lsp/labelCommands.ts';

const choice = (name: string, probability: number | undefined, chosen = false) => ({
  name,
  title: name.toUpperCase(),
  description: `about ${name}`,
  probability,
  suggestedBy: name === 'own' ? 'FIXME' : undefined,
  chosen,
});
const texts = {
  model: (percent: string) => `model ${percent}`,
  chosenBy: (name: string) => `by ${name}`,
  suggestedBy: (word: string) => `says ${word}`,
};

describe('choosing labels', () => {
  it('shows the likeliest first, with digits, the model’s percentages and who chose', () => {
    const task: TaskChoice = {
      task: 'debt',
      several: false,
      question: '',
      choices: [choice('none', 0.13, true), choice('design', 0.87), choice('own', undefined)],
      chosenBy: 'Ada',
    };
    assert.deepEqual(
      toChoiceItems(task, texts).map(({ label, description, name, chosen }) => [
        label,
        description,
        name,
        chosen,
      ]),
      [
        ['1  DESIGN', 'model 87 %', 'design', false],
        ['2  NONE', 'model 13 % · by Ada', 'none', true],
        ['3  OWN', 'says FIXME', 'own', false],
      ],
    );
  });

  it('has digits for nine rows only', () => {
    const choices = Array.from({ length: 11 }, (_, index) => choice(`l${index}`, undefined));
    const items = toChoiceItems({ task: 't', several: true, question: '', choices }, texts);
    assert.equal(items[8]?.label, '9  L8');
    assert.equal(items[9]?.label, '    L9');
    assert.deepEqual(
      ['1', '9', '0', '12', 'a', ''].map((typed) => rowOfDigit(typed, 9)),
      [0, 8, undefined, undefined, undefined, undefined],
    );
    assert.equal(rowOfDigit('3', 2), undefined);
  });

  it('takes only arguments that name a place', () => {
    const place = { uri: 'file:///a', position: { line: 1, character: 2 } };
    assert.deepEqual(readLabelTarget({ ...place, task: 'debt', code: 7 }), {
      ...place,
      task: 'debt',
      code: undefined,
    });
    for (const wrong of [undefined, null, 'a', [], {}, { uri: 'a' }, { ...place, position: { line: '1' } }]) {
      assert.equal(readLabelTarget(wrong), undefined);
    }
  });

  it('trusts exactly the commands that the server writes into hovers', () => {
    assert.deepEqual([...labelCommandIds].sort(), Object.values(labelCommandNames).sort());
  });
});

const label = (task: string, name: string, labelledBy?: string) => ({
  task,
  name,
  title: name.toUpperCase(),
  probability: 0.9,
  ...(labelledBy !== undefined && { labelledBy }),
});
const passage = (
  text: string,
  line: number,
  labels: PassageSummary['labels'],
  symbol?: string,
): PassageSummary => ({
  range: { start: { line, character: 0 }, end: { line, character: text.length } },
  kind: 'Line comment',
  text,
  symbol,
  labels,
});
const files: readonly LabelledFileSummary[] = [
  {
    uri: 'file:///w/a.ts',
    message: undefined,
    passages: [
      passage('drop it', 1, [label('debt', 'design'), label('purpose', 'usage')], 'close'),
      passage('fine', 5, [label('debt', 'none', 'Ada')]),
    ],
  },
  {
    uri: 'file:///w/b.ts',
    message: undefined,
    passages: [passage('$(rm) it', 0, [label('debt', 'design')]), passage('bare', 2, [])],
  },
];
const treeTexts = { file: (uri: string) => uri.slice('file:///w/'.length), noLabels: 'no labels' };
const show = (tree: LabelTree): unknown =>
  tree.nodes.map((node) =>
    node.kind === 'group'
      ? [node.label, node.description, node.children.map((one) => `${one.label} | ${one.description}`)]
      : `${node.label} | ${node.description}`,
  );

describe('the tree of labels', () => {
  it('groups by label, most passages first within a task, and counts each passage once', () => {
    const tree = toLabelTree(files, { grouping: 'label', filter: '' }, treeTexts);
    assert.deepEqual(show(tree), [
      ['DESIGN', 'debt · 2', ['drop it | a.ts:2', '$\u200b(rm) it | b.ts:1']],
      ['NONE', 'debt · 1', ['fine | a.ts:6']],
      ['USAGE', 'purpose · 1', ['drop it | a.ts:2']],
    ]);
    assert.deepEqual([tree.passageCount, tree.labelledCount], [4, 1]);
    const ids = tree.nodes.flatMap((node) => [
      node.id,
      ...(node.kind === 'group' ? node.children.map((one) => one.id) : []),
    ]);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('groups by file, or not at all', () => {
    assert.deepEqual(show(toLabelTree(files, { grouping: 'file', filter: '' }, treeTexts)), [
      ['a.ts', '2', ['drop it | DESIGN, USAGE', 'fine | NONE']],
      ['b.ts', '2', ['$\u200b(rm) it | DESIGN', 'bare | no labels']],
    ]);
    assert.deepEqual(show(toLabelTree(files, { grouping: 'flat', filter: 'bare' }, treeTexts)), [
      'bare | no labels',
    ]);
  });

  it('filters by every word, in text, labels, symbols, people and paths', () => {
    const found = (filter: string) =>
      toLabelTree(files, { grouping: 'flat', filter }, treeTexts).passageCount;
    assert.deepEqual(
      ['', 'design', 'DESIGN b.ts', 'ada', 'close drop', 'close fine', '  '].map(found),
      [4, 2, 1, 1, 1, 0, 4],
    );
  });

  it('makes an issue of a passage', () => {
    assert.equal(
      toIssueText(files[0]!.passages[0]!, 'a.ts'),
      '# drop it\n\n> drop it\n\n- `a.ts:2` (`close`)\n- debt: DESIGN, purpose: USAGE\n',
    );
  });
});

describe('a round of labelling', () => {
  it('goes on with each answer, back with undo, and ends', () => {
    let round = startRound(2);
    round = answerRound(round, 'labelled');
    assert.deepEqual([round.position, labelledCount(round)], [1, 1]);
    round = answerRound(round, 'skipped');
    assert.deepEqual([round.position, labelledCount(round)], [2, 1]);
    assert.deepEqual(answerRound(round, 'labelled'), round);
    const once = undoRound(round);
    assert.deepEqual([once.wasLabelled, once.round.position], [false, 1]);
    const twice = undoRound(once.round);
    assert.deepEqual([twice.wasLabelled, twice.round.position, labelledCount(twice.round)], [true, 0, 0]);
    assert.deepEqual(undoRound(twice.round), { round: twice.round, wasLabelled: false });
  });
});
