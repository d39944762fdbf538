// In: the bytes of a Hugging Face config.json. Out: the sizes and choices that the graph needs, all checked.
// Hugging Face's own defaults describe ALBERT xxlarge, so a missing size is an error here, never a default.

import { EngineError } from '../errors.ts';
import { readJsonObject } from './readJson.ts';

/** The names of config.json in camel case; `sizeKeys` below maps them. */
export interface AlbertConfig {
  readonly vocabSize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly numHiddenLayers: number;
  readonly numHiddenGroups: number;
  readonly innerGroupNum: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  readonly maxPositionEmbeddings: number;
  readonly typeVocabSize: number;
  readonly hiddenAct: HiddenActivation;
  readonly layerNormEps: number;
  /**
   * Epsilon of the LayerNorm in the masked-language-model head. transformers 5 uses `layer_norm_eps` there, old 4.x
   * used 1e-5 whatever the config said. We follow 5; a config that wants the old result says `mlm_layer_norm_eps`.
   */
  readonly mlmLayerNormEps: number;
  readonly padTokenId: number;
  /** `architectures`, for example `AlbertForSequenceClassification`. */
  readonly architectures: readonly string[];
  /** Names of a Hugging Face classifier's labels in order, where the file has them. */
  readonly labelNames: readonly string[] | undefined;
  readonly problemType: string | undefined;
}

/** `gelu`: exact, with erf. `geluTanh`: the tanh approximation of the original ALBERT. */
export type HiddenActivation = 'gelu' | 'geluTanh' | 'relu' | 'silu' | 'tanh';

const activationsByName: Readonly<Record<string, HiddenActivation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'geluTanh',
  gelu_fast: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  gelu_python_tanh: 'geluTanh',
  gelu_accurate: 'geluTanh',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
  tanh: 'tanh',
};

interface SizeKey {
  readonly key: string;
  /** Far above every published ALBERT; a larger number is damage or an attack on memory. */
  readonly max: number;
  /** Only where every ALBERT of every version agrees on the default. */
  readonly default?: number;
}

const sizeKeys = {
  vocabSize: { key: 'vocab_size', max: 2_000_000 },
  embeddingSize: { key: 'embedding_size', max: 16_384 },
  hiddenSize: { key: 'hidden_size', max: 16_384 },
  numHiddenLayers: { key: 'num_hidden_layers', max: 256 },
  numHiddenGroups: { key: 'num_hidden_groups', max: 256, default: 1 },
  innerGroupNum: { key: 'inner_group_num', max: 16, default: 1 },
  numAttentionHeads: { key: 'num_attention_heads', max: 1024 },
  intermediateSize: { key: 'intermediate_size', max: 65_536 },
  maxPositionEmbeddings: { key: 'max_position_embeddings', max: 65_536 },
  typeVocabSize: { key: 'type_vocab_size', max: 1024, default: 2 },
} as const satisfies Record<string, SizeKey>;

/** @throws EngineError `modelCorrupt` or `modelUnsupported` naming the key that is wrong. */
export function parseAlbertConfig(bytes: Uint8Array, fileName = 'config.json'): AlbertConfig {
  const json = readJsonObject(bytes, fileName);
  if (json.model_type !== undefined && json.model_type !== 'albert') {
    throw unsupported(fileName, 'model_type', json.model_type, 'Choose an ALBERT model');
  }
  if (json.position_embedding_type !== undefined && json.position_embedding_type !== 'absolute') {
    throw unsupported(
      fileName,
      'position_embedding_type',
      json.position_embedding_type,
      'Use absolute positions',
    );
  }
  const sizes = readSizes(json, fileName);
  if (sizes.hiddenSize % sizes.numAttentionHeads !== 0) {
    throw corrupt(
      fileName,
      `hidden_size ${sizes.hiddenSize} is not a multiple of num_attention_heads ${sizes.numAttentionHeads}`,
    );
  }
  if (sizes.numHiddenGroups > sizes.numHiddenLayers) {
    throw corrupt(
      fileName,
      `num_hidden_groups ${sizes.numHiddenGroups} is more than num_hidden_layers ${sizes.numHiddenLayers}`,
    );
  }
  const layerNormEps = readEpsilon(json, 'layer_norm_eps', 1e-12, fileName);
  return {
    ...sizes,
    hiddenAct: readActivation(json, fileName),
    layerNormEps,
    mlmLayerNormEps: readEpsilon(json, 'mlm_layer_norm_eps', layerNormEps, fileName),
    padTokenId: Number.isSafeInteger(json.pad_token_id) ? (json.pad_token_id as number) : 0,
    architectures: Array.isArray(json.architectures)
      ? json.architectures.filter((name) => typeof name === 'string')
      : [],
    labelNames: readLabelNames(json.id2label),
    problemType: typeof json.problem_type === 'string' ? json.problem_type : undefined,
  };
}

/** Which group of shared weights a layer uses: `int(layer / (layers / groups))`, as the reference computes it. */
export function groupOfLayer(config: AlbertConfig, layerIndex: number): number {
  return Math.trunc(layerIndex / (config.numHiddenLayers / config.numHiddenGroups));
}

function readSizes(
  json: Readonly<Record<string, unknown>>,
  fileName: string,
): Record<keyof typeof sizeKeys, number> {
  const sizes = Object.entries(sizeKeys).map(([field, sizeKey]: [string, SizeKey]) => {
    const value = json[sizeKey.key] ?? sizeKey.default;
    if (value === undefined) throw corrupt(fileName, `${sizeKey.key} is missing`);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > sizeKey.max) {
      throw corrupt(
        fileName,
        `${sizeKey.key} is ${shown(value)}, not a whole number from 1 to ${sizeKey.max}`,
      );
    }
    return [field, value];
  });
  return Object.fromEntries(sizes) as Record<keyof typeof sizeKeys, number>;
}

function readActivation(json: Readonly<Record<string, unknown>>, fileName: string): HiddenActivation {
  // Every version of the reference has this default, and every published ALBERT v2 uses it.
  const name = json.hidden_act ?? 'gelu_new';
  if (typeof name === 'string' && Object.hasOwn(activationsByName, name)) return activationsByName[name]!;
  const known = Object.keys(activationsByName).join(', ');
  throw unsupported(fileName, 'hidden_act', name, `Known are ${known}`);
}

function readEpsilon(
  json: Readonly<Record<string, unknown>>,
  key: string,
  fallback: number,
  fileName: string,
): number {
  const value = json[key] ?? fallback;
  if (typeof value !== 'number' || !(value > 0 && value <= 0.1)) {
    throw corrupt(fileName, `${key} is ${shown(value)}, not a number above 0 and up to 0.1`);
  }
  return value;
}

/** `{"0": "a", "1": "b"}` → `['a', 'b']`; anything that is not a complete numbering gives `undefined`. */
function readLabelNames(id2label: unknown): readonly string[] | undefined {
  if (typeof id2label !== 'object' || id2label === null || Array.isArray(id2label)) return undefined;
  const entries = Object.entries(id2label);
  const names = entries.map((_, index) => (id2label as Record<string, unknown>)[String(index)]);
  const complete = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return complete && names.length > 0 ? (names as string[]) : undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? String(value);
}

function corrupt(fileName: string, reason: string): EngineError {
  return new EngineError(
    'modelCorrupt',
    `${fileName} cannot be right: ${reason}. Correct it or download the model again.`,
  );
}

function unsupported(fileName: string, key: string, value: unknown, advice: string): EngineError {
  return new EngineError(
    'modelUnsupported',
    `${fileName} says ${key} is ${shown(value)}, which Marginalia cannot run. ${advice}.`,
  );
}
