import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { writeWhole } from '@evenkeel/trainer-core/node';

const WEIGHTS = 'weights.bin';

/**
 * Writes a model as `model.json` and `weights.bin` into a folder, which is made when it is not there: what
 * `tf.loadGraphModel` reads, by its URL from a server, or with tfjs-node by `file://`. `model.json` comes last:
 * where it is, the model is whole. Returns its path. Throws `TRAINER_NODE_NOT_WRITTEN`.
 */
export async function saveGraphModel(artifacts: io.ModelArtifacts, folder: string): Promise<string> {
  const { weightSpecs = [], weightData, ...others } = artifacts;
  const shards = [weightData ?? []].flat();
  const path = join(folder, 'model.json');
  const description = { ...others, weightsManifest: [{ paths: [WEIGHTS], weights: weightSpecs }] };
  // Whatever happens in between, an older description is never beside newer weights.
  await rm(path, { force: true });
  await writeWhole(join(folder, WEIGHTS), Buffer.concat(shards.map((shard) => Buffer.from(shard))));
  await writeWhole(path, JSON.stringify(description));
  return path;
}
