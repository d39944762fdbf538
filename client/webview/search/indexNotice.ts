// What the view says about the index. In: the status of every folder. Out: one sentence, what can be done about
// it, and how far the reading is. Nothing that works is announced.

import type { FolderIndexStatus, IndexStatusParams } from '../../../protocol/searchRequests.ts';
import type { SearchViewAction, SearchViewTexts } from '../../../protocol/searchViewMessages.ts';
import { fillText } from '../fillText.ts';

export interface IndexNotice {
  readonly text: string;
  readonly actions: readonly { readonly title: string; readonly action: SearchViewAction }[];
  /** 0 to 1; undefined where it cannot be told or nothing is going on. */
  readonly progress: number | undefined;
  /** There is nothing to search: the notice stands where the results would. */
  readonly isBlocking: boolean;
  readonly isError: boolean;
}

export function toIndexNotice(status: IndexStatusParams | undefined, texts: SearchViewTexts): IndexNotice {
  if (!status) return { ...quiet, text: texts.notRunning, isBlocking: true };
  if (status.folders.length === 0) return noIndex(status, texts);
  const broken = status.folders.find((folder) => folder.state === 'error');
  if (broken) {
    return {
      ...quiet,
      text: fillText(texts.indexError, broken.message ?? broken.name),
      actions: [
        { title: texts.rebuild, action: 'rebuildIndex' },
        { title: texts.showLog, action: 'showLog' },
      ],
      isBlocking: status.folders.every((folder) => folder.state === 'error'),
      isError: true,
    };
  }
  const total = addUp(status.folders);
  const state = stateOfAll(status.folders);
  switch (state) {
    case 'opening':
      return { ...quiet, text: texts.opening, isBlocking: true };
    case 'reading':
      return { ...quiet, text: fillText(texts.indexReading, total.files, total.passages) };
    case 'paused':
      return {
        ...quiet,
        text: fillText(texts.indexPaused, total.embedded, total.passages),
        actions: [{ title: texts.resume, action: 'resumeIndex' }],
        progress: total.embedded / Math.max(1, total.passages),
      };
    case 'embedding': {
      const left = timeLeft(total.secondsLeft, texts);
      return {
        ...quiet,
        text:
          fillText(texts.indexEmbedding, total.embedded, total.passages) + (left === '' ? '' : ` ${left}`),
        actions: [{ title: texts.pause, action: 'pauseIndex' }],
        progress: total.embedded / Math.max(1, total.passages),
      };
    }
    default: {
      const skipped = total.skipped;
      return {
        ...quiet,
        text:
          total.passages === 0 ? texts.indexEmpty : fillText(texts.indexReady, total.passages, total.files),
        actions:
          skipped > 0 ? [{ title: fillText(texts.skippedFiles, skipped), action: 'showSkippedFiles' }] : [],
      };
    }
  }
}

const quiet: IndexNotice = {
  text: '',
  actions: [],
  progress: undefined,
  isBlocking: false,
  isError: false,
};

function noIndex({ reason }: IndexStatusParams, texts: SearchViewTexts): IndexNotice {
  const blocking = { ...quiet, isBlocking: true };
  switch (reason) {
    case 'virtualFolder':
      return { ...blocking, text: texts.virtualFolder };
    case 'switchedOff':
      return {
        ...blocking,
        text: texts.switchedOff,
        actions: [{ title: texts.openSettings, action: 'openSettings' }],
      };
    case 'notSupported':
      return { ...blocking, text: texts.notSupported };
    default:
      return {
        ...blocking,
        text: texts.noFolder,
        actions: [{ title: texts.openFolder, action: 'openFolder' }],
      };
  }
}

/** What goes on in any folder goes on in the window. */
function stateOfAll(folders: readonly FolderIndexStatus[]): FolderIndexStatus['state'] {
  const order: readonly FolderIndexStatus['state'][] = ['reading', 'embedding', 'paused', 'ready', 'empty'];
  return order.find((state) => folders.some((folder) => folder.state === state)) ?? 'opening';
}

function addUp(folders: readonly FolderIndexStatus[]) {
  const sum = (of: (folder: FolderIndexStatus) => number) =>
    folders.reduce((total, folder) => total + of(folder), 0);
  const left = folders.flatMap(({ secondsLeft }) => (secondsLeft === undefined ? [] : [secondsLeft]));
  return {
    files: sum((folder) => folder.files),
    passages: sum((folder) => folder.passages),
    embedded: sum((folder) => folder.embedded),
    skipped: sum((folder) => Object.values(folder.skipped).reduce((total, count) => total + count, 0)),
    secondsLeft: left.length > 0 ? left.reduce((total, seconds) => total + seconds, 0) : undefined,
  };
}

function timeLeft(seconds: number | undefined, texts: SearchViewTexts): string {
  if (seconds === undefined) return '';
  return seconds < 90
    ? fillText(texts.secondsLeft, Math.max(1, Math.round(seconds)))
    : fillText(texts.minutesLeft, Math.round(seconds / 60));
}
