// What every handler works with: the open documents, their analysis, the settings and the engine.

import type { Settings } from '../../../../protocol/settings.ts';
import type { Priority, WorkOptions } from '../../engine/engine.ts';
import type { TaskSet } from '../../engine/labels/task.ts';
import type { DocumentAnalysis } from '../documentAnalysis.ts';
import type { OpenDocument, OpenDocuments } from '../documents.ts';
import type { EngineHolder } from '../engineHolder.ts';
import { StaleDocumentError } from '../guard.ts';
import type { ResourceSettings } from '../resourceSettings.ts';
import type { ServerServices } from '../services.ts';
import type { TeamLabels } from '../teamLabels.ts';
import type { Texts } from '../texts.ts';
import type { WorkspaceIndexes } from '../workspaceIndexes.ts';

export interface HandlerContext {
  readonly documents: OpenDocuments;
  readonly settings: ResourceSettings;
  readonly holder: EngineHolder;
  readonly analysis: DocumentAnalysis;
  readonly indexes: WorkspaceIndexes;
  readonly services: ServerServices;
  readonly texts: Texts;
  readonly team: TeamLabels;
  /** The client makes files that an edit wants. */
  readonly createsFiles: boolean;
  /** The client has our commands for labelling. */
  readonly canLabel: boolean;
  /** Labels of these folders changed: whatever shows them asks again. */
  labelsChanged(folderUris: readonly string[]): void;
  /** Documents in visible editors go first. */
  priorityOf(uri: string): Priority;
  /** Starts the engine where a document needs it and nobody started it yet. */
  ensureEngine(): Promise<void>;
}

/** Why the server leaves a document alone, or undefined where it reads it. */
export function reasonToSkip(document: OpenDocument, settings: Settings, texts: Texts): string | undefined {
  if (!settings.enable) return texts.switchedOff;
  const sizeKB = Math.ceil(document.source.text.length / 1024);
  const limitKB = settings.files.maxSizeKB;
  return sizeKB > limitKB ? texts.tooLarge(sizeKB, limitKB) : undefined;
}

/** What the workspace folder of a document says about leaving it or some findings out. */
export async function readIgnore(
  { services, team }: HandlerContext,
  uri: string,
): ReturnType<ServerServices['readIgnore']> {
  const folder = team.stores.of(uri);
  return folder ? await services.readIgnore(folder.folderUri, uri) : { isIgnored: false, silenced: [] };
}

/** Called after each wait: an answer about an older version would be drawn in the wrong places. */
export function requireCurrent(context: HandlerContext, document: OpenDocument): void {
  if (context.documents.get(document.uri) !== document) throw new StaleDocumentError(document.uri);
}

/** A model that cannot be read at the depth of the settings is read at its own: labels matter more than speed. */
export function toWorkOptions(settings: Settings, tasks: TaskSet, priority: Priority): WorkOptions {
  const { depth } = settings.model;
  return depth === 'auto' || (depth !== undefined && tasks.depths.includes(depth))
    ? { priority, depth }
    : { priority };
}
