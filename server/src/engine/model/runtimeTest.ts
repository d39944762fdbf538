// Whether a runtime computes what it should: a tiny encoder with made-up weights, every operator of the real one in
// it, against outputs that are stored here. In: which runtime. Out: nothing, or an EngineError that says what is wrong.

import { EngineError } from '../errors.ts';
import { writeOnnxModel } from '../onnx/writeOnnxModel.ts';
import { parseAlbertConfig } from './albertConfig.ts';
import { readAlbertWeights } from './albertWeights.ts';
import { buildEncoderGraph } from './encoderGraph.ts';
import type { StoredTensor } from './safetensors.ts';
import { ModelSession, type RuntimeName, type SessionOptions } from './session.ts';

const sizes: TestModelSizes = { v: 24, e: 8, h: 16, f: 20, p: 8, t: 2, heads: 2, layers: 2 };

/** Pooled vectors of two texts, the first eight numbers of each; test/engine/model/runtimeTest.test.ts computes them again. */
export const expectedVectors: readonly number[] = [
  -0.27166, -0.86832, -0.57988, -0.86739, 0.22687, 0.99183, -0.08738, 0.41515, -0.27322, -0.86974, -0.59176,
  -0.86569, 0.23676, 0.99223, -0.08781, 0.42348,
];

/** Other orders of addition differ in the sixth digit; a wrong kernel in the first. */
const tolerance = 1e-3;

export async function testRuntime(runtime: RuntimeName): Promise<void> {
  requireSame(await computeVectors(runtime), expectedVectors, tolerance);
}

/** @throws EngineError where a number is missing, none, or further from the right one than `tolerance`. */
export function requireSame(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  for (let at = 0; at < expected.length; at++) {
    if (Math.abs(found[at]! - expected[at]!) <= tolerance) continue;
    throw new EngineError(
      'runtimeUnavailable',
      `ONNX Runtime computes ${found[at]} where ${expected[at]} is right. Use another device, or reinstall Marginalia.`,
    );
  }
}

export async function computeVectors(runtime: RuntimeName): Promise<readonly number[]> {
  const session = await createTestSession(sizes, 1, { threads: 1, runtime });
  try {
    const ids = [2, 7, 11, 13, 3, 2, 19, 3, 0, 0];
    const data = await readTestBatch(session, ids, [2, 5]);
    return [...data.subarray(0, 8), ...data.subarray(sizes.h, sizes.h + 8)];
  } finally {
    await session.dispose();
  }
}

export interface TestModelSizes {
  readonly v: number;
  readonly e: number;
  readonly h: number;
  readonly f: number;
  /** Positions. */
  readonly p: number;
  /** Token types. */
  readonly t: number;
  readonly heads: number;
  readonly layers: number;
}

/** A session of an encoder with made-up weights of about `scale`, all layers sharing one block. */
export async function createTestSession(
  { v, e, h, f, p, t, heads, layers }: TestModelSizes,
  scale: number,
  options: SessionOptions,
): Promise<ModelSession> {
  const config = parseAlbertConfig(
    new TextEncoder().encode(
      JSON.stringify({
        model_type: 'albert',
        architectures: ['AlbertModel'],
        vocab_size: v,
        embedding_size: e,
        hidden_size: h,
        num_hidden_layers: layers,
        num_hidden_groups: 1,
        inner_group_num: 1,
        num_attention_heads: heads,
        intermediate_size: f,
        max_position_embeddings: p,
        type_vocab_size: t,
        layer_norm_eps: 1e-12,
        hidden_act: 'gelu_new',
        pad_token_id: 0,
      }),
    ),
  );
  const tensors = makeWeights({ v, e, h, f, p, t }, scale);
  const weights = readAlbertWeights({ tensors, metadata: {} }, config);
  const outputs = [{ kind: 'pooled', pooling: 'mean' }] as const;
  const graph = buildEncoderGraph(config, weights, { from: 0, depth: layers, outputs, precision: 'float32' });
  return await ModelSession.create(writeOnnxModel(graph), options);
}

/** Mean vectors [B, H] of ids [B, T]; 0 is padding. */
export async function readTestBatch(
  session: ModelSession,
  ids: readonly number[],
  shape: readonly [number, number],
): Promise<Float32Array> {
  const toInput = (values: readonly number[]) => ({ data: BigInt64Array.from(values, BigInt), shape });
  const found = await session.run(
    {
      input_ids: toInput(ids),
      attention_mask: toInput(ids.map((id) => Number(id !== 0))),
      token_type_ids: toInput(ids.map(() => 0)),
    },
    ['pooled.mean'],
  );
  return found['pooled.mean']!.data;
}

function makeWeights(
  { v, e, h, f, p, t }: Omit<TestModelSizes, 'heads' | 'layers'>,
  scale: number,
): ReadonlyMap<string, StoredTensor> {
  const layer = 'encoder.albert_layer_groups.0.albert_layers.0';
  const shapes: Record<string, readonly number[]> = {
    'embeddings.word_embeddings.weight': [v, e],
    'embeddings.position_embeddings.weight': [p, e],
    'embeddings.token_type_embeddings.weight': [t, e],
    'embeddings.LayerNorm.weight': [e],
    'embeddings.LayerNorm.bias': [e],
    'encoder.embedding_hidden_mapping_in.weight': [h, e],
    'encoder.embedding_hidden_mapping_in.bias': [h],
    [`${layer}.ffn.weight`]: [f, h],
    [`${layer}.ffn.bias`]: [f],
    [`${layer}.ffn_output.weight`]: [h, f],
    [`${layer}.ffn_output.bias`]: [h],
    [`${layer}.full_layer_layer_norm.weight`]: [h],
    [`${layer}.full_layer_layer_norm.bias`]: [h],
    [`${layer}.attention.LayerNorm.weight`]: [h],
    [`${layer}.attention.LayerNorm.bias`]: [h],
  };
  for (const part of ['query', 'key', 'value', 'dense']) {
    shapes[`${layer}.attention.${part}.weight`] = [h, h];
    shapes[`${layer}.attention.${part}.bias`] = [h];
  }
  return new Map(
    Object.entries(shapes).map(([name, shape], tensor) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const values = Float32Array.from({ length }, (_, at) => scale * Math.sin(1 + 0.7 * at + 1.3 * tensor));
      return [name, { name, type: 'F32', shape, bytes: new Uint8Array(values.buffer) }];
    }),
  );
}
