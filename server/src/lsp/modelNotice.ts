// Tells the user once that the model did not load, with what to do about it as buttons.

import type { Connection } from 'vscode-languageserver';
import { openSettingsNotification } from '../../../protocol/requests.ts';
import type { Texts } from './texts.ts';

export interface ModelNotice {
  readonly connection: Connection;
  readonly texts: Texts;
  readonly canOpenSettings: boolean;
  readonly retry: () => void;
}

/** Resolves when the user has answered or closed the message. */
export async function showModelNotice(notice: ModelNotice, reason: string): Promise<void> {
  const { connection, texts } = notice;
  const actions = [texts.retry, ...(notice.canOpenSettings ? [texts.openSettings] : [])];
  const chosen = await connection.window.showErrorMessage(
    texts.modelFailedNotice(reason),
    ...actions.map((title) => ({ title })),
  );
  if (chosen?.title === texts.retry) notice.retry();
  if (chosen?.title === texts.openSettings) {
    await connection.sendNotification(openSettingsNotification, { key: 'marginalia.model.path' });
  }
}
