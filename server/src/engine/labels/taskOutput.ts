// Which output of the encoder answers a task: the bridge between tasks.json and an encoder request.

import type { EncoderOutput } from '../model/encoderOutput.ts';
import type { Task } from './task.ts';

export function outputOfTask(task: Task): EncoderOutput {
  return task.kind === 'embedding'
    ? { kind: 'pooled', pooling: task.pooling }
    : { kind: 'logits', head: task.name, pooling: task.pooling };
}
