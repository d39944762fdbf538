// The connection to an index that a team shares: asked for once, kept in the editor's secret storage, handed to the
// server in its environment. Never a setting: a workspace could name a database of its own there and be sent everything.

import * as vscode from 'vscode';
import type { ServerControl } from '../serverControl.ts';

export interface TeamIndex {
  /** What the server finds in its environment. */
  environment(): Promise<Readonly<Record<string, string>>>;
  connect(control: ServerControl): Promise<void>;
  disconnect(control: ServerControl): Promise<void>;
}

const secretKey = 'marginalia.teamIndex';
const variable = 'MARGINALIA_TEAM_INDEX';

export function createTeamIndex(secrets: vscode.SecretStorage): TeamIndex {
  return {
    async environment() {
      const value = await secrets.get(secretKey);
      return value === undefined ? {} : { [variable]: value };
    },
    async connect(control) {
      const value = await vscode.window.showInputBox({
        title: vscode.l10n.t('Connect Team Index'),
        prompt: vscode.l10n.t(
          'Connection string of a PostgreSQL database with pgvector. It is kept in the secret storage of the editor; the texts of your comments are stored in that database.',
        ),
        placeHolder: 'postgres://user:password@host:5432/database',
        password: true,
        ignoreFocusOut: true,
        validateInput: (text) =>
          isConnectionString(text)
            ? undefined
            : vscode.l10n.t('A connection string begins with postgres:// and names a host.'),
      });
      if (value === undefined) return;
      await secrets.store(secretKey, value.trim());
      await control.restart();
    },
    async disconnect(control) {
      if ((await secrets.get(secretKey)) === undefined) {
        void vscode.window.showInformationMessage(vscode.l10n.t('No team index is connected.'));
        return;
      }
      await secrets.delete(secretKey);
      await control.restart();
    },
  };
}

function isConnectionString(text: string): boolean {
  return /^postgres(ql)?:\/\/[^\s/]+/.test(text.trim());
}
