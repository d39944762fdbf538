import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { kindOfQuestion } from '../../../../server/src/engine/index/sentences/questionKinds.ts';

function check(question: string, kind: string | undefined, given = '', missing = ''): void {
  const found = kindOfQuestion(question);
  assert.equal(found?.name, kind, question);
  if (given !== '') assert.match(given, found!.given);
  if (missing !== '') assert.doesNotMatch(missing, found!.given);
}

describe('what a question asks for', () => {
  it('is told by its words, and so is a sentence that gives it', () => {
    check('Why are uploads retried?', 'reason', 'The link drops, so that …', 'Uploads have a name.');
    check('How many times is it retried?', 'amount', 'Retried three times.', 'Retried again and again.');
    check('How often does the gauge send?', 'amount', 'It sends every minute.', 'It sends a reading.');
    check('Who owns the ledger?', 'person', 'The ledger belongs to Ann Lee.', 'the ledger is old.');
    check('When is the cache cleared?', 'time', 'Cleared when the tide turns.', 'The cache holds charts.');
    check('Where are charts kept?', 'place', 'They lie in charts/local.', 'They stay.');
    check('What does `open` return?', 'result', '@return the port', 'Opens a port.');
    check('When does open throw Closed?', 'failure', '@throws Closed if it is closed', 'Opens it.');
    check('Why do I get PortError?', 'failure', 'Raises PortError when it is full.', 'A PortError.');
    check('Is the table exact?', 'decision', 'Yes, on every machine.', 'The table is exact.');
    check('What is a berth?', 'meaning', 'A berth is a place for one ship.', 'Berths have numbers.');
    check('How do I open a port?', 'way', 'Call open with its name.', 'Ports open.');
  });

  it('is told in Chinese, too', () => {
    check('为什么要重试上传？', 'reason', '因为链接会断开。', '上传很慢。');
    check('什么时候清空缓存？', 'time', '涨潮之后清空。', '缓存保存图表。');
    check('重试多少次？', 'amount', '最多重试 3 次。', '会重试。');
  });

  it('is nothing in particular for others', () => {
    check('Which berth is free?', undefined);
    check('berth allocation', undefined);
  });
});
