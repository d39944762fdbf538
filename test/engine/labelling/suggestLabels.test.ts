// Weak labels: rules that anybody can check, only for labels that exist.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/engine.ts';
import type { LabelTask } from '../../../server/src/engine/labelling/labelTasks.ts';
import { suggestLabels } from '../../../server/src/engine/labelling/suggestLabels.ts';
import { createSourceFile } from '../../../server/src/engine/text/sourceFile.ts';

const label = (name: string, words: string[] = []) => ({
  name,
  title: { en: name },
  description: { en: '' },
  words,
});
const tasks: LabelTask[] = [
  {
    name: 'purpose',
    several: true,
    description: { en: '' },
    labels: [label('deprecation'), label('summary')],
  },
  { name: 'debt', several: false, description: { en: '' }, labels: [label('defect'), label('design')] },
  {
    name: 'audience',
    several: true,
    description: { en: '' },
    labels: [label('auditor', ['SOX', 'audit trail'])],
  },
];

function suggested(comment: string): string[] {
  const file = createSourceFile({
    id: 'a',
    language: 'typescript',
    version: 0,
    text: `${comment}\nlet a = 1;`,
  });
  const [passage] = extractPassages(file).passages;
  return suggestLabels(passage!, tasks).map((one) => `${one.task}/${one.label} ${one.because}`);
}

describe('suggested labels', () => {
  it('come from doc tags and from words that tools read, with the reason', () => {
    assert.deepEqual(suggested('/** @deprecated use b */'), ['purpose/deprecation @deprecated']);
    assert.deepEqual(suggested('// FIXME: loses readings'), ['debt/defect FIXME']);
    assert.deepEqual(suggested('// an ugly Workaround'), ['debt/design workaround']);
  });

  it('need whole words, and upper case where the rule has it', () => {
    assert.deepEqual(suggested('// a BUGGY day'), []);
    assert.deepEqual(suggested('// fixme later'), []);
  });

  it('follow the words that the team gave its labels', () => {
    assert.deepEqual(suggested('// Needed for the audit trail.'), ['audience/auditor audit trail']);
    assert.deepEqual(suggested('// required by SOX'), ['audience/auditor SOX']);
  });

  it('are not made for labels that nobody has', () => {
    assert.deepEqual(suggested('// TODO: later'), []);
  });
});
