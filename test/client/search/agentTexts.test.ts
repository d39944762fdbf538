// What a language model reads of our tools' answers.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type AgentHit,
  askText,
  checkText,
  searchText,
  stillReadingText,
} from '../../../protocol/agentTexts.ts';
import type { NoAnswerReason } from '../../../protocol/searchRequests.ts';

const hit: AgentHit = {
  file: 'src/retry.ts',
  line: 12,
  endLine: 14,
  kind: 'doc',
  symbol: 'retry',
  labels: ['rationale'],
  isDeprecated: false,
  text: 'Waits longer after each failure.\nNever gives up.',
};

describe('texts for coding agents', () => {
  it('of a search give place, kind, symbol, labels and the whole text', () => {
    assert.equal(
      searchText({ hits: [hit, { ...hit, endLine: 12, symbol: undefined, labels: [] }], problems: [] }),
      'src/retry.ts:12-14 (doc, documents retry) [rationale]\nWaits longer after each failure.\nNever gives up.\n\n' +
        'src/retry.ts:12 (doc)\nWaits longer after each failure.\nNever gives up.',
    );
  });

  it('of an empty search say so, after what was wrong with the query', () => {
    assert.equal(
      searchText({ hits: [], problems: ['There is no filter "x:".'] }),
      'There is no filter "x:".\n\nNo comment or documentation matches.',
    );
  });

  it('of an answer quote the sentence with its place and how sure it is', () => {
    const answer = {
      answer: 'longer',
      sentence: 'Waits longer\nafter each failure.',
      confidence: 0.8312,
      line: 13,
      passage: hit,
    };
    assert.equal(
      askText({ answer, none: undefined, read: [hit], problem: undefined }),
      'longer\nFrom src/retry.ts:13 (confidence 0.83): "Waits longer after each failure." [rationale]',
    );
  });

  it('of an answer that is the whole sentence say it once', () => {
    const answer = { answer: 'It waits.', sentence: 'It waits.', confidence: 0.7, line: 12, passage: hit };
    assert.equal(
      askText({ answer, none: undefined, read: [], problem: undefined }),
      'It waits.\nFrom src/retry.ts:12 (confidence 0.70) [rationale]',
    );
  });

  it('of what is deprecated say so, in hits and in answers', () => {
    const old = { ...hit, isDeprecated: true };
    assert.match(
      searchText({ hits: [old], problems: [] }),
      /\[rationale\] \(what it documents is deprecated\)/,
    );
    const answer = { answer: 'longer', sentence: 'Waits longer.', confidence: 1, line: 12, passage: old };
    assert.match(askText({ answer, none: undefined, read: [], problem: undefined }), /is deprecated\)$/);
  });

  it('of no answer say why and show what is nearest', () => {
    const ask = (none: NoAnswerReason, read = [hit]) =>
      askText({ answer: undefined, none, read, problem: undefined });
    assert.match(
      ask({ unknownWords: ['France', 'capital'], surest: 0.1, needed: 0.5 }),
      /^No answer\. Nothing here mentions: France, capital\.\n\nNearest passages:\n\nsrc/,
    );
    assert.equal(
      ask({ unknownWords: [], surest: 0.312, needed: 0.5 }, []),
      'No answer. The best sentence is only 31 % sure; an answer needs 50 %.',
    );
    assert.equal(
      ask({ unknownWords: [], surest: undefined, needed: 0.5 }, []),
      'No answer. Nothing here has the words of the question.',
    );
    assert.equal(
      askText({ answer: undefined, none: undefined, read: [], problem: 'The index is broken.' }),
      'The index is broken.',
    );
  });

  it('of a check are one line per finding, long comments cut', () => {
    const finding = {
      file: 'a.ts',
      line: 3,
      code: 'debt',
      level: 'information',
      confidence: 0.9,
      message: 'A message.',
      text: `TODO ${'x'.repeat(400)}`,
    };
    const lines = checkText({
      findings: [finding],
      checkedFiles: 1,
      checkedPassages: 7,
      problems: ['b: gone'],
    }).split('\n');
    assert.equal(lines[0], '1 found in 7 comments of 1 files.');
    assert.equal(lines[1], 'b: gone');
    assert.match(lines[2]!, /^a\.ts:3 information debt \(confidence 0\.90\): TODO x+…$/);
    assert.ok(lines[2]!.length < 400);
  });

  it('what the model has not read yet is told, and nothing where all is read or nobody reads', () => {
    const status = { state: 'embedding', embedded: 3, passages: 96 };
    assert.match(stillReadingText(status) ?? '', /had read 3 of 96 passages/);
    assert.equal(stillReadingText({ ...status, embedded: 96 }), undefined);
    assert.equal(stillReadingText({ ...status, state: 'ready' }), undefined);
  });

  it('the labels of a passage are told with an answer, whatever they are: stale is one like any other', () => {
    const passage = { ...hit, labels: ['stale'], isDeprecated: false };
    const answer = { answer: 'A.', sentence: 'A.', confidence: 0.8, line: 4, passage };
    assert.match(askText({ answer, none: undefined, read: [], problem: undefined }), /\[stale\]$/);
    assert.match(searchText({ hits: [passage], problems: [] }), /\[stale\]/);
  });
});
