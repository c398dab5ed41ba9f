import { join } from 'node:path';
import { exportGraphModel } from '@evenkeel/tfjs-export';
import { saveGraphModel } from '@evenkeel/tfjs-export/node';
import type { LabelledSource, Trainer } from '@evenkeel/trainer-core';
import { writeWhole } from '@evenkeel/trainer-core/node';
import { finishedTrainer } from './cell.js';
import type { Cell } from './cell.js';

/** What an exported model gave in its trainer, to be compared with what it gives elsewhere. */
export interface ModelCheck {
  /** How many examples, and the shape of each. */
  readonly shape: readonly number[];
  /** Their numbers, counted from k = 0. */
  readonly values: 'sin(k·k + 3·k)';
  /** Of `trainer.predict`, row by row. */
  readonly logits: readonly number[];
}

/** Exports the network of a finished cell, with the weights after its last epoch, into its folder; as {@link writeModel}. */
export async function exportModel(cell: Cell): Promise<string> {
  const trainer = await finishedTrainer(cell);
  try {
    return await writeModel(trainer, cell.data.train.exampleShape, join(cell.folder, 'model'));
  } finally {
    await trainer.dispose();
  }
}

/**
 * Writes the network of a trainer as a model for stock `tf.loadGraphModel`: `model.json`, `weights.bin`, and `check.json`, a
 * {@link ModelCheck}. Returns the path of `model.json`.
 */
export async function writeModel(
  trainer: Trainer,
  exampleShape: readonly number[],
  folder: string,
): Promise<string> {
  const path = await saveGraphModel(await exportGraphModel(trainer), folder);
  const source = waves(2, exampleShape);
  const check: ModelCheck = {
    shape: [source.size, ...exampleShape],
    values: 'sin(k·k + 3·k)',
    logits: [...(await trainer.predict(source))],
  };
  await writeWhole(join(folder, 'check.json'), `${JSON.stringify(check)}\n`);
  return path;
}

/** Examples that any program can make again. */
function waves(size: number, exampleShape: readonly number[]): LabelledSource {
  const length = exampleShape.reduce((product, axis) => product * axis, 1);
  return {
    size,
    exampleShape,
    labels: new Int32Array(size),
    read(indices, target) {
      target.forEach((_, at) => {
        const k = indices[Math.floor(at / length)] * length + (at % length);
        target[at] = Math.sin(k * k + 3 * k);
      });
      return Promise.resolve();
    },
  };
}
