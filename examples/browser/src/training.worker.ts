import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import script from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?url';
import { useWasm } from '@evenkeel/tfjs-runtime/browser';
import type { TrainerEvent } from '@evenkeel/trainer-core';
import { unpackImages } from './images-file.js';
import type { News, Start } from './messages.js';
import { train } from './train.js';

const FILES = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  'tfjs-backend-wasm-threaded-simd.js': script,
};

const worker = globalThis as unknown as { postMessage(news: News): void };

addEventListener('message', ({ data }: MessageEvent<Start>) => {
  run(data).catch((error: unknown) => worker.postMessage({ type: 'failed', reason: String(error) }));
});

/** Everything that computes is in this worker: it may wait for its threads, and the page stays awake. */
async function run({ settings, images }: Start): Promise<void> {
  const response = await fetch(images);
  if (!response.ok) throw new Error(`${images}: ${response.status} ${response.statusText}`);
  const data = unpackImages(new Uint8Array(await response.arrayBuffer()));
  const backend = await useWasm({ files: FILES });
  worker.postMessage({ type: 'ready', data: data.name, ...backend });
  const accuracy = await train(data, settings, reporter());
  worker.postMessage({ type: 'done', accuracy });
}

/** Turns the trainer's events into news. */
function reporter(): (event: TrainerEvent) => void {
  let steps = 0;
  let images = 0;
  let milliseconds = 0;
  return (event) => {
    if (event.type === 'fit-start') steps = event.batches;
    if (event.type === 'step-end') milliseconds += event.stepMs;
    if (event.type === 'batch-end') {
      images += event.size;
      const imagesPerSecond = (1000 * images) / milliseconds;
      worker.postMessage({
        type: 'step',
        done: event.position.step + 1,
        steps,
        loss: event.loss,
        imagesPerSecond,
      });
    }
    if (event.type === 'evaluation-progress') {
      worker.postMessage({ type: 'evaluation', done: event.done, examples: event.examples });
    }
  };
}
