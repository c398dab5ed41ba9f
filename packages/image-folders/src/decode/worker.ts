import { parentPort } from 'node:worker_threads';
import { workOn } from './batch-job.js';
import type { Answer, Question } from './decoding-thread.js';
import { BytesReader } from './read-bytes.js';
import { Turns } from './turns.js';

// The entry of a decoding thread: jobs come one after the other, the next one often before the last has ended, and each is answered
// once. Shards stay open from one to the next.
const reader = new BytesReader();
const turns = new Turns();

parentPort?.on('message', ({ id, job }: Question) => {
  void turns.take(async () => {
    const answer: Answer = { id, problems: await workOn(job, reader) };
    parentPort?.postMessage(answer);
  });
});
