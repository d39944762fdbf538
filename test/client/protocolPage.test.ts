// Holds docs/PROTOCOL.md to the messages of protocol/: every message, its direction, and every field is described,
// and nothing is described that does not exist.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as fineTuneRequests from '../../protocol/fineTuneRequests.ts';
import * as labelRequests from '../../protocol/labelRequests.ts';
import * as documentRequests from '../../protocol/requests.ts';
import * as searchRequests from '../../protocol/searchRequests.ts';

const page = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');
const requests = { ...documentRequests, ...searchRequests, ...labelRequests, ...fineTuneRequests };
const source = ['requests.ts', 'searchRequests.ts', 'labelRequests.ts', 'fineTuneRequests.ts']
  .map((file) => readFileSync(new URL(`../../protocol/${file}`, import.meta.url), 'utf8'))
  .join('\n');

/** Interfaces whose fields the section of a message must describe. */
const messages: Readonly<Record<string, readonly string[]>> = {
  [requests.statusNotification]: ['StatusParams'],
  [requests.visibleDocumentsNotification]: ['VisibleDocumentsParams'],
  [requests.openSettingsNotification]: ['OpenSettingsParams'],
  [requests.labelFileRequest]: ['LabelFileParams', 'LabelFileResult', 'PassageSummary', 'LabelSummary'],
  [requests.summarizeFileRequest]: [
    'SummarizeFileParams',
    'SummarizeFileResult',
    'SummarySentence',
    'SummaryPhrase',
  ],
  [requests.searchRequest]: ['SearchParams', 'SearchResponse', 'FoundPassage'],
  [requests.askRequest]: ['AskParams', 'AskResponse', 'FoundAnswer'],
  [requests.similarRequest]: ['SimilarParams', 'SimilarResponse'],
  [requests.indexStatusNotification]: ['IndexStatusParams', 'FolderIndexStatus'],
  [requests.controlIndexRequest]: ['ControlIndexParams'],
  [requests.skippedFilesRequest]: ['SkippedFilesParams', 'SkippedFilesResponse', 'SkippedInFolder'],
  [requests.checkFilesRequest]: ['CheckFilesParams', 'CheckFilesResponse', 'FoundFinding'],
  [requests.labelChoicesRequest]: ['LabelChoicesParams', 'LabelChoicesResult', 'TaskChoice', 'LabelChoice'],
  [requests.setLabelsRequest]: ['SetLabelsParams', 'SetLabelsResult'],
  [requests.undoLabelsRequest]: ['UndoLabelsParams', 'UndoLabelsResult'],
  [requests.labelledFilesRequest]: ['LabelledFilesParams', 'LabelledFilesResult', 'LabelledFileSummary'],
  [requests.workspaceFilesRequest]: ['WorkspaceFilesResult'],
  [requests.labelTasksRequest]: ['LabelTasksResult', 'TaskSummary'],
  [requests.labelQueueRequest]: ['LabelQueueParams', 'LabelQueueResult', 'QueuedPassage'],
  [requests.labelSuggestionsRequest]: ['LabelSuggestionsParams', 'LabelSuggestionsResult', 'SuggestedLabel'],
  [requests.labelTextRequest]: ['LabelTextParams'],
  [requests.labelConflictsRequest]: ['LabelConflictsResult', 'LabelConflict', 'ConflictCandidate'],
  [requests.decideConflictRequest]: ['DecideConflictParams'],
  [requests.checkLabelsRequest]: ['CheckLabelsResult', 'DoubtfulLabel'],
  [requests.labelsChangedNotification]: ['LabelsChangedParams'],
  [requests.trainingDataRequest]: ['TrainingDataResponse', 'TrainableTask', 'FineTuneOptions'],
  [requests.estimateTrainingRequest]: ['EstimateTrainingParams', 'EstimateTrainingResponse'],
  [requests.estimateAdaptationRequest]: ['EstimateAdaptationResponse', 'EstimateTrainingResponse'],
  [requests.trainingStateNotification]: ['TrainingStateParams', 'Adaptation', 'AdaptationVerdict'],
  [requests.getTrainingRequest]: ['GetTrainingResponse'],
  [requests.controlTrainingRequest]: ['ControlTrainingParams', 'ControlTrainingResponse'],
  [requests.trainingResultRequest]: ['TrainingResultParams', 'TrainingResultResponse'],
  [requests.previewModelRequest]: ['PreviewModelParams', 'PreviewModelResponse'],
  [requests.previewProgressNotification]: ['PreviewProgressParams'],
  [requests.modelVersionsRequest]: ['ModelVersionsResponse', 'ModelVersion'],
  [requests.changeModelRequest]: ['ChangeModelParams', 'ChangeModelResponse'],
};

describe('docs/PROTOCOL.md', () => {
  it('has a section for each message of the code, and no other', () => {
    const described = [...page.matchAll(/^### `([^`]+)`$/gm)].map((match) => match[1]!);
    assert.deepEqual(described.sort(), Object.values(requests).sort());
    assert.deepEqual(described.sort(), Object.keys(messages).sort());
  });

  for (const [method, interfaces] of Object.entries(messages)) {
    it(`describes every field of ${method}`, () => {
      const section = sectionOf(`### \`${method}\``);
      for (const field of interfaces.flatMap(fieldsOf)) {
        assert.ok(section.includes(`\`${field}\``), `${method} says nothing about ${field}`);
      }
    });

    it(`says who sends ${method} to whom, as the code does`, () => {
      const kind = /^(Notification|Request), (server → client|client → server)\./m.exec(
        sectionOf(`### \`${method}\``),
      );
      assert.ok(kind, 'the first sentence names kind and direction');
      const constant = new RegExp(`export const \\w+(Notification|Request) = '${method}'`).exec(source);
      assert.equal(kind[1], constant?.[1]);
      // The doc comment that stands before the message's parameters.
      const before = source.slice(0, source.indexOf(`interface ${interfaces[0]}`));
      const comment = before.slice(before.lastIndexOf('/**')).toLowerCase();
      assert.ok(comment.includes(kind[2]!), `the comment of ${interfaces[0]} names the same direction`);
    });
  }

  it('describes the initialization options and the states', () => {
    const options = sectionOf('## Initialization options');
    for (const field of fieldsOf('InitializationOptions')) assert.ok(options.includes(`\`${field}\``), field);
    const states = /export type ServerState = ([^;]+);/.exec(source)![1]!.match(/\w+/g)!;
    const section = sectionOf(`### \`${requests.statusNotification}\``);
    for (const state of states) assert.ok(section.includes(`\`${state}\``), state);
  });
});

/** Text from a heading to the next heading of the same or a higher level. */
function sectionOf(heading: string): string {
  const start = page.indexOf(`${heading}\n`);
  assert.notEqual(start, -1, heading);
  const level = heading.indexOf(' ');
  const next = page.slice(start + heading.length).search(new RegExp(`^#{1,${level}} `, 'm'));
  return next < 0 ? page.slice(start) : page.slice(start, start + heading.length + next);
}

/** Names of the fields of an interface, those of objects written inside it included. */
function fieldsOf(name: string): string[] {
  const body = new RegExp(`interface ${name}(?: extends \\w+)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  assert.ok(body, `no interface ${name}`);
  return [...body.matchAll(/readonly (\w+)\??:/g)].map((match) => match[1]!);
}
