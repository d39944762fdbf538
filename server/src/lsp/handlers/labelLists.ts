// Answers `marginalia/labelledFiles` and `marginalia/workspaceFiles`: what a list of labels shows of files that need
// not be open. The client asks for a few files at a time, so it can show what it has, and stop.

import type { CancellationToken } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type {
  LabelledFileSummary,
  LabelledFilesParams,
  LabelledFilesResult,
  WorkspaceFilesResult,
} from '../../../../protocol/labelRequests.ts';
import { throwIfCancelled } from '../../engine/cancellation.ts';
import { fromToken } from '../fromProto.ts';
import { readLabelledFile, requireModel } from '../labelledFile.ts';
import { toPassageSummary } from '../toProto.ts';
import { isBelow } from '../uriPaths.ts';
import type { HandlerContext } from './context.ts';

/** More files than anybody can look through; the rest is told as a number. */
const mostFiles = 5000;

export function createLabelledFilesHandler(context: HandlerContext) {
  return async ({ uris }: LabelledFilesParams, token: CancellationToken): Promise<LabelledFilesResult> => {
    const cancellation = fromToken(token);
    const tasks = await requireModel(context, cancellation);
    const files: LabelledFileSummary[] = [];
    for (const uri of uris) {
      throwIfCancelled(cancellation);
      // Only what the user has opened, as a file or in a folder.
      const isOurs = context.documents.get(uri) !== undefined || isInFolder(context, uri);
      const read = isOurs
        ? await readLabelledFile(context, uri, tasks, cancellation)
        : { problem: context.texts.documentNotOpen };
      if ('problem' in read) files.push({ uri, passages: [], message: read.problem });
      else {
        const proto = { lines: read.lines, texts: context.texts, tasks };
        const passages = read.labelled.map((one) => toPassageSummary(one, proto));
        files.push({ uri, passages, message: undefined });
      }
    }
    return { files };
  };
}

export function createWorkspaceFilesHandler(context: HandlerContext, folders: () => readonly string[]) {
  return async (_params: object, token: CancellationToken): Promise<WorkspaceFilesResult> => {
    const { listFiles, files } = context.services;
    const uris: string[] = [];
    let left = 0;
    for (const folder of listFiles ? folders() : []) {
      for (const file of await listFiles!(URI.parse(folder).fsPath, fromToken(token))) {
        // Places in a notebook's file are none in the notebook that the editor shows.
        if (files?.languageOf(file) === undefined || file.endsWith('.ipynb')) continue;
        if (uris.length < mostFiles) uris.push(URI.file(file).toString());
        else left++;
      }
    }
    return { uris, left };
  };
}

function isInFolder(context: HandlerContext, uri: string): boolean {
  return context.team.stores.all().some(({ folderUri }) => isBelow(folderUri, uri));
}
