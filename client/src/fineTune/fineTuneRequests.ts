// The requests about labels, trainings and models, with their types. In: the control of the server. Out: functions
// that ask.

import type * as vscode from 'vscode';
import {
  type ChangeModelParams,
  type ChangeModelResponse,
  type ControlTrainingParams,
  type ControlTrainingResponse,
  changeModelRequest,
  controlTrainingRequest,
  type EstimateAdaptationResponse,
  type EstimateTrainingParams,
  type EstimateTrainingResponse,
  estimateAdaptationRequest,
  estimateTrainingRequest,
  type GetTrainingResponse,
  getTrainingRequest,
  type ModelVersionsResponse,
  modelVersionsRequest,
  type PreviewModelParams,
  type PreviewModelResponse,
  type PreviewProgressParams,
  previewModelRequest,
  type TrainingDataResponse,
  type TrainingResultParams,
  type TrainingResultResponse,
  type TrainingStateParams,
  trainingDataRequest,
  trainingResultRequest,
} from '../../../protocol/fineTuneRequests.ts';
import type { ServerControl } from '../serverControl.ts';

export interface FineTuning {
  data(): Promise<TrainingDataResponse>;
  training(): Promise<TrainingStateParams>;
  control(params: ControlTrainingParams): Promise<ControlTrainingResponse>;
  estimate(
    params: EstimateTrainingParams,
    token: vscode.CancellationToken,
  ): Promise<EstimateTrainingResponse>;
  estimateAdaptation(token: vscode.CancellationToken): Promise<EstimateAdaptationResponse>;
  result(params: TrainingResultParams): Promise<TrainingResultResponse>;
  preview(params: PreviewModelParams, token: vscode.CancellationToken): Promise<PreviewModelResponse>;
  versions(): Promise<ModelVersionsResponse>;
  change(params: ChangeModelParams): Promise<ChangeModelResponse>;
  readonly onTrainingState: vscode.Event<TrainingStateParams>;
  readonly onPreviewProgress: vscode.Event<PreviewProgressParams>;
  readonly onLabelsChanged: vscode.Event<readonly string[]>;
  readonly onStarted: vscode.Event<void>;
}

export function createFineTuning(control: ServerControl): FineTuning {
  const { onTrainingState, onPreviewProgress, onLabelsChanged, onStarted } = control;
  return {
    data: () => control.request(trainingDataRequest, {}),
    training: async () => {
      const { training } = await control.request<object, GetTrainingResponse>(getTrainingRequest, {});
      return training;
    },
    control: (params) => control.request(controlTrainingRequest, params),
    estimate: (params, token) => control.request(estimateTrainingRequest, params, token),
    estimateAdaptation: (token) => control.request(estimateAdaptationRequest, {}, token),
    result: (params) => control.request(trainingResultRequest, params),
    preview: (params, token) => control.request(previewModelRequest, params, token),
    versions: () => control.request(modelVersionsRequest, {}),
    change: (params) => control.request(changeModelRequest, params),
    onTrainingState,
    onPreviewProgress,
    onLabelsChanged,
    onStarted,
  };
}
