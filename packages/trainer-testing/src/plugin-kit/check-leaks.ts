import * as tf from '@tensorflow/tfjs-core';
import type { PluginCheck } from './kit.js';
import { epochsOf, kitTrainer } from './kit-run.js';

/** After the first epoch no batch leaves a tensor behind, and disposing frees everything. */
export const checkLeaks: PluginCheck = async (kit) => {
  const problems: string[] = [];
  const before = tf.memory().numTensors;
  const trainer = kitTrainer(kit, [kit.factory()]);
  const counts: number[] = [];
  const epochs = Math.max(2, epochsOf(kit));
  trainer.hooks.batch$.subscribe((event) => {
    if (event.type === 'batch-end' && event.position.epoch === epochs - 1)
      counts.push(tf.memory().numTensors);
  });
  await trainer.fit({ epochs });
  const grown = counts[counts.length - 1] - counts[0];
  if (grown !== 0) {
    problems.push(
      `${grown} tensors more at the end of an epoch of ${counts.length} batches than after its first batch. ` +
        'Dispose what hooks make, or make it in tf.tidy; keep tensors of a step only through context.update.',
    );
  }
  await trainer.dispose();
  const left = tf.memory().numTensors - before;
  if (left !== 0) {
    problems.push(
      `${left} tensors are left after trainer.dispose(). Free them in the function that setup returns; variables of a scope are freed by the trainer.`,
    );
  }
  return problems;
};
