// The activation functions that a config.json may ask for, as graph nodes. x of any shape → same shape.

import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { multiply, unary } from '../onnx/operations.ts';
import type { HiddenActivation } from './albertConfig.ts';

export function applyActivation(graph: GraphBuilder, x: Value, activation: HiddenActivation): Value {
  switch (activation) {
    case 'gelu':
      return unary(graph, 'Gelu', x, { approximate: { type: 'string', value: 'none' } });
    case 'geluTanh':
      return unary(graph, 'Gelu', x, { approximate: { type: 'string', value: 'tanh' } });
    case 'relu':
      return unary(graph, 'Relu', x);
    case 'tanh':
      return unary(graph, 'Tanh', x);
    case 'silu':
      return multiply(graph, x, unary(graph, 'Sigmoid', x));
  }
}
