import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { writeWhole } from '@evenkeel/trainer-core/node';
import { findModel } from '../shared/find-model.js';
import { showProgress } from '../shared/show-progress.js';
import { readClassifier } from './image-classifier.js';
import type { PredictFlags } from './predict-command.js';
import { csvHead, csvRow, predictionsOf } from './prediction.js';
import type { Prediction } from './prediction.js';
import { preparedImages } from './prepared-images.js';

/**
 * Classifies files and folders of images with the model at `path`, and writes a line or an object per image. The exit code is 1
 * when images were left out. Throws what finding and reading the model and the images throw.
 */
export async function runPredict(
  path: string,
  images: readonly string[],
  flags: PredictFlags,
): Promise<void> {
  const file = await findModel(path, flags.method);
  await useBackend(flags.backend, { onMessage: () => undefined });
  const classifier = await readClassifier(file);
  const { classNames, preparation } = classifier;
  const predictions: Prediction[] = [];
  const bad: string[] = [];
  const onProgress = showProgress();
  try {
    const skip = flags.badImages === 'skip';
    for await (const { names, inputs, total, ...more } of preparedImages(
      images,
      preparation,
      flags.batch,
      skip,
    )) {
      bad.push(...more.bad);
      if (names.length > 0) {
        const rows = await classifier.probabilities(inputs, names.length);
        predictions.push(...predictionsOf(names, rows, classNames, flags.top));
      }
      onProgress({ label: 'Classifying images', done: predictions.length + bad.length, total });
    }
  } finally {
    classifier.dispose();
  }
  for (const text of bad) process.stderr.write(`Left out: ${text}\n`);
  if (bad.length > 0) process.exitCode = 1;
  const text = textOf(flags, { model: file, classNames, predictions, leftOut: bad });
  if (flags.out === undefined) process.stdout.write(text);
  else await writeWhole(flags.out, text);
}

/** All that is said, for a program. */
interface Predictions {
  /** The `model.json` that was used. */
  readonly model: string;
  readonly classNames: readonly string[];
  readonly predictions: readonly Prediction[];
  /** What is wrong with the images that were left out. */
  readonly leftOut: readonly string[];
}

function textOf({ format, json, out, top }: PredictFlags, found: Predictions): string {
  const asJson = json === true || (format ? format === 'json' : out?.endsWith('.json') === true);
  if (asJson) return `${JSON.stringify(found, null, 2)}\n`;
  const { classNames, predictions } = found;
  const lines = predictions.map((prediction) => csvRow(prediction, classNames, top));
  return `${[csvHead(classNames, top), ...lines].join('\n')}\n`;
}
