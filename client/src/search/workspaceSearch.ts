// The requests about the whole workspace, with their types. In: the control of the server. Out: functions that ask.

import type * as vscode from 'vscode';
import {
  type AskParams,
  type AskResponse,
  askRequest,
  type CheckFilesParams,
  type CheckFilesResponse,
  type ControlIndexParams,
  checkFilesRequest,
  controlIndexRequest,
  type SearchParams,
  type SearchResponse,
  type SimilarParams,
  type SimilarResponse,
  type SkippedFilesResponse,
  searchRequest,
  similarRequest,
  skippedFilesRequest,
} from '../../../protocol/searchRequests.ts';
import type { ServerControl } from '../serverControl.ts';

export interface WorkspaceSearch {
  search(params: SearchParams, token: vscode.CancellationToken): Promise<SearchResponse>;
  ask(params: AskParams, token: vscode.CancellationToken): Promise<AskResponse>;
  similar(params: SimilarParams, token: vscode.CancellationToken): Promise<SimilarResponse>;
  checkFiles(params: CheckFilesParams, token: vscode.CancellationToken): Promise<CheckFilesResponse>;
  controlIndex(params: ControlIndexParams): Promise<void>;
  skippedFiles(): Promise<SkippedFilesResponse>;
}

/** As many as fit into a view; more are of no use, a narrower question is. */
export const resultCount = 100;

export function createWorkspaceSearch(control: Pick<ServerControl, 'request'>): WorkspaceSearch {
  return {
    search: (params, token) => control.request(searchRequest, params, token),
    ask: (params, token) => control.request(askRequest, params, token),
    similar: (params, token) => control.request(similarRequest, params, token),
    checkFiles: (params, token) => control.request(checkFilesRequest, params, token),
    controlIndex: (params) => control.request(controlIndexRequest, params),
    skippedFiles: () => control.request(skippedFilesRequest, {}),
  };
}
