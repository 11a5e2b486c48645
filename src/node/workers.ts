/** Runs a script on a worker thread, so that it holds up no other extension. */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Yields what the script posts, until it ends; throws what it throws. */
export async function* fromWorker<Message>(script: URL, workerData: unknown): AsyncGenerator<Message, void, undefined> {
  // Without the flags of the extension host, some of which a worker rejects.
  const worker = new Worker(script, { workerData, execArgv: [] });
  worker.unref();
  try {
    for await (const [message] of on(worker, 'message', { close: ['exit'] })) yield message as Message;
  } finally {
    void worker.terminate();
  }
}
