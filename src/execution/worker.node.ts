// In: a table as worker data, then trials as messages. Out: their curve points and results as messages.

import { parentPort, workerData } from 'node:worker_threads';
import { FettleError } from '../base/error.ts';
import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import { fileCheckpointStore } from '../training/checkpoint.node.ts';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { runTrial } from './run-trial.ts';

if (parentPort === null) throw new Error('this file is the inside of a worker; use createWorkerExecutor');
const port = parentPort;
const { bench, device } = workerData as WorkerData;
const runtime = await createOnnxRuntime({ threads: 1, device });
let abort = new AbortController();
let running: Promise<void> = Promise.resolve();

function send(message: FromWorker): void {
  port.postMessage(message);
}

async function run({ trial, checkpoint }: ToWorker & { type: 'run' }): Promise<void> {
  abort = new AbortController();
  const checkpoints = checkpoint === null ? null : fileCheckpointStore(checkpoint);
  try {
    const result = await runTrial(bench, trial, runtime, {
      signal: abort.signal,
      onPoint: (point) => send({ type: 'point', point }),
      checkpoints,
    });
    // Only a trial that was stopped has something to go on from.
    if (result.record.status !== 'stopped') await checkpoints?.remove();
    send({ type: 'result', result });
  } catch (error) {
    const code = error instanceof FettleError ? error.code : 'internal';
    const { message, stack = '' } = error as Error;
    send({ type: 'failed', code, message, stack });
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'run') running = run(message);
  else abort.abort();
  // The engine must not be torn down inside a call: the worker ends by itself once its trial has stopped.
  if (message.type === 'close') void running.then(() => port.close());
});
send({ type: 'ready' });
