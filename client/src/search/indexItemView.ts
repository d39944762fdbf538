// What the status bar says about the index. In: the status of every folder and a translating function. Out: text
// and tooltip, or nothing where all is well. Pure.

import type { FolderIndexStatus, IndexStatusParams } from '../../../protocol/searchRequests.ts';
import type { Translate } from '../statusView.ts';

export interface IndexItemView {
  readonly text: string;
  readonly tooltip: string;
}

export function toIndexItemView(
  status: IndexStatusParams | undefined,
  t: Translate,
): IndexItemView | undefined {
  const folders = status?.folders ?? [];
  const sum = (of: (folder: FolderIndexStatus) => number) =>
    folders.reduce((total, folder) => total + of(folder), 0);
  const passages = sum((folder) => folder.passages);
  const embedded = sum((folder) => folder.embedded);
  const has = (state: FolderIndexStatus['state']) => folders.some((folder) => folder.state === state);
  const counts = `${embedded.toLocaleString()}/${passages.toLocaleString()}`;

  if (has('error')) {
    const message = folders.find((folder) => folder.state === 'error')?.message ?? '';
    return { text: '$(warning)', tooltip: t('Marginalia search does not work: {0}', message) };
  }
  if (has('reading')) {
    const text = passages.toLocaleString();
    return { text: `$(sync~spin) ${text}`, tooltip: t('Marginalia reads the workspace: {0} passages', text) };
  }
  if (has('embedding')) {
    const seconds = sum((folder) => folder.secondsLeft ?? 0);
    const tooltip = t('Marginalia reads for meaning: {0} of {1} passages', embedded, passages);
    const left = seconds > 0 ? ` ${t('About {0} min left.', Math.max(1, Math.round(seconds / 60)))}` : '';
    return { text: `$(sync~spin) ${counts}`, tooltip: tooltip + left };
  }
  if (has('paused')) {
    return {
      text: `$(debug-pause) ${counts}`,
      tooltip: t('Marginalia has paused reading: {0} of {1} passages', embedded, passages),
    };
  }
  return undefined;
}
