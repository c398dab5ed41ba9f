// What a user of an exported model has: stock TensorFlow.js and a server. Prints the largest difference from check.json.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import tf from '@tensorflow/tfjs';

const folder = process.argv[2];
const server = createServer(async ({ url }, response) => response.end(await readFile(join(folder, url))));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const { shape, logits } = JSON.parse(await readFile(join(folder, 'check.json'), 'utf8'));
const images = tf.tensor(
  Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, k) => Math.sin(k * k + 3 * k)),
  shape,
);
const model = await tf.loadGraphModel(`http://127.0.0.1:${server.address().port}/model.json`);
const difference = model
  .predict(images)
  .dataSync()
  .reduce((most, value, at) => Math.max(most, Math.abs(value - logits[at])), 0);
const largest = Math.max(...logits.map(Math.abs));
console.log(JSON.stringify({ difference, largest, count: logits.length }));
server.close();
