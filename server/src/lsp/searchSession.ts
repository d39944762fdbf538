// Search of one client's session: which folders have an index, from the client's folders and settings, and the
// client's knowledge of how far they are. In: folders come and go, settings change, files change on disk.
// Out: the indexes that handlers ask.

import type { Connection } from 'vscode-languageserver';
import { indexStatusNotification, type NoIndexReason } from '../../../protocol/searchRequests.ts';
import type { Engine } from '../engine/engine.ts';
import type { ClientAbilities } from './clientAbilities.ts';
import { guardNotification } from './guard.ts';
import type { ResourceSettings } from './resourceSettings.ts';
import type { ServerServices } from './services.ts';
import { createStatusNotifier } from './statusNotifier.ts';
import { createWorkspaceIndexes, type WorkspaceFolder, type WorkspaceIndexes } from './workspaceIndexes.ts';

export interface SearchSession {
  readonly indexes: WorkspaceIndexes;
  /** Every folder on disk, searched or not. */
  readonly folders: readonly string[];
  /** Opens and closes indexes as the settings of each folder want it. */
  applySettings(): Promise<void>;
  changeFolders(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): Promise<void>;
  /** Another model makes other vectors; the first one of a session changes nothing. */
  useModel(fingerprint: string): void;
  dispose(): Promise<void>;
}

export interface SearchSessionOptions {
  readonly connection: Connection;
  readonly client: ClientAbilities;
  readonly services: ServerServices;
  readonly settings: ResourceSettings;
  /** Resolves when the model is ready, rejects when it did not load. */
  readonly engine: () => Promise<Engine>;
}

export function createSearchSession(options: SearchSessionOptions): SearchSession {
  const { connection, services, settings, client } = options;
  const { openIndex, logger, clock } = services;
  let folders: readonly WorkspaceFolder[] = client.folders;
  let fingerprint: string | undefined;
  let pauseOnBattery = false;

  const indexes: WorkspaceIndexes = createWorkspaceIndexes({
    openIndex: async (request) => {
      if (!openIndex) throw new Error('This server keeps no index.');
      return await openIndex({ ...request, pauseOnBattery, engine: options.engine });
    },
    storageFolder: client.options.storageFolder,
    clock,
    logger,
    onChange: () => status.update(),
  });
  const status = createStatusNotifier({
    clock,
    read: () => indexes.status,
    send: (params) =>
      void guardNotification('index status', logger, () =>
        connection.sendNotification(indexStatusNotification, params),
      )(undefined),
  });

  const applySettings = async (): Promise<void> => {
    const onDisk = folders.filter(isOnDisk);
    const wanted: WorkspaceFolder[] = [];
    const pausedBefore = pauseOnBattery;
    for (const folder of openIndex ? onDisk : []) {
      const { enable, search } = await settings.get(folder.uri);
      pauseOnBattery = search.pauseOnBattery;
      if (enable && search.enable) wanted.push(folder);
    }
    // An index learns it when it is opened.
    if (pauseOnBattery !== pausedBefore && indexes.open.length > 0) indexes.reopen();
    indexes.setFolders(wanted, reasonForNone(folders, onDisk, openIndex !== undefined));
  };

  return {
    indexes,
    get folders() {
      return folders.filter(isOnDisk).map((folder) => folder.uri);
    },
    applySettings,
    async changeFolders(added, removed) {
      const kept = folders.filter((folder) => !removed.some((one) => one.uri === folder.uri));
      folders = [...kept, ...added];
      await applySettings();
    },
    useModel(next) {
      if (fingerprint !== undefined && fingerprint !== next) indexes.reopen();
      fingerprint = next;
    },
    async dispose() {
      status.dispose();
      await indexes.dispose();
    },
  };
}

/** Virtual workspaces have no files that we could read. */
function isOnDisk({ uri }: WorkspaceFolder): boolean {
  return uri.startsWith('file:');
}

function reasonForNone(
  folders: readonly WorkspaceFolder[],
  onDisk: readonly WorkspaceFolder[],
  isSupported: boolean,
): NoIndexReason {
  if (folders.length === 0) return 'noFolder';
  if (onDisk.length === 0) return 'virtualFolder';
  return isSupported ? 'switchedOff' : 'notSupported';
}
