// In: a graph as plain data. Out: the bytes of an ONNX model that any ONNX runtime loads.
// Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

import type { Attribute, ElementType, GraphNode, OnnxGraph, TensorContent, Value } from './onnxGraph.ts';
import { byteLengthOf } from './onnxGraph.ts';
import { ProtobufWriter } from './protobufWriter.ts';

/** Opset 20 is the first with Gelu as an operator of the standard; IR version 9 belongs to it. */
const opsetVersion = 20;
const irVersion = 9;

const elementTypeCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};

/** The code that operators such as Cast expect for a type. */
export function elementTypeCode(elementType: ElementType): number {
  return elementTypeCodes[elementType];
}

export function writeOnnxModel(graph: OnnxGraph): Uint8Array {
  const model = new ProtobufWriter();
  model.integer(1, irVersion);
  model.string(2, 'marginalia');
  model.message(7, graphMessage(graph));
  for (const [domain, version] of [
    ['', opsetVersion],
    ['com.microsoft', 1],
  ] as const) {
    const opset = new ProtobufWriter();
    opset.string(1, domain);
    opset.integer(2, version);
    model.message(8, opset);
  }
  return model.toBytes();
}

function graphMessage(graph: OnnxGraph): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const node of graph.nodes) message.message(1, nodeMessage(node));
  message.string(2, graph.name);
  for (const { value, content } of graph.initializers) {
    message.message(5, tensorMessage(value.name, content));
  }
  for (const input of graph.inputs) message.message(11, valueMessage(input));
  for (const output of graph.outputs) message.message(12, valueMessage(output));
  return message;
}

function nodeMessage(node: GraphNode): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of node.inputs) message.string(1, input?.name ?? '');
  for (const output of node.outputs) message.string(2, output.name);
  message.string(3, node.name);
  message.string(4, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message.message(5, attributeMessage(name, attribute));
  }
  if (node.domain) message.string(7, node.domain);
  return message;
}

function attributeMessage(name: string, attribute: Attribute): ProtobufWriter {
  const message = new ProtobufWriter();
  message.string(1, name);
  switch (attribute.type) {
    case 'float':
      message.float(2, attribute.value);
      message.integer(20, 1);
      break;
    case 'int':
      message.integer(3, attribute.value);
      message.integer(20, 2);
      break;
    case 'string':
      message.string(4, attribute.value);
      message.integer(20, 3);
      break;
    case 'tensor':
      message.message(5, tensorMessage('', attribute.value));
      message.integer(20, 4);
      break;
    case 'floats':
      for (const value of attribute.value) message.float(7, value);
      message.integer(20, 6);
      break;
    case 'ints':
      for (const value of attribute.value) message.integer(8, value);
      message.integer(20, 7);
      break;
  }
  return message;
}

function tensorMessage(name: string, content: TensorContent): ProtobufWriter {
  const message = new ProtobufWriter();
  message.packedIntegers(1, content.shape);
  message.integer(2, elementTypeCodes[content.elementType]);
  if (name) message.string(8, name);
  message.deferredBytes(9, {
    byteLength: byteLengthOf(content),
    writeTo: (target) => content.writeTo(target),
  });
  return message;
}

function valueMessage(value: Value): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of value.shape) {
    const dimension = new ProtobufWriter();
    if (typeof size === 'number') dimension.integer(1, size);
    else dimension.string(2, size);
    shape.message(1, dimension);
  }
  const tensorType = new ProtobufWriter();
  tensorType.integer(1, elementTypeCodes[value.elementType]);
  tensorType.message(2, shape);
  const type = new ProtobufWriter();
  type.message(1, tensorType);
  const message = new ProtobufWriter();
  message.string(1, value.name);
  message.message(2, type);
  return message;
}
