// Station 4, second half: a batch of tokens goes through the encoder at a chosen depth.
// In: TokenBatch [B, T] and a list of wanted outputs. Out: one tensor of 32-bit floats for each, in the same order.

import { EngineError } from '../errors.ts';
import type { TokenBatch } from '../tokens/tokenBatch.ts';
import type { AlbertConfig } from './albertConfig.ts';
import type { Precision } from './denseLayer.ts';
import type { EncoderOutput } from './encoderOutput.ts';
import { outputName } from './encoderOutput.ts';
import type { LoadedModel } from './loadModel.ts';

export interface EncoderRequest {
  /** Layers to run, 1 to the config's `num_hidden_layers`. */
  readonly depth: number;
  /** Goes on behind a run to depth `from`; absent: from the tokens. The batch is still needed, for its mask. */
  readonly goOn?: EncoderProgress;
  readonly outputs: readonly EncoderOutput[];
  /** Absent: `float32`. */
  readonly precision?: Precision;
  /**
   * Outputs that other requests want from the same session, `outputs` among them. A head costs next to nothing beside
   * the encoder, a session costs a copy of the weights: requests that name the same list share one.
   */
  readonly sharedOutputs?: readonly EncoderOutput[];
  /** For `mlmAtPlaces`: tokens of the batch, counted through all its rows, `row * tokensPerRow + token`. */
  readonly tokenPlaces?: readonly number[];
}

export interface EncoderProgress {
  readonly from: number;
  /** [T, B, H], the output `carried` of that run; texts may have been left out, and padding with them. */
  readonly carried: Float32Array;
}

/** Row-major; what the sizes mean stands beside each kind of output in encoderOutput.ts. */
export interface EncoderTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Blocks the calling thread while it computes. Padding never changes a result: a text alone and the same text in a
 * larger batch give equal vectors up to rounding (about 1e-6).
 * @throws EngineError `invalidArgument` for a batch or depth that does not fit the model, `modelUnsupported` for an
 * output that the model has no weights for, `modelCorrupt` where the weights give no finite numbers.
 */
export async function runEncoder(
  model: LoadedModel,
  batch: TokenBatch,
  request: EncoderRequest,
): Promise<readonly EncoderTensor[]> {
  checkRequest(model.config, request);
  checkBatch(model.config, batch);
  checkProgress(model.config, request, batch);
  const tokenPlaces = checkPlaces(request, batch);
  const names = request.outputs.map(outputName);
  const shape = [batch.batchSize, batch.tokensPerRow];
  const carriedShape = [batch.tokensPerRow, batch.batchSize, model.config.hiddenSize];
  const results = await model.sessions.use(
    {
      from: request.goOn?.from ?? 0,
      depth: request.depth,
      precision: request.precision ?? 'float32',
      outputs: request.sharedOutputs ?? request.outputs,
    },
    (session) =>
      session.run(
        {
          input_ids: { data: batch.inputIds, shape },
          attention_mask: { data: batch.attentionMask, shape },
          token_type_ids: { data: batch.tokenTypeIds, shape },
          ...(request.goOn && { entering: { data: request.goOn.carried, shape: carriedShape } }),
          ...(tokenPlaces && { token_places: { data: tokenPlaces, shape: [tokenPlaces.length] } }),
        },
        names,
      ),
  );
  return names.map((name) => {
    const tensor = results[name]!;
    // Whoever goes on from what is carried over checks what comes of it.
    if (name !== 'carried') checkFinite(name, tensor);
    return tensor;
  });
}

/** Weights that are numbers can still be so large that sums overflow; nothing after this point expects that. */
function checkFinite(name: string, { data }: EncoderTensor): void {
  for (let index = 0; index < data.length; index++) {
    if (Number.isFinite(data[index])) continue;
    throw new EngineError(
      'modelCorrupt',
      `The model computes ${data[index]} for ${name}: its weights are damaged. Download or copy the model again.`,
    );
  }
}

function checkRequest(config: AlbertConfig, request: EncoderRequest): void {
  const { depth, outputs } = request;
  if (!Number.isInteger(depth) || depth < 1 || depth > config.numHiddenLayers) {
    throw invalid(`depth ${depth} is not a whole number from 1 to ${config.numHiddenLayers}`);
  }
  if (outputs.length === 0) throw invalid('no output is asked for');
  for (const output of outputs) {
    if (output.kind === 'layer' && !(output.layer >= 0 && output.layer <= depth)) {
      throw invalid(`layer ${output.layer} is not computed at depth ${depth}`);
    }
  }
}

function checkBatch(config: AlbertConfig, batch: TokenBatch): void {
  const { batchSize, tokensPerRow } = batch;
  const size = batchSize * tokensPerRow;
  if (batchSize < 1 || tokensPerRow < 1) throw invalid('the batch is empty');
  if (tokensPerRow > config.maxPositionEmbeddings) {
    throw invalid(
      `${tokensPerRow} tokens are more than the model's ${config.maxPositionEmbeddings} positions`,
    );
  }
  for (const list of [batch.inputIds, batch.attentionMask, batch.tokenTypeIds]) {
    if (list.length !== size) throw invalid(`a list of the batch has ${list.length} elements, not ${size}`);
  }
  checkIds(batch.inputIds, config.vocabSize, 'token id');
  checkIds(batch.tokenTypeIds, config.typeVocabSize, 'token type');
}

function checkProgress(
  { hiddenSize }: AlbertConfig,
  { depth, goOn, outputs }: EncoderRequest,
  { batchSize, tokensPerRow }: TokenBatch,
): void {
  if (!goOn) return;
  const { from, carried } = goOn;
  if (!Number.isInteger(from) || from < 1 || from >= depth)
    throw invalid(`nothing goes on after layer ${from} at depth ${depth}`);
  if (carried.length !== batchSize * tokensPerRow * hiddenSize)
    throw invalid(
      `${carried.length} numbers were carried over for ${batchSize} texts of ${tokensPerRow} tokens`,
    );
  if (outputs.some((output) => output.kind === 'layer' && output.layer < from))
    throw invalid(`the layers up to ${from} are not computed again`);
}

/** The graph has this input exactly where one of its outputs needs it. */
function checkPlaces(
  { outputs, tokenPlaces }: EncoderRequest,
  { batchSize, tokensPerRow }: TokenBatch,
): BigInt64Array | undefined {
  if (!outputs.some(({ kind }) => kind === 'mlmAtPlaces')) return undefined;
  const size = batchSize * tokensPerRow;
  if (!tokenPlaces?.every((place) => Number.isInteger(place) && place >= 0 && place < size)) {
    throw invalid(`the tokens to predict are not all among the ${size} of the batch`);
  }
  return BigInt64Array.from(tokenPlaces, BigInt);
}

function checkIds(ids: BigInt64Array, limit: number, what: string): void {
  const end = BigInt(limit);
  for (const id of ids) {
    if (id < 0n || id >= end) {
      throw invalid(
        `${what} ${id} is not below ${limit}: the tokenizer and the model do not belong together`,
      );
    }
  }
}

function invalid(reason: string): EngineError {
  return new EngineError('invalidArgument', `The encoder cannot run: ${reason}.`);
}
