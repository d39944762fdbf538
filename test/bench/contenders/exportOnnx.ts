// The model as a folder that @huggingface/transformers reads: the encoder as published, operator by operator, as any
// exporter would write it; its runtime optimises the graph itself.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAlbertConfig } from '../../../server/src/engine/model/albertConfig.ts';
import { readAlbertWeights } from '../../../server/src/engine/model/albertWeights.ts';
import { createEncoderContext, toTokens } from '../../../server/src/engine/model/encoderContext.ts';
import { encode } from '../../../server/src/engine/model/plainEncoder.ts';
import { readSafetensors } from '../../../server/src/engine/model/safetensors.ts';
import { initializerSource } from '../../../server/src/engine/model/weightValues.ts';
import { GraphBuilder } from '../../../server/src/engine/onnx/graphBuilder.ts';
import { writeOnnxModel } from '../../../server/src/engine/onnx/writeOnnxModel.ts';

export function exportOnnx(modelFolder: string, target: string, maxTokens: number): void {
  const config = parseAlbertConfig(readFileSync(path.join(modelFolder, 'config.json')));
  const stored = readFileSync(path.join(modelFolder, 'model.safetensors'));
  const weights = readAlbertWeights(readSafetensors(stored, 'model.safetensors'), config);
  const graph = new GraphBuilder();
  const weightOf = initializerSource(graph);
  const context = createEncoderContext(graph, config, { weights, weightOf, regularize: (x) => x });
  graph.output('last_hidden_state', toTokens(context, encode(context, config.numHiddenLayers).at(-1)!));
  mkdirSync(path.join(target, 'onnx'), { recursive: true });
  writeFileSync(path.join(target, 'onnx', 'model.onnx'), writeOnnxModel(graph.build('albert')));
  for (const name of ['config.json', 'tokenizer.json'])
    copyFileSync(path.join(modelFolder, name), path.join(target, name));
  const tokenizer = {
    tokenizer_class: 'AlbertTokenizer',
    model_max_length: maxTokens,
    pad_token: '<pad>',
    unk_token: '<unk>',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  };
  writeFileSync(path.join(target, 'tokenizer_config.json'), JSON.stringify(tokenizer));
}
