// Labels of other tools: their files as those tools write them, and every row there and back.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  labelFormatNames,
  needsTask,
  readLabels,
  writeLabels,
} from '../../../server/src/engine/labelling/formats/convertLabels.ts';
import { formatCsv, parseCsv } from '../../../server/src/engine/labelling/formats/csv.ts';
import { parsePythonList } from '../../../server/src/engine/labelling/formats/pythonList.ts';
import { emptyRow, type LabelRow } from '../../../server/src/engine/labelling/labelRow.ts';

const read = (format: string, text: string, task?: string) =>
  readLabels(text, format, { task, userId: undefined });
const labelsIn = (format: string, text: string, task?: string) =>
  read(format, text, task).rows.map((row) => [row.text, row.labels, row.who]);

/** Names as people give them; `#` is what joins labels in doccano's CSV. */
const names = fc.stringMatching(/^[A-Za-zé中][A-Za-z0-9 _'中-]{0,11}$/).map((name) => name.trim());
const texts = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() !== '' && !text.includes('\0'));
const optionalName = fc.option(names, { nil: undefined });
const rows = (tasks: fc.Arbitrary<string>) =>
  fc.uniqueArray(
    fc
      .record({
        text: texts,
        context: fc.option(texts, { nil: undefined }),
        labels: fc.dictionary(tasks, fc.uniqueArray(names, { minLength: 1, maxLength: 3 }), {
          minKeys: 1,
          maxKeys: 3,
          noNullPrototype: true,
        }),
        verdict: fc.constantFrom('right', 'wrong', undefined),
        dismissed: fc.uniqueArray(fc.constantFrom('debt', 'commented-out-code'), { maxLength: 2 }),
        who: optionalName,
        when: fc.constantFrom('2026-11-27T12:00:00.000Z', undefined),
        source: fc.constantFrom('0123456789abcdef', undefined),
        file: fc.constantFrom('src/a b.ts', undefined),
        symbol: optionalName,
      })
      .map((one): LabelRow => ({ ...emptyRow(one.text, one.context), ...one })),
    { selector: (row) => row.id, minLength: 1, maxLength: 5 },
  );

const sorted = (row: LabelRow): LabelRow => ({
  ...row,
  labels: Object.fromEntries(Object.entries(row.labels).map(([task, labels]) => [task, [...labels].sort()])),
  dismissed: [...row.dismissed].sort(),
});

describe('labels in the formats of other tools', () => {
  for (const format of labelFormatNames) {
    for (const container of ['json', 'jsonl', 'csv'] as const) {
      it(`come back from ${format} as ${container} as they went`, () => {
        const isSingle = format === 'doccano' || format === 'training';
        const task = isSingle ? 'debt' : undefined;
        fc.assert(
          fc.property(
            rows(isSingle ? fc.constant('debt') : fc.constantFrom('debt', 'my task', '目的')),
            (all) => {
              const options = { task, userId: undefined };
              const text = writeLabels(all, format, { ...options, container });
              const back = readLabels(text, format, options);
              assert.deepEqual(back.problems, []);
              assert.deepEqual(back.rows.map(sorted), all.map(sorted));
            },
          ),
          { numRuns: 60 },
        );
      });
    }
  }

  it('are read from exports of doccano, whose extra keys are kept', () => {
    const jsonl =
      '{"id":17,"text":"drop it","label":["design","defect"],"Comments":[],"page":3}\n{"id":18,"text":"fine","label":[],"Comments":[]}\n';
    const { rows: all } = read('doccano', jsonl, 'debt');
    assert.deepEqual(
      all.map((row) => [row.text, row.labels, row.rest]),
      [
        ['drop it', { debt: ['design', 'defect'] }, { page: 3 }],
        ['fine', { debt: [] }, {}],
      ],
    );
    assert.deepEqual(labelsIn('doccano', 'id,text,label\n17,"drop, it",defect#design\n18,fine,\n', 'debt'), [
      ['drop, it', { debt: ['defect', 'design'] }, undefined],
      ['fine', { debt: [] }, undefined],
    ]);
    assert.deepEqual(read('doccano', jsonl).problems, [
      'record 1: doccano does not name the task; give it with --task',
      'record 2: doccano does not name the task; give it with --task',
    ]);
  });

  it('are read from exports of Label Studio: full, small, CSV', () => {
    const full = JSON.stringify([
      {
        id: 1,
        data: { text: 'drop it', page: 3 },
        annotations: [
          {
            id: 1001,
            completed_by: { id: 10, email: 'ada@example.org' },
            was_cancelled: false,
            created_at: '2026-03-09T22:16:08Z',
            result: [
              { from_name: 'debt', to_name: 'text', type: 'choices', value: { choices: ['design'] } },
              {
                from_name: 'where',
                to_name: 'text',
                type: 'labels',
                value: { start: 1, end: 2, labels: ['x'] },
              },
            ],
          },
          { completed_by: 2, was_cancelled: true, result: [] },
          {
            completed_by: 2,
            result: [{ from_name: 'debt', to_name: 'text', type: 'choices', value: { choices: ['none'] } }],
          },
        ],
        predictions: [
          { result: [{ from_name: 'debt', to_name: 'text', type: 'choices', value: { choices: ['test'] } }] },
        ],
      },
    ]);
    assert.deepEqual(labelsIn('label-studio', full), [
      ['drop it', { debt: ['design'] }, 'ada@example.org'],
      ['drop it', { debt: ['none'] }, '2'],
    ]);
    assert.deepEqual(read('label-studio', full).rows[0]?.rest, { page: 3 });
    const small =
      '[{"id":1,"text":"drop it","debt":"design","purpose":{"choices":["usage","summary"]},"annotator":1,"annotation_id":2,"created_at":"2026","lead_time":1.5,"updated_at":"2026"}]';
    assert.deepEqual(
      read('label-studio', small).rows.map((row) => [row.labels, row.rest]),
      [[{ debt: ['design'], purpose: ['usage', 'summary'] }, {}]],
    );
    const csv =
      'annotation_id,annotator,created_at,debt,id,lead_time,purpose,text,updated_at\n2,ada,2026,design,1,1.5,"{""choices"":[""usage"",""summary""]}",drop it,2026\n';
    assert.deepEqual(labelsIn('label-studio', csv), [
      ['drop it', { debt: ['design'], purpose: ['usage', 'summary'] }, 'ada'],
    ]);
  });

  it('are read from exports of Argilla, what users answered and not what models suggested', () => {
    const record = {
      id: '7',
      fields: { text: 'drop it' },
      metadata: { page: 3 },
      suggestions: { debt: { value: 'test', score: 0.9, agent: 'model' } },
      responses: {
        debt: [
          { value: 'design', user_id: 'u1' },
          { value: 'none', user_id: 'u2' },
        ],
        purpose: [{ value: ['usage', 'summary'], user_id: 'u1' }],
      },
      vectors: {},
      _server_id: 'x',
    };
    const expected = [
      ['drop it', { debt: ['design'], purpose: ['usage', 'summary'] }, 'u1'],
      ['drop it', { debt: ['none'] }, 'u2'],
    ];
    assert.deepEqual(labelsIn('argilla', JSON.stringify([record])), expected);
    assert.deepEqual(read('argilla', JSON.stringify([record])).rows[0]?.rest, { page: 3 });
    const flat = [
      'id,text,debt.responses,debt.responses.users,debt.responses.status,debt.suggestion,debt.suggestion.score',
      `7,drop it,"['design', 'none', 'test']","['u1', 'u2', 'u3']","['submitted', 'submitted', 'discarded']",test,0.9`,
      '8,nobody answered,,,,test,0.9',
    ].join('\n');
    assert.deepEqual(labelsIn('argilla', flat), [
      ['drop it', { debt: ['design'] }, 'u1'],
      ['drop it', { debt: ['none'] }, 'u2'],
    ]);
  });

  it('are read from the files that pandas writes for doccano: JSON with escaped slashes, CSV with joined labels', () => {
    const json =
      '[{"id":1,"text":"drop\\/it","page":3.0,"label":["a","b"],"Comments":[]},{"id":2,"text":"fine","page":null,"label":[],"Comments":["why?"]}]';
    const csv = 'id,text,page,label,Comments\n1,drop/it,3.0,a#b,\n2,fine,,,why?\n';
    for (const text of [json, csv]) {
      assert.deepEqual(labelsIn('doccano', text, 'debt'), [
        ['drop/it', { debt: ['a', 'b'] }, undefined],
        ['fine', { debt: [] }, undefined],
      ]);
    }
    const old = '{"id": 1, "data": "drop it", "label": ["a"]}\n';
    assert.deepEqual(labelsIn('doccano', old, 'debt'), [['drop it', { debt: ['a'] }, undefined]]);
  });

  it('are read from the CSV that Python writes for Label Studio: every text in quotes, CRLF, choices as JSON', () => {
    const csv = [
      '"debt","text","id","purpose","annotator","lead_time","created_at","annotation_id","updated_at"',
      '"design","it\'s ""odd"", drop\nit",1,"{""choices"": [""usage"", ""summary""]}","ada@example.org",1.5,"2026-03-09T22:16:08Z",2,"2026-03-09T22:16:08Z"',
      '',
    ].join('\r\n');
    assert.deepEqual(labelsIn('label-studio', csv), [
      ['it\'s "odd", drop\nit', { debt: ['design'], purpose: ['usage', 'summary'] }, 'ada@example.org'],
    ]);
  });

  it('are read from the CSV that datasets writes for Argilla: lists as NumPy prints them', () => {
    const csv = [
      'id,text,debt.responses,debt.responses.users,debt.responses.status,purpose.responses,purpose.responses.users,debt.suggestion,debt.suggestion.score',
      `7,drop it,['design' 'none'],['u1' 'u2'],['submitted' 'discarded'],"[array(['usage', 'summary'], dtype=object) array(['usage'], dtype=object)]",['u1' 'u2'],test,0.9`,
      `8,"it's ""odd""","[""won't fix"" 'none']",['u1' 'u3'],['submitted' 'draft'],"[array([], dtype=object)]",['u1'],,`,
      '9,nobody,,,,,,test,0.9',
    ].join('\n');
    assert.deepEqual(labelsIn('argilla', csv), [
      ['drop it', { debt: ['design'], purpose: ['usage', 'summary'] }, 'u1'],
      ['drop it', { purpose: ['usage'] }, 'u2'],
      ['it\'s "odd"', { debt: ["won't fix"], purpose: [] }, 'u1'],
    ]);
  });

  it('are read record by record: what is wrong is named and left out', () => {
    const { rows: all, problems } = read(
      'training',
      '{"text":"a","label":"x"}\nnonsense\n{"labels":["x"]}\n',
      'debt',
    );
    assert.deepEqual(
      [all.length, problems],
      [1, ['record 2: it is no JSON object', 'record 3: it has no "text"']],
    );
    assert.match(read('label-studio', '[{"data":').problems[0] ?? '', /begins like a JSON list/);
    assert.deepEqual(read('marginalia', ''), { rows: [], problems: [] });
  });

  it('need a task where a format knows only one and the rows are about several', () => {
    const row = { ...emptyRow('a', undefined), labels: { debt: ['none'], form: ['prose'] } };
    assert.deepEqual(needsTask([row], 'doccano'), ['debt', 'form']);
    assert.deepEqual(needsTask([row], 'argilla'), []);
    const options = { task: 'form', userId: undefined, container: undefined };
    assert.equal(writeLabels([row], 'training', options), '{"text":"a","labels":["prose"]}\n');
  });
});

describe('lists as Python prints them', () => {
  it('have commas or none, either quote, and others inside', () => {
    assert.deepEqual(parsePythonList(`['a', "b's"]`), ['a', "b's"]);
    assert.deepEqual(parsePythonList("['a' 'b\\'s' None nan 3.5]\n"), ['a', "b's", null, null, '3.5']);
    assert.deepEqual(parsePythonList("[array(['a', 'b'],\n      dtype=object)\n array([], dtype='<U1')]"), [
      ['a', 'b'],
      [],
    ]);
    assert.deepEqual(parsePythonList("['caf\\xe9 \\u4e2d\\n']"), ['café 中\n']);
    assert.deepEqual(parsePythonList('[]'), []);
    for (const none of ['[a', "['a", '[] and more', 'a', '', "[array('a']", '[(1, 2)]'])
      assert.equal(parsePythonList(none), undefined, none);
  });

  it('never fail, whatever a cell holds', () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePythonList(`[${text}`)));
  });
});

describe('CSV', () => {
  it('comes back as it went, whatever the cells hold', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"', ',', '\r\n', ' a ', ';', '"a,b"'),
    );
    const records = fc.array(fc.record({ a: cell, 'b "c"': cell, ',': cell }, { noNullPrototype: true }), {
      minLength: 1,
    });
    fc.assert(fc.property(records, (all) => assert.deepEqual(parseCsv(formatCsv(all)), all)));
  });

  it('is read as spreadsheets write it', () => {
    assert.deepEqual(parseCsv('\ufeffa;b\r\n1;"x; y"\r\n'), [{ a: '1', b: 'x; y' }]);
    assert.deepEqual(parseCsv('a,b\n1\n\n2,3,4\n5,'), [
      { a: '1', b: '' },
      { a: '2', b: '3' },
      { a: '5', b: '' },
    ]);
    assert.deepEqual(parseCsv(''), []);
  });
});
