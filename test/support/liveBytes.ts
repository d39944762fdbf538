// What a thread holds that nobody can collect: its heap, and the memory of its arrays beside it. Garbage is collected
// first, so the number does not depend on when V8 last found it worth its while.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export async function measureLiveBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Promises and messages under way let go of theirs a turn later.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
