// The pure parts of labelling in the editor: rows of a choice, digits, and arguments of commands.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rowOfDigit, toChoiceItems } from '../../client/src/labelling/choiceItems.ts';
import { labelCommandIds, readLabelTarget } from '../../client/src/labelling/labelTarget.ts';
import type { TaskChoice } from '../../protocol/labelRequests.ts';
import { labelCommandNames } from '../../server/src/lsp/labelCommands.ts';

const choice = (name: string, probability: number | undefined, chosen = false) => ({
  name,
  title: name.toUpperCase(),
  description: `about ${name}`,
  probability,
  chosen,
});
const texts = { model: (percent: string) => `model ${percent}`, chosenBy: (name: string) => `by ${name}` };

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
        ['3  OWN', '', 'own', false],
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
