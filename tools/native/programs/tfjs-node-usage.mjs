// What people do with tfjs-node, by its published API, on whatever tfjs-node the project has; prints one line for each use and
// "N passed, N failed". `--json` prints one line of JSON instead. Needs nothing beside it but a folder for temporary files.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const tf = (await import('@tensorflow/tfjs-node')).default;
const folder = mkdtempSync(join(tmpdir(), 'tfjs-node-usage-'));
const values = (tensor) => Array.from(tensor.dataSync());
const close = (actual, expected, tolerance = 1e-5) =>
  assert.ok(actual.length === expected.length && actual.every((value, at) => Math.abs(value - expected[at]) <= tolerance), `${actual} for ${expected}`); // prettier-ignore

/** A picture of 16×8 pixels: red on the left, blue on the right. */
const picture = tf.tensor3d(
  Array.from({ length: 16 * 8 }, (_, at) => (at % 16 < 8 ? [255, 0, 0] : [0, 0, 255])).flat(),
  [8, 16, 3],
  'int32',
);
const corners = (image) => {
  const [height, width, channels] = image.shape;
  const all = values(image);
  const pixel = (row, column) =>
    all.slice((row * width + column) * channels, (row * width + column) * channels + 3);
  return [pixel(0, 0), pixel(height - 1, width - 1)];
};

/** A SavedModel that squares: a placeholder `x`, `y` = x · x, one signature. Written field by field, as protocol buffers are. */
function writeSavedModel(target) {
  const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
  const bytes = (field, content) => {
    const body = typeof content === 'string' ? [...Buffer.from(content)] : content.flat(Infinity);
    return [...varint((field << 3) | 2), ...varint(body.length), ...body];
  };
  const number = (field, value) => [...varint(field << 3), ...varint(value)];
  const entry = (field, key, value) => bytes(field, [...bytes(1, key), ...bytes(2, value)]);
  const FLOAT = 1;
  const vector = bytes(2, [0x08, ...[255, 255, 255, 255, 255, 255, 255, 255, 255, 1]]); // one dimension of size −1
  const node = (name, op, inputs, attributes) => bytes(1, [bytes(1, name), bytes(2, op), inputs.map((input) => bytes(3, input)), attributes]); // prettier-ignore
  const x = node(
    'x',
    'Placeholder',
    [],
    [entry(5, 'dtype', number(6, FLOAT)), entry(5, 'shape', bytes(7, vector))],
  );
  const y = node('y', 'Mul', ['x', 'x'], [entry(5, 'T', number(6, FLOAT))]);
  const tensor = (name) => [bytes(1, name), number(2, FLOAT), bytes(3, vector)];
  const signature = [
    entry(1, 'x', tensor('x:0')),
    entry(2, 'y', tensor('y:0')),
    bytes(3, 'tensorflow/serving/predict'),
  ];
  const metaGraph = [
    bytes(1, [bytes(4, 'serve'), bytes(5, '2.21.0')]),
    bytes(2, [x, y, bytes(4, number(1, 1395))]),
    entry(5, 'serving_default', signature),
  ];
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'saved_model.pb'), Buffer.from([...number(1, 1), ...bytes(2, metaGraph)]));
}

