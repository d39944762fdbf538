// The worker that holds sessions, which also says how many bytes it holds when it is asked over a channel of its own.

import '../../server/src/host/sessionWorker.ts';
import { BroadcastChannel } from 'node:worker_threads';
import { measureLiveBytes } from '../support/liveBytes.ts';

const channel = new BroadcastChannel('bytes of the thread beside');
channel.onmessage = async ({ data }) => {
  if (data === 'measure') channel.postMessage(await measureLiveBytes());
};
// It must not keep the thread alive.
channel.unref();
