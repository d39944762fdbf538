// Registers the requests with which people label, and lists of labels ask.

import type { Connection } from 'vscode-languageserver';
import {
  checkLabelsRequest,
  decideConflictRequest,
  labelChoicesRequest,
  labelConflictsRequest,
  labelledFilesRequest,
  labelQueueRequest,
  labelSuggestionsRequest,
  labelTasksRequest,
  labelTextRequest,
  setLabelsRequest,
  undoLabelsRequest,
  workspaceFilesRequest,
} from '../../../protocol/labelRequests.ts';
import { guardRequest } from './guard.ts';
import type { HandlerContext } from './handlers/context.ts';
import { createLabelChoicesHandler } from './handlers/labelChoices.ts';
import { createLabelledFilesHandler, createWorkspaceFilesHandler } from './handlers/labelLists.ts';
import { createLabelQueueHandler, createLabelTasksHandler } from './handlers/labelQueue.ts';
import {
  createCheckLabelsHandler,
  createDecideConflictHandler,
  createLabelConflictsHandler,
} from './handlers/labelReview.ts';
import { createLabelSuggestionsHandler } from './handlers/labelSuggestions.ts';
import {
  createLabelTextHandler,
  createSetLabelsHandler,
  createUndoLabelsHandler,
  type UndoStep,
} from './handlers/setLabels.ts';

export function registerLabelling(connection: Connection, context: HandlerContext): void {
  const { logger } = context.services;
  const undoSteps: UndoStep[] = [];
  connection.onRequest(
    labelChoicesRequest,
    guardRequest({ name: 'labelChoices', logger }, createLabelChoicesHandler(context)),
  );
  connection.onRequest(
    setLabelsRequest,
    guardRequest({ name: 'setLabels', logger }, createSetLabelsHandler(context, undoSteps)),
  );
  connection.onRequest(
    undoLabelsRequest,
    guardRequest({ name: 'undoLabels', logger }, createUndoLabelsHandler(context, undoSteps)),
  );
  connection.onRequest(
    labelledFilesRequest,
    guardRequest({ name: 'labelledFiles', logger }, createLabelledFilesHandler(context)),
  );
  connection.onRequest(
    workspaceFilesRequest,
    guardRequest(
      { name: 'workspaceFiles', logger },
      createWorkspaceFilesHandler(context, () => context.team.stores.all().map(({ folderUri }) => folderUri)),
    ),
  );
  connection.onRequest(
    labelTasksRequest,
    guardRequest({ name: 'labelTasks', logger }, createLabelTasksHandler(context)),
  );
  connection.onRequest(
    labelQueueRequest,
    guardRequest({ name: 'labelQueue', logger }, createLabelQueueHandler(context)),
  );
  connection.onRequest(
    labelSuggestionsRequest,
    guardRequest({ name: 'labelSuggestions', logger }, createLabelSuggestionsHandler(context)),
  );
  connection.onRequest(
    labelTextRequest,
    guardRequest({ name: 'labelText', logger }, createLabelTextHandler(context, undoSteps)),
  );
  connection.onRequest(
    labelConflictsRequest,
    guardRequest({ name: 'labelConflicts', logger }, createLabelConflictsHandler(context)),
  );
  connection.onRequest(
    decideConflictRequest,
    guardRequest({ name: 'decideConflict', logger }, createDecideConflictHandler(context)),
  );
  connection.onRequest(
    checkLabelsRequest,
    guardRequest({ name: 'checkLabels', logger }, createCheckLabelsHandler(context)),
  );
}
