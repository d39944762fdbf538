// One table from Hugging Face's tensor names to the parts of ALBERT that the graph is built from.
// In: the tensors of a safetensors file and the config. Out: AlbertWeights, every tensor present, of the right shape
// and finite; or one error that names the tensor. Shapes are [out, in], as the checkpoint stores them.
// Legend: V vocabulary, P positions, E embedding size, H hidden size, F feed-forward size, N labels.

import { EngineError } from '../errors.ts';
import type { AlbertConfig } from './albertConfig.ts';
import { findNonFinite } from './floatConversion.ts';
import type { SafetensorsFile, StoredTensor } from './safetensors.ts';
import { floatTypeOf } from './safetensors.ts';

/** A dense layer, or the gain and bias of a LayerNorm. */
export interface WeightAndBias {
  readonly weight: StoredTensor;
  readonly bias: StoredTensor;
}

/** One transformer block; blocks of one group and inner position are shared by all layers of the group. */
export interface LayerWeights {
  readonly query: WeightAndBias;
  readonly key: WeightAndBias;
  readonly value: WeightAndBias;
  readonly attentionDense: WeightAndBias;
  readonly attentionNorm: WeightAndBias;
  readonly ffn: WeightAndBias;
  readonly ffnOutput: WeightAndBias;
  readonly outputNorm: WeightAndBias;
}

/** A classifier over one pooled vector, with an optional tanh layer before it. */
export interface HeadWeights {
  readonly dense: WeightAndBias | undefined;
  /** weight [N, H] */
  readonly classifier: WeightAndBias;
  readonly labelCount: number;
}

export interface MlmWeights {
  readonly dense: WeightAndBias;
  readonly norm: WeightAndBias;
  /** weight [V, E]: the word embeddings themselves where the decoder is tied. */
  readonly decoder: WeightAndBias;
}

export interface AlbertWeights {
  readonly wordEmbeddings: StoredTensor;
  readonly positionEmbeddings: StoredTensor;
  readonly tokenTypeEmbeddings: StoredTensor;
  readonly embeddingNorm: WeightAndBias;
  /** E → H */
  readonly embeddingMapping: WeightAndBias;
  /** `groups[group][inner position]` */
  readonly groups: readonly (readonly LayerWeights[])[];
  readonly pooler: WeightAndBias | undefined;
  readonly mlm: MlmWeights | undefined;
  /** Sentence order: logit 0 in order, 1 swapped. Reads the pooler. */
  readonly sop: WeightAndBias | undefined;
  /** Start and end of an answer, per token. */
  readonly qa: WeightAndBias | undefined;
  /** Hugging Face's `classifier`: over the pooler where there is one, per token where there is none. */
  readonly classifier: WeightAndBias | undefined;
  /** Our heads by task name, and Hugging Face's sequence classifier as `classifier`. */
  readonly heads: ReadonlyMap<string, HeadWeights>;
  /** Parameters by part; a shared or tied tensor counts once. */
  readonly parameterCounts: Readonly<Record<'embeddings' | 'encoder' | 'pooler' | 'heads', number>>;
  /** Tensors of the file that nothing uses, such as `position_ids`. */
  readonly unusedTensors: readonly string[];
}

/** @throws EngineError `modelCorrupt` or `modelUnsupported` naming the tensor. */
export function readAlbertWeights(
  file: SafetensorsFile,
  config: AlbertConfig,
  fileName = 'model.safetensors',
): AlbertWeights {
  const source = new TensorSource(normalizeNames(file, fileName), fileName);
  const { vocabSize: v, embeddingSize: e, hiddenSize: h, maxPositionEmbeddings: p } = config;
  const wordEmbeddings = source.take('embeddings.word_embeddings.weight', [v, e]);
  const encoder = {
    wordEmbeddings,
    positionEmbeddings: source.take('embeddings.position_embeddings.weight', [p, e]),
    tokenTypeEmbeddings: source.take('embeddings.token_type_embeddings.weight', [config.typeVocabSize, e]),
    embeddingNorm: source.norm('embeddings.LayerNorm', e),
    embeddingMapping: source.linear('encoder.embedding_hidden_mapping_in', h, e),
    groups: range(config.numHiddenGroups).map((group) =>
      range(config.innerGroupNum).map((inner) =>
        readLayer(source, `encoder.albert_layer_groups.${group}.albert_layers.${inner}`, config),
      ),
    ),
  };
  const parts = {
    pooler: source.has('pooler.weight') ? source.linear('pooler', h, h) : undefined,
    mlm: source.has('predictions.dense.weight') ? readMlm(source, config, wordEmbeddings) : undefined,
    sop: source.has('sop_classifier.classifier.weight')
      ? source.linear('sop_classifier.classifier', 2, h)
      : undefined,
    qa: source.has('qa_outputs.weight') ? source.linear('qa_outputs', 2, h) : undefined,
    classifier: source.has('classifier.weight')
      ? source.linear('classifier', source.rowsOf('classifier.weight'), h)
      : undefined,
  };
  const heads = readHeads(source, h);
  if (parts.classifier && parts.pooler) {
    const labelCount = parts.classifier.weight.shape[0]!;
    heads.set('classifier', { dense: undefined, classifier: parts.classifier, labelCount });
  }
  if (parts.sop && !parts.pooler) {
    throw corrupt(fileName, 'it has sop_classifier but not the pooler that this head reads');
  }
  return { ...encoder, ...parts, heads, parameterCounts: source.counts(), unusedTensors: source.unused() };
}

