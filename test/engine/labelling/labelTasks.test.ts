// Which labels a person can give: the model's, the team's, those of the rows; none of them known by name.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { emptyBook } from '../../../server/src/engine/labelling/labelBook.ts';
import { parseLabelFile } from '../../../server/src/engine/labelling/labelFile.ts';
import {
  type LabelTask,
  parseTeamTasks,
  tasksToLabel,
} from '../../../server/src/engine/labelling/labelTasks.ts';
import { fakeTasks } from '../../lsp/support/fakeEngine.ts';

const names = (tasks: readonly LabelTask[]) =>
  tasks.map(
    (task) => `${task.name}${task.several ? '*' : ''}: ${task.labels.map((one) => one.name).join(' ')}`,
  );

describe('tasks to label', () => {
  it('are those of the model, then those of the team, then those that rows use', () => {
    const team = parseTeamTasks(
      '{"tasks":[{"name":"tone","labels":["kind",{"name":"rude","title":"Rude","words":["stupid"]}]},{"name":"debt","labels":["legal"]}]}',
    );
    assert.equal(team.problem, undefined);
    const book = parseLabelFile(
      '{"text":"a","labels":{"tone":["odd"],"topic":["tides","boats"]}}\n{"text":"b","labels":{"topic":["quay"]}}\n',
    );
    assert.deepEqual(names(tasksToLabel(fakeTasks, team.tasks, book)), [
      'purpose*: summary deprecation',
      'debt: none design legal',
      'form: prose code',
      'tone: kind rude odd',
      'topic*: boats quay tides',
    ]);
    assert.equal(tasksToLabel(undefined, team.tasks, emptyBook)[0]?.labels[1]?.title.en, 'Rude');
  });

  it('are told when their file is wrong, and what could be read is used', () => {
    assert.match(parseTeamTasks('{').problem ?? '', /^it is not JSON/);
    assert.equal(parseTeamTasks('[]').problem, 'it has no list "tasks"');
    const half = parseTeamTasks('{"tasks":[{"name":"a","labels":["x"]},{"name":"b"}]}');
    assert.deepEqual(
      [names(half.tasks), half.problem],
      [['a: x'], 'task 2 needs a "name" and a list "labels"'],
    );
  });
});
