// Everything that the process of a training has to tell is worded in each language that the editor speaks, and none of
// it names a flag of the command line.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type TrainingMessage,
  type TrainingMessageCode,
  type TrainingWording,
  trainingError,
  trainingWords,
  wordTraining,
} from '../../server/src/engine/trainingMessages.ts';
import { failureOf } from '../../server/src/engine/trainingRun.ts';
import { createFineTuneTexts } from '../../server/src/lsp/fineTune/fineTuneTexts.ts';
import { trainingWordsIn } from '../../server/src/lsp/fineTune/trainingWords.ts';

const codes = Object.keys(trainingWords) as TrainingMessageCode[];
const english = trainingWordsIn('en');
const chinese = trainingWordsIn('zh-cn');

describe('the words of a training', () => {
  for (const code of codes) {
    it(`say ${code} in English and in Chinese, with the same values`, () => {
      const [inEnglish, inChinese] = [read(english, code), read(chinese, code)];
      assert.match(inEnglish.sentence, /^[^\p{Script=Han}]+[.]$/u);
      assert.doesNotMatch(inEnglish.sentence, / --[a-z]/);
      assert.match(inChinese.sentence, /\p{Script=Han}.*。$/u);
      assert.doesNotMatch(inChinese.sentence, / --[a-z]/);
      assert.deepEqual(inChinese.used, inEnglish.used);
    });
  }

  it('have a code for every wording, and no other', () => {
    assert.ok(codes.length > 40);
    assert.deepEqual(Object.keys(chinese).sort(), [...codes].sort());
    assert.deepEqual(Object.keys(english).sort(), [...codes].sort());
  });

  it('reach the editor from an error that crossed the border of a process', () => {
    const failure = failureOf(trainingError('diskFull', { file: 'state.bin' }));
    const sent = JSON.parse(JSON.stringify(failure)) as typeof failure;
    assert.match(createFineTuneTexts('en').failure(sent), /state\.bin cannot be written\. The disk is full/);
    assert.match(createFineTuneTexts('zh-cn').failure(sent), /无法写入 state\.bin。磁盘已满/);
  });

  it('keep the place where something unforeseen happened for the log, not for the person', () => {
    const failure = failureOf(new RangeError('offset is out of bounds'));
    assert.match(failure.message, /trainingWords\.test\.ts/);
    assert.equal(
      createFineTuneTexts('zh-cn').failure(failure),
      '训练意外停止：offset is out of bounds。请选择“继续”：它会从最后保存的状态继续。如果再次停止，可能是内存不足：请关闭其他程序。',
    );
  });

  it('say something of a code that another version wrote', () => {
    const unknown = { code: 'ofTomorrow', values: {} } as unknown as TrainingMessage;
    assert.equal(wordTraining(unknown, english), undefined);
    assert.equal(createFineTuneTexts('zh-cn').note(unknown), 'ofTomorrow');
  });
});

/** A sentence with marks for values, and which values it used. */
function read(wording: TrainingWording, code: TrainingMessageCode): { sentence: string; used: string[] } {
  const used = new Set<string>();
  const values = new Proxy({} as Record<string, string>, {
    get: (_, key) => {
      used.add(String(key));
      return 7;
    },
  });
  const sentence = wordTraining({ code, values } as unknown as TrainingMessage, wording) ?? '';
  return { sentence, used: [...used].sort() };
}