const USES = {
  'the backend is TensorFlow'() {
    assert.equal(tf.getBackend(), 'tensorflow');
    assert.match(tf.version['tfjs-node'], /^4\./);
  },
  'require gives what import gives'() {
    assert.equal(
      createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node').matMul,
      tf.matMul,
    );
  },
  'tensors: products, sums, strings, complex numbers'() {
    close(values(tf.matMul([[1, 2], [3, 4]], [[5], [7]])), [19, 43]); // prettier-ignore
    close(values(tf.sum(tf.range(0, 101))), [5050]);
    assert.deepEqual(values(tf.tensor(['a', 'é'])), ['a', 'é']);
    close(values(tf.abs(tf.complex([3], [4]))), [5]);
  },
  'memory is freed by tidy and dispose'() {
    const before = tf.memory().numTensors;
    tf.tidy(() => void tf.add(tf.ones([10]), 1));
    const kept = tf.tidy(() => tf.add(tf.ones([10]), 1));
    assert.equal(tf.memory().numTensors, before + 1);
    kept.dispose();
    assert.equal(tf.memory().numTensors, before);
  },
  'encodePng and decodePng'() {
    return tf.node.encodePng(picture).then((png) => {
      const decoded = tf.node.decodePng(png, 3);
      assert.deepEqual(values(decoded), values(picture));
    });
  },
  async 'encodeJpeg and decodeJpeg'() {
    const jpeg = await tf.node.encodeJpeg(picture, 'rgb', 100);
    assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
    const [first, last] = corners(tf.node.decodeJpeg(jpeg, 3));
    close(first, [255, 0, 0], 8);
    close(last, [0, 0, 255], 8);
  },
  async 'decodeImage tells PNG, JPEG, BMP and GIF apart'() {
    const png = await tf.node.encodePng(picture);
    const jpeg = await tf.node.encodeJpeg(picture);
    for (const bytes of [png, jpeg]) assert.deepEqual(tf.node.decodeImage(bytes).shape, [8, 16, 3]);
    const gif = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
    assert.deepEqual(tf.node.decodeImage(gif).shape, [1, 1, 1, 3]);
    const bmp = Buffer.concat([Buffer.from('424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000', 'hex'), Buffer.from([3, 2, 1, 0])]); // prettier-ignore
    assert.deepEqual(values(tf.node.decodeImage(bmp)), [1, 2, 3]);
    assert.throws(() => tf.node.decodeImage(Buffer.from('no picture at all')), /Expected image/);
  },
  async 'a layers model trains, with the progress bar of fit'() {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const x = tf.randomNormal([64, 2], 0, 1, 'float32', 1);
    const { history } = await model.fit(x, tf.sum(x, 1, true), { epochs: 30, verbose: 0 });
    assert.ok(history.loss.at(-1) < 1e-3, String(history.loss.at(-1)));
  },
  async 'a model is saved to file:// and loaded'() {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
    const place = join(folder, 'model');
    await model.save(
      pathToFileURL(place).href.replace('file:///', process.platform === 'win32' ? 'file://' : 'file:///'),
    );
    assert.deepEqual(readdirSync(place).sort(), ['model.json', 'weights.bin']);
    const loaded = await tf.loadLayersModel(tf.io.fileSystem(join(place, 'model.json')));
    const x = tf.ones([1, 2]);
    assert.deepEqual(values(loaded.predict(x)), values(model.predict(x)));
  },
  async 'a SavedModel is inspected, loaded, run and disposed of'() {
    const place = join(folder, 'saved');
    writeSavedModel(place);
    const [graph] = await tf.node.getMetaGraphsFromSavedModel(place);
    assert.deepEqual(graph.tags, ['serve']);
    assert.equal(graph.signatureDefs.serving_default.inputs.x.dtype, 'float32');
    const model = await tf.node.loadSavedModel(place, ['serve'], 'serving_default');
    close(values(model.predict(tf.tensor1d([1, 2, 3]))), [1, 4, 9]);
    close(values(model.predict({ x: tf.tensor1d([5]) }).y), [25]);
    assert.equal(tf.node.getNumOfSavedModels(), 1);
    model.dispose();
    assert.equal(tf.node.getNumOfSavedModels(), 0);
  },
  'TensorBoard: scalars and histograms'() {
    const logs = join(folder, 'logs');
    const writer = tf.node.summaryFileWriter(logs);
    for (let step = 0; step < 3; step++) writer.scalar('loss', 1 / (step + 1), step);
    writer.histogram('weights', tf.randomNormal([100], 0, 1, 'float32', 1), 0, 10);
    writer.flush();
    assert.match(readdirSync(logs).join(), /tfevents/);
  },
  async 'TensorBoard: the callback of fit'() {
    const logs = join(folder, 'fit-logs');
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const callbacks = tf.node.tensorBoard(logs, { updateFreq: 'epoch' });
    await model.fit(tf.ones([4, 1]), tf.ones([4, 1]), { epochs: 2, verbose: 0, callbacks });
    assert.match(readdirSync(join(logs, 'train')).join(), /tfevents/);
  },
  async 'tf.data reads a CSV file'() {
    writeFileSync(join(folder, 'rows.csv'), 'a,b,label\n1,2,3\n4,5,6\n');
    const csv = tf.data.csv(`file://${join(folder, 'rows.csv')}`, {
      columnConfigs: { label: { isLabel: true } },
    });
    assert.deepEqual(await csv.toArray(), [{ xs: { a: 1, b: 2 }, ys: { label: 3 } }, { xs: { a: 4, b: 5 }, ys: { label: 6 } }]); // prettier-ignore
  },
  async 'tf.data feeds fitDataset'() {
    const data = tf.data.generator(function* () {
      for (let at = 0; at < 32; at++) yield { xs: [at / 32], ys: [at / 16] };
    });
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: tf.train.adam(0.1), loss: 'meanSquaredError' });
    const { history } = await model.fitDataset(data.batch(8), { epochs: 40, verbose: 0 });
    assert.ok(history.loss.at(-1) < 0.05, String(history.loss.at(-1)));
  },
  'gradients, convolutions and pools'() {
    const gradient = tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2, 3]));
    close(values(gradient), [2, 4, 6]);
    const image = tf.ones([1, 4, 4, 1]);
    close(values(tf.conv2d(image, tf.ones([3, 3, 1, 1]), 1, 'valid')), [9, 9, 9, 9]);
    close(values(tf.maxPool(image, 2, 2, 'valid')), [1, 1, 1, 1]);
  },
  'images are resized and cut'() {
    assert.deepEqual(tf.image.resizeBilinear(picture, [4, 4]).shape, [4, 4, 3]);
    const kept = tf.image.nonMaxSuppression(tf.tensor2d([[0, 0, 1, 1], [0, 0, 1, 1.05], [2, 2, 3, 3]]), tf.tensor1d([0.9, 0.8, 0.7]), 3, 0.5); // prettier-ignore
    assert.deepEqual(values(kept), [0, 2]);
  },
};

const outcomes = {};
for (const [name, use] of Object.entries(USES)) {
  try {
    await use();
    outcomes[name] = 'ok';
  } catch (error) {
    outcomes[name] = `FAILED ${String(error.message).split('\n')[0]}`;
  }
}
try {
  rmSync(folder, { recursive: true, force: true });
} catch {
  // Windows does not let go of files that TensorBoard's writer has open.
}
const passed = Object.values(outcomes).filter((outcome) => outcome === 'ok').length;
const failed = Object.keys(outcomes).length - passed;
if (process.argv.includes('--json'))
  console.log(JSON.stringify({ node: process.version, passed, failed, outcomes }));
else {
  for (const [name, outcome] of Object.entries(outcomes)) console.log(`${outcome.padEnd(8)}${name}`);
  console.log(`${passed} passed, ${failed} failed`);
}
process.exit(failed > 0 ? 1 : 0);