function readLayer(source: TensorSource, prefix: string, config: AlbertConfig): LayerWeights {
  const { hiddenSize: h, intermediateSize: f } = config;
  return {
    query: source.linear(`${prefix}.attention.query`, h, h),
    key: source.linear(`${prefix}.attention.key`, h, h),
    value: source.linear(`${prefix}.attention.value`, h, h),
    attentionDense: source.linear(`${prefix}.attention.dense`, h, h),
    attentionNorm: source.norm(`${prefix}.attention.LayerNorm`, h),
    ffn: source.linear(`${prefix}.ffn`, f, h),
    ffnOutput: source.linear(`${prefix}.ffn_output`, h, f),
    outputNorm: source.norm(`${prefix}.full_layer_layer_norm`, h),
  };
}

/**
 * Tied tensors may be absent from the file: the decoder's weight is then the word table, its bias `predictions.bias`.
 * Where both biases are there, the decoder's own is the one that the reference adds.
 */
function readMlm(source: TensorSource, config: AlbertConfig, wordEmbeddings: StoredTensor): MlmWeights {
  const { vocabSize: v, embeddingSize: e, hiddenSize: h } = config;
  const biasName = source.has('predictions.decoder.bias') ? 'predictions.decoder.bias' : 'predictions.bias';
  const weightName = 'predictions.decoder.weight';
  const own = source.has(weightName) ? source.take(weightName, [v, e]) : undefined;
  const tied = own === undefined || sameBytes(own.bytes, wordEmbeddings.bytes);
  if (tied) source.countAsCopy(weightName);
  return {
    dense: source.linear('predictions.dense', e, h),
    norm: source.norm('predictions.LayerNorm', e),
    decoder: { weight: tied ? wordEmbeddings : own, bias: source.take(biasName, [v]) },
  };
}

function readHeads(source: TensorSource, hiddenSize: number): Map<string, HeadWeights> {
  const heads = new Map<string, HeadWeights>();
  for (const fullName of source.names()) {
    const name = /^heads\.(.+)\.classifier\.weight$/.exec(fullName)?.[1];
    if (name === undefined) continue;
    const labelCount = source.rowsOf(fullName);
    heads.set(name, {
      dense: source.has(`heads.${name}.dense.weight`)
        ? source.linear(`heads.${name}.dense`, hiddenSize, hiddenSize)
        : undefined,
      classifier: source.linear(`heads.${name}.classifier`, labelCount, hiddenSize),
      labelCount,
    });
  }
  return heads;
}

/** Hands out tensors by name after checking them, and remembers what was used. */
class TensorSource {
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  readonly #fileName: string;
  readonly #used = new Set<string>();
  readonly #copies = new Set<string>();

  constructor(tensors: ReadonlyMap<string, StoredTensor>, fileName: string) {
    this.#tensors = tensors;
    this.#fileName = fileName;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  names(): Iterable<string> {
    return this.#tensors.keys();
  }

  /** The first size of a matrix whose number of rows the file decides. */
  rowsOf(name: string): number {
    const rows = this.#tensors.get(name)?.shape[0] ?? 0;
    if (rows < 1 || rows > 100_000) throw corrupt(this.#fileName, `tensor ${name} has ${rows} rows`);
    return rows;
  }

  take(name: string, shape: readonly number[]): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw corrupt(this.#fileName, `tensor ${name} is missing`);
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
      throw corrupt(
        this.#fileName,
        `tensor ${tensor.name} has the shape [${tensor.shape.join(', ')}], config.json asks for [${shape.join(', ')}]`,
      );
    }
    const bad = findNonFinite(tensor.bytes, floatTypeOf(tensor));
    if (bad >= 0) {
      throw corrupt(this.#fileName, `tensor ${tensor.name} holds a NaN or infinite number at element ${bad}`);
    }
    this.#used.add(name);
    return tensor;
  }

  linear(name: string, outSize: number, inSize: number): WeightAndBias {
    return {
      weight: this.take(`${name}.weight`, [outSize, inSize]),
      bias: this.take(`${name}.bias`, [outSize]),
    };
  }

  norm(name: string, size: number): WeightAndBias {
    return { weight: this.take(`${name}.weight`, [size]), bias: this.take(`${name}.bias`, [size]) };
  }

  /** A tied tensor that the file holds a second time is no parameter of its own. */
  countAsCopy(name: string): void {
    this.#copies.add(name);
  }

  unused(): readonly string[] {
    return [...this.#tensors].filter(([name]) => !this.#used.has(name)).map(([, tensor]) => tensor.name);
  }

  counts(): AlbertWeights['parameterCounts'] {
    const counts = { embeddings: 0, encoder: 0, pooler: 0, heads: 0 };
    for (const name of this.#used) {
      if (this.#copies.has(name)) continue;
      const part = /^(embeddings|encoder|pooler)\./.exec(name)?.[1] ?? 'heads';
      const count = this.#tensors.get(name)!.shape.reduce((product, size) => product * size, 1);
      counts[part as keyof typeof counts] += count;
    }
    return counts;
  }
}

/** Task models put `albert.` before the encoder's names, very old files call LayerNorm's tensors gamma and beta. */
function normalizeNames(file: SafetensorsFile, fileName: string): ReadonlyMap<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const tensor of file.tensors.values()) {
    const name = tensor.name
      .replace(/^albert\./, '')
      .replace(/(LayerNorm|layer_norm)\.gamma$/, '$1.weight')
      .replace(/(LayerNorm|layer_norm)\.beta$/, '$1.bias');
    const twin = tensors.get(name);
    if (twin) throw corrupt(fileName, `tensors ${twin.name} and ${tensor.name} are the same weight twice`);
    tensors.set(name, tensor);
  }
  return tensors;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function corrupt(fileName: string, reason: string): EngineError {
  return new EngineError(
    'modelCorrupt',
    `${fileName} does not fit: ${reason}. Check that config.json and the weights belong together.`,
  );
}
