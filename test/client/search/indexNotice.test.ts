// What the view and the status bar say about the index in each of its states.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toIndexItemView } from '../../../client/src/search/indexItemView.ts';
import { searchViewTexts } from '../../../client/src/search/searchViewTexts.ts';
import { skippedFilesText } from '../../../client/src/search/skippedFilesText.ts';
import { toIndexNotice } from '../../../client/webview/search/indexNotice.ts';
import type { FolderIndexStatus, IndexStatusParams } from '../../../protocol/searchRequests.ts';

const translate = (message: string, ...values: (string | number)[]) =>
  values.length === 0
    ? message
    : message.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)] ?? `{${index}}`));
const texts = searchViewTexts(translate);

describe('the notice about the index', () => {
  it('blocks the view where there is nothing to search, with what to do', () => {
    const reasons = ['noFolder', 'virtualFolder', 'switchedOff', 'notSupported'] as const;
    for (const reason of reasons) {
      const notice = toIndexNotice({ folders: [], reason }, texts);
      assert.equal(notice.isBlocking, true, reason);
      assert.notEqual(notice.text, '', reason);
    }
    assert.deepEqual(toIndexNotice({ folders: [], reason: 'noFolder' }, texts).actions, [
      { title: 'Open Folder', action: 'openFolder' },
    ]);
    assert.equal(toIndexNotice(undefined, texts).isBlocking, true);
  });

  it('counts over all folders while it is read, and does not keep anybody from searching', () => {
    const notice = toIndexNotice(
      status(
        { state: 'embedding', passages: 300, embedded: 100, secondsLeft: 60 },
        { passages: 100, embedded: 100 },
      ),
      texts,
    );
    assert.equal(
      notice.text,
      'Search by words is complete. Read for meaning: 200 of 400 passages. About 60 s left.',
    );
    assert.equal(notice.progress, 0.5);
    assert.equal(notice.isBlocking, false);
    assert.deepEqual(notice.actions, [{ title: 'Pause', action: 'pauseIndex' }]);
  });

  it('offers to resume what was paused and to rebuild what is broken', () => {
    assert.equal(toIndexNotice(status({ state: 'paused' }), texts).actions[0]?.action, 'resumeIndex');
    const broken = toIndexNotice(status({ state: 'error', message: 'The disk is full.' }, {}), texts);
    assert.equal(broken.text, 'The index does not work: The disk is full.');
    assert.equal(broken.actions[0]?.action, 'rebuildIndex');
    assert.equal(broken.isBlocking, false);
    assert.equal(toIndexNotice(status({ state: 'error' }), texts).isBlocking, true);
  });

  it('of a complete index names what was left out', () => {
    const notice = toIndexNotice(status({ skipped: { binary: 2, ignored: 3 } }), texts);
    assert.equal(notice.text, '10 passages in 3 files.');
    assert.deepEqual(notice.actions, [{ title: '5 left out', action: 'showSkippedFiles' }]);
    assert.equal(toIndexNotice(status({ passages: 0 }), texts).text, texts.indexEmpty);
  });
});

describe('the index in the status bar', () => {
  it('shows n of m while it is read and nothing when all is well', () => {
    const read = { passages: 12_000, embedded: 3_000 };
    assert.equal(
      toIndexItemView(status({ state: 'embedding', ...read }), translate)?.text,
      '$(sync~spin) 3,000/12,000',
    );
    assert.equal(
      toIndexItemView(status({ state: 'paused', ...read }), translate)?.text,
      '$(debug-pause) 3,000/12,000',
    );
    assert.match(
      toIndexItemView(status({ state: 'error', message: 'Full.' }), translate)?.tooltip ?? '',
      /Full\./,
    );
    assert.equal(toIndexItemView(status({}), translate), undefined);
    assert.equal(toIndexItemView(undefined, translate), undefined);
  });
});

describe('the list of files left out', () => {
  it('goes by folder and reason, most files first, and shows unknown reasons by name', () => {
    const file = (name: string, reason: string, detail = '') => ({ file: name, reason, detail });
    const text = skippedFilesText(
      {
        folders: [
          {
            root: 'file:///harbour',
            name: 'work',
            files: [file('a.png', 'binary'), file('b', 'novel', 'why'), file('c.png', 'binary')],
          },
        ],
      },
      translate,
    );
    assert.equal(text, 'work: 3 files left out\n\nNot text (2)\n  a.png\n  c.png\n\nnovel (1)\n  b — why\n');
    assert.equal(skippedFilesText({ folders: [] }, translate), 'No file was left out.');
  });
});

function status(...folders: readonly Partial<FolderIndexStatus>[]): IndexStatusParams {
  return {
    reason: undefined,
    folders: folders.map((folder) => ({
      root: 'file:///harbour',
      name: 'work',
      state: 'ready',
      files: 3,
      passages: 10,
      embedded: 10,
      secondsLeft: undefined,
      skipped: {},
      sizeBytes: 1,
      message: undefined,
      ...folder,
    })),
  };
}
