// Joins the requests of protocol/fineTuneRequests.ts with the session that answers them. People wait for all of them,
// so failures reach them.

import type { Connection } from 'vscode-languageserver';
import {
  type ChangeModelParams,
  type ChangeModelResponse,
  type ControlTrainingParams,
  type ControlTrainingResponse,
  changeModelRequest,
  controlTrainingRequest,
  type EstimateAdaptationParams,
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
  previewModelRequest,
  type TrainingResultParams,
  type TrainingResultResponse,
  trainingDataRequest,
  trainingResultRequest,
} from '../../../../protocol/fineTuneRequests.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Logger } from '../../engine/log.ts';
import { fromToken } from '../fromProto.ts';
import { guardRequest, type RequestHandler } from '../guard.ts';
import type { FineTuneParts, FineTuneSession } from './fineTuneSession.ts';
import { noTraining } from './trainingSnapshot.ts';

export function registerFineTune(connection: Connection, session: FineTuneSession, logger: Logger): void {
  const answer = <P, R>(method: string, handler: RequestHandler<P, R>): void => {
    const name = method.slice(method.indexOf('/') + 1);
    const guarded: RequestHandler<P, unknown> = guardRequest({ name, logger }, handler);
    connection.onRequest(method, guarded);
  };
  const required = async (): Promise<FineTuneParts> => {
    const parts = await session.parts();
    if (!parts) throw new Error(session.texts.noFolder);
    return parts;
  };

  answer(trainingDataRequest, () => session.data());
  answer(
    getTrainingRequest,
    async (): Promise<GetTrainingResponse> => ({
      training: (await session.parts())?.training.state ?? noTraining,
    }),
  );
  answer<ControlTrainingParams, ControlTrainingResponse>(controlTrainingRequest, async (params) => {
    const { training } = await required();
    try {
      return { message: await training.control(params) };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { message: session.texts.error(error) };
    }
  });
  /** Beside a training nothing can be measured. */
  const idle = async (): Promise<FineTuneParts> => {
    const parts = await required();
    if (['none', 'done', 'failed', 'interrupted'].includes(parts.training.state.phase)) return parts;
    throw new Error(session.texts.alreadyTraining);
  };
  answer<EstimateTrainingParams, EstimateTrainingResponse>(estimateTrainingRequest, async (params) =>
    (await idle()).work.estimate(params.task, params.options),
  );
  answer<EstimateAdaptationParams, EstimateAdaptationResponse>(estimateAdaptationRequest, async () =>
    (await idle()).adaptation.estimate(),
  );
  answer<TrainingResultParams, TrainingResultResponse>(trainingResultRequest, ({ model }) =>
    session.result(model),
  );
  answer<PreviewModelParams, unknown>(previewModelRequest, ({ model }, token) =>
    session.preview(model, fromToken(token)),
  );
  answer(modelVersionsRequest, async (): Promise<ModelVersionsResponse> => {
    const parts = await session.parts();
    if (parts) return await parts.versions.list();
    return {
      versions: [],
      active: undefined,
      settingsModel: session.texts.shippedModel,
      rollBackTo: undefined,
    };
  });
  answer<ChangeModelParams, ChangeModelResponse>(changeModelRequest, async (params) =>
    (await required()).versions.change(params),
  );
}
