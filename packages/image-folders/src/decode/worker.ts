import { parentPort } from 'node:worker_threads';
import { type BatchJob, workOn } from './batch-job.js';

// The entry of a decoding thread: jobs come one after the other, and each is answered once.
parentPort?.on('message', (job: BatchJob) => {
  void workOn(job).then((problems) => parentPort?.postMessage(problems));
});
