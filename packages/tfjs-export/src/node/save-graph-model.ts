import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';

const WEIGHTS = 'weights.bin';

/**
 * Writes a model as `model.json` and `weights.bin` into a folder, which is made when it is not there: what
 * `tf.loadGraphModel` reads, by its URL from a server, or with tfjs-node by `file://`. Returns the path of `model.json`.
 */
export async function saveGraphModel(artifacts: io.ModelArtifacts, folder: string): Promise<string> {
  const { weightSpecs = [], weightData, ...others } = artifacts;
  const shards = [weightData ?? []].flat();
  const path = join(folder, 'model.json');
  const description = { ...others, weightsManifest: [{ paths: [WEIGHTS], weights: weightSpecs }] };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, WEIGHTS), Buffer.concat(shards.map((shard) => Buffer.from(shard))));
  await writeFile(path, JSON.stringify(description));
  return path;
}
