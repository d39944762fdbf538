// Which output of the encoder answers a task: the bridge between tasks.json and an encoder request.

import type { EncoderOutput } from '../model/encoderOutput.ts';
import type { Task } from './task.ts';

export function outputOfTask(task: Task): EncoderOutput {
  switch (task.kind) {
    case 'singleLabel':
    case 'multiLabel':
      return { kind: 'logits', head: task.name, pooling: task.pooling };
    case 'embedding':
      return { kind: 'pooled', pooling: task.pooling };
    case 'span':
      return { kind: 'qa' };
    case 'order':
      return { kind: 'sop' };
  }
}
