// The `post_processor` of tokenizer.json → the template of special tokens.

import { EngineError } from '../../errors.ts';
import { asArray, asCount, asObject, asString, corrupt, type JsonObject } from '../configReader.ts';
import {
  bareTemplate,
  createBertTemplate,
  type SpecialTokenTemplate,
  type TemplateItem,
} from './specialTokenTemplate.ts';

/** Longer templates are no real file. */
const maxTemplateItems = 64;

export function createTemplate(value: unknown): SpecialTokenTemplate {
  if (value === null || value === undefined) return bareTemplate;
  const config = asObject(value, 'The post_processor of tokenizer.json');
  const type = asString(config.type, 'The type of the post_processor');
  switch (type) {
    case 'TemplateProcessing':
      return readTemplateProcessing(config);
    case 'BertProcessing':
      return createBertTemplate({ clsId: pairId(config.cls), sepId: pairId(config.sep) });
    case 'Sequence': {
      const processors = asArray(config.processors, 'The list of post-processors');
      if (processors.length !== 1) throw unsupported(`Sequence of ${processors.length}`);
      const only = asObject(processors[0], 'A post-processor');
      if (only.type === 'Sequence') throw unsupported('Sequence of a Sequence');
      return createTemplate(only);
    }
    default:
      throw unsupported(type);
  }
}

function unsupported(type: string): EngineError {
  return new EngineError(
    'modelUnsupported',
    `The tokenizer uses the post-processor ${JSON.stringify(type)}, which is not supported. Use another model.`,
  );
}

/** `["[SEP]", 3]` */
function pairId(value: unknown): number {
  return asCount(asArray(value, 'A special token of the post-processor')[1], 'The id of a special token', 0);
}

function readTemplateProcessing(config: JsonObject): SpecialTokenTemplate {
  const special = asObject(config.special_tokens ?? {}, 'The special_tokens of the post-processor');
  const read = (value: unknown, name: string): TemplateItem[] => {
    const items = asArray(value, `The ${name} template`);
    if (items.length > maxTemplateItems) throw corrupt(`The ${name} template is too long`);
    return items.flatMap((item) => readItem(asObject(item, `An item of the ${name} template`), special));
  };
  return { single: read(config.single, 'single'), pair: read(config.pair, 'pair') };
}

function readItem(item: JsonObject, special: JsonObject): TemplateItem[] {
  if (item.Sequence !== undefined) {
    const sequence = asObject(item.Sequence, 'A sequence of a template');
    const name = asString(sequence.id, 'The id of a sequence');
    if (name !== 'A' && name !== 'B')
      throw corrupt(`The template names the sequence ${JSON.stringify(name.slice(0, 20))}`);
    return [{ kind: 'text', text: name === 'A' ? 0 : 1, typeId: readTypeId(sequence) }];
  }
  const token = asObject(item.SpecialToken, 'A special token of a template');
  const name = asString(token.id, 'The id of a special token');
  if (!Object.hasOwn(special, name))
    throw corrupt(`The template names ${JSON.stringify(name.slice(0, 40))}, which is no special token`);
  const definition = asObject(special[name], `The special token ${JSON.stringify(name.slice(0, 40))}`);
  return asArray(definition.ids, 'The ids of a special token').map((id) => ({
    kind: 'special',
    id: asCount(id, 'The id of a special token', 0),
    typeId: readTypeId(token),
  }));
}

function readTypeId(item: JsonObject): number {
  const typeId = asCount(item.type_id, 'A type_id of a template', 0);
  if (typeId > 255) throw corrupt('A type_id of a template is too large');
  return typeId;
}
