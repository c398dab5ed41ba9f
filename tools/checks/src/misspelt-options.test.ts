import { writeProject } from '@evenkeel/create';
import { writePlugin } from '@evenkeel/create-plugin';
import { editDistance, isEvenkeelError } from '@evenkeel/errors';
import * as data from '@evenkeel/datasets-lt';
import * as examples from '@evenkeel/example-plugins';
import * as folders from '@evenkeel/image-folders';
import * as interop from '@evenkeel/interop';
import * as live from '@evenkeel/live-page';
import * as models from '@evenkeel/models';
import { endToEnd } from '@evenkeel/end-to-end';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet, embeddingSchedule } from '@evenkeel/plugin-bet';
import * as decouple from '@evenkeel/plugin-decouple';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import * as logits from '@evenkeel/plugin-logit-adjust';
import { whiten, whitening, whiteningMatrix } from '@evenkeel/plugin-whitening';
import { compileStep } from '@evenkeel/compiled-step';
import { useWasm } from '@evenkeel/tfjs-runtime/browser';
import { dataParallel } from '@evenkeel/replicas';
import { launch } from '@evenkeel/replicas/launch';
import { tensorBoard } from '@evenkeel/tensorboard';
import { setupNative } from '@evenkeel/tensorflow-node';
import { toGraphModel, toOnnx } from '@evenkeel/tfjs-export';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import * as core from '@evenkeel/trainer-core';
import * as node from '@evenkeel/trainer-core/node';
import * as testing from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { optionReaders } from './option-readers.fixture.js';

beforeAll(testing.useCpuBackend);
testing.installMatchers();

const from = { name: 'memory', load: () => Promise.resolve(undefined) };
const images = { images: new Uint8Array(1), labels: new Int32Array(1) };
const trainer = () => core.createTrainer({ data: testing.tinyDataset(), model: testing.tinyBackbone() });

/** A function with options that this test gives it, whatever its type says. */
type Call = (options: never) => unknown;

/** Every function with options, by the name in its errors, and the options that it cannot do without. */
const FUNCTIONS: Readonly<Record<string, readonly [call: Call, required?: object]>> = {
  accuracy: [core.accuracy],
  adam: [core.adam],
  adamW: [core.adamW],
  b3rs: [b3rs],
  balancedSoftmax: [logits.balancedSoftmax],
  batchNorm: [(options) => models.batchNorm(testing.fakeScope(), 2, options)],
  bet: [bet],
  cRT: [decouple.cRT, { from }],
  calibration: [core.calibration],
  checkGradient: [(options) => testing.checkGradient((x) => tf.sum(x), tf.tensor1d([1]), options)],
  chooseSubset: [data.chooseSubset, { labels: images.labels, counts: [1] }],
  cifar100LT: [data.cifar100LT],
  cifar10LT: [data.cifar10LT],
  cifarResNet: [models.cifarResNet, { depth: 8 }],
  classBalanced: [core.classBalanced],
  classBalancedLoss: [logits.classBalancedLoss],
  classSmoothing: [(options) => logits.classSmoothing([2, 1], options)],
  compileStep: [(options) => compileStep(() => ({}), options)],
  convolution: [(options) => models.convolution(testing.fakeScope(), options), { inputs: 1, outputs: 1 }],
  cosine: [core.cosine, { base: 1 }],
  cosineClassifier: [core.cosineClassifier],
  createTrainer: [core.createTrainer, { data: testing.tinyDataset(), model: testing.tinyBackbone() }],
  cutmix: [examples.cutmix],
  cutout: [core.cutout],
  dataParallel: [dataParallel],
  deferredReweighting: [logits.deferredReweighting],
  diagnostics: [diagnostics],
  embeddingSchedule: [embeddingSchedule],
  endToEnd: [endToEnd],
  evaluate: [(options) => trainer().evaluate(options)],
  exponentialCounts: [data.exponentialCounts, { largest: 10, classes: 2, imbalance: 2 }],
  exponentialMovingAverage: [core.exponentialMovingAverage],
  fakeLayerContext: [testing.fakeLayerContext],
  fashionMnistLT: [data.fashionMnistLT],
  fileCheckpoints: [node.fileCheckpoints, { folder: 'runs/a' }],
  finiteDifference: [(options) => testing.finiteDifference((x) => tf.sum(x), tf.tensor1d([1]), options)],
  fit: [(options) => trainer().fit(options), { epochs: 1 }],
  focal: [logits.focal],
  fromArrays: [
    data.fromArrays,
    { name: 'x', exampleShape: [1, 1, 1], classNames: ['a'], train: images, test: images },
  ],
  fromAsyncIterable: [interop.fromAsyncIterable, { name: 'x', classNames: ['a'], train: [], test: [] }],
  fromCheckpoint: [(options) => core.fromCheckpoint(from, options)],
  fromLayersModel: [(options) => interop.fromLayersModel(layersModel(), options)],
  fromTfOptimizer: [(options) => interop.fromTfOptimizer((rate) => tf.train.sgd(rate), options)],
  accumulation: [examples.accumulation, { batches: 2 }],
  distillation: [examples.distillation, { teacher: { features: () => undefined, logits: () => undefined } }],
  experts: [examples.experts],
  feedbackSampler: [examples.feedbackSampler],
  gradientNoise: [examples.gradientNoise],
  httpLog: [examples.httpLog, { url: 'http://localhost' }],
  learningRateRange: [examples.learningRateRange, { onCurve: () => undefined }],
  microBatches: [core.microBatches, { size: 2 }],
  momentumContrast: [examples.momentumContrast],
  remix: [examples.remix],
  sam: [examples.sam],
  supervisedContrast: [examples.supervisedContrast],
  heNormal: [core.heNormal],
  ImageSource: [
    (options) => new data.ImageSource(options),
    { pixels: images.images, labels: images.labels, exampleShape: [1, 1, 1], mean: [0], std: [1] },
  ],
  instanceBalanced: [core.instanceBalanced],
  interpolated: [core.interpolated, { q: 0.5 }],
  labelAwareSmoothing: [logits.labelAwareSmoothing],
  launch: [launch, { script: 'train.mjs', processes: 1 }],
  ldam: [logits.ldam],
  linearClassifier: [core.linearClassifier],
  logitAdjust: [logits.logitAdjust],
  lws: [decouple.lws, { from }],
  metricsFile: [node.metricsFile, { path: 'metrics.jsonl' }],
  mixup: [core.mixup],
  multiStep: [core.multiStep, { base: 1 }],
  ncm: [decouple.ncm, { from }],
  oneCycle: [core.oneCycle, { peak: 1 }],
  patience: [examples.patience, { epochs: 1 }],
  postHocLogitAdjust: [logits.postHocLogitAdjust],
  progressBar: [node.progressBar],
  progressive: [core.progressive],
  quickRecipe: [models.quickRecipe],
  residualBlock: [(options) => models.residualBlock(testing.fakeScope(), options), { inputs: 1, outputs: 1 }],
  residualNetwork: [models.residualNetwork, { name: 'x', blocks: 1 }],
  resnet10: [models.resnet10],
  resnet32: [models.resnet32],
  resume: [(options) => trainer().resume(undefined, options)],
  saveOnInterrupt: [node.saveOnInterrupt],
  autoAugment: [folders.autoAugment],
  colorJitter: [folders.colorJitter],
  flip: [folders.flip],
  iNaturalist2018: [folders.iNaturalist2018, { dataDir: 'photos' }],
  imageFolder: [folders.imageFolder, { train: 'a', test: 'b' }],
  imageList: [folders.imageList, { root: 'photos', train: 'a.txt', test: 'b.txt' }],
  imagenetLT: [folders.imagenetLT, { dataDir: 'photos' }],
  paddedCrop: [folders.paddedCrop, { size: 32 }],
  placesLT: [folders.placesLT, { dataDir: 'photos' }],
  randAugment: [folders.randAugment],
  randomResizedCrop: [folders.randomResizedCrop],
  resizedCrop: [folders.resizedCrop],
  tarShards: [folders.tarShards, { train: 'a.tar', test: 'b.tar' }],
  tinyImageNetLT: [folders.tinyImageNetLT, { dataDir: 'photos' }],
  prepareShards: [folders.prepareShards, { from: 'photos', to: 'shards' }],
  setupNative: [setupNative],
  imageFiles: [folders.imageFiles, { paths: ['photos'] }],
  livePage: [live.livePage],
  measurements: [live.measurements],
  servePage: [live.servePage],
  watchRuns: [live.watchRuns],
  profile: [(options) => compileStep(() => ({})).profile({}, options)],
  sgd: [core.sgd],
  shotGroups: [(options) => data.shotGroups([1], options)],
  shotGroupsOf: [(options) => core.shotGroupsOf([1], options)],
  smallResNet: [models.smallResNet],
  softmaxCrossEntropy: [core.softmaxCrossEntropy],
  squareRoot: [core.squareRoot],
  stepCounts: [data.stepCounts, { largest: 10, classes: 2, imbalance: 2 }],
  tauNorm: [decouple.tauNorm, { from }],
  tensorBoard: [tensorBoard, { folder: 'runs/a' }],
  tinyBackbone: [testing.tinyBackbone],
  tinyDataset: [testing.tinyDataset],
  toBeAllClose: [(options) => expect([1]).toBeAllClose([1], options)],
  toGraphModel: [(options) => toGraphModel((x) => x, options), { exampleShape: [1] }],
  toOnnx: [(options) => toOnnx((x) => x, options), { exampleShape: [1] }],
  bottleneckBlock: [
    (options) => models.bottleneckBlock(testing.fakeScope(), options),
    { inputs: 4, width: 1, outputs: 4 },
  ],
  freezeBackbone: [models.freezeBackbone],
  importWeights: [(options) => models.importWeights(from, options)],
  torchvisionResNet: [models.torchvisionResNet, { name: 'n', block: 'basic', layers: [1, 1, 1, 1] }],
  useBackend: [(options) => useBackend('cpu', options)],
  useWasm: [useWasm, { files: {} }],
  weightAveraging: [examples.weightAveraging, { from: 1 }],
  whiten: [(options) => whiten(tf.ones<tf.Rank.R2>([2, 2]), options)],
  whitening: [whitening],
  writeProject: [(options) => writeProject('mine', options), { here: 'projects' }],
  writePlugin: [(options) => writePlugin('mixup', options), { here: 'plugins' }],
  whiteningMatrix: [(options) => whiteningMatrix(tf.ones<tf.Rank.R3>([1, 2, 2]), options)],
};

/** `describePlugin` makes tests, which it cannot do inside of one. */
const ELSEWHERE = ['describePlugin'];

const readers = (await optionReaders()).map(({ reader }) => reader);

/** What slips of the fingers make of a name: a letter too few, one too many, two that changed places. */
function slipsOf(name: string): string[] {
  if (name.length < 3) return [name + name];
  const swapped = name[0] + name[2] + name[1] + name.slice(3);
  return [name[0] + name.slice(2), name + name[name.length - 1], ...(swapped === name ? [] : [swapped])];
}

async function refusal(call: Call, options: unknown): Promise<string> {
  try {
    await call(options as never);
  } catch (error) {
    if (isEvenkeelError(error)) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

it('is about every function that has options', () => {
  const named = new Set(readers.map(({ where }) => where));
  expect([...Object.keys(FUNCTIONS), ...ELSEWHERE].sort()).toEqual([...named].sort());
});

describe.each(Object.entries(FUNCTIONS))('%s', (where, [call, required = {}]) => {
  const own = readers.filter((reader) => reader.where === where);

  it('refuses a misspelt option, and says which was meant', async () => {
    for (const name of own.flatMap(({ spec }) => Object.keys(spec))) {
      for (const slip of slipsOf(name).filter((each) => own.every(({ spec }) => !(each in spec)))) {
        const message = await refusal(call, { ...required, [slip]: 1 });
        const [, meant = ''] = /Did you mean '(\w+)'/.exec(message) ?? [];
        // `sed` is as near to `std` as to `seed`.
        const isAsNear = editDistance(slip, meant) <= editDistance(slip, name);
        expect(message).toContain(
          `Option '${slip}' of ${where} is unknown. Did you mean '${isAsNear ? meant : name}'? Options: `,
        );
      }
    }
  });

  it('refuses a name that is like no other', async () => {
    expect(await refusal(call, { ...required, xyzzy: 1 })).toMatch(
      new RegExp(`Option 'xyzzy' of ${where} is unknown\\. Options: `),
    );
  });

  it('refuses what is no object of options', async () => {
    for (const options of [3, null, 'x', [], true]) {
      expect(await refusal(call, options)).toMatch(new RegExp(`Options of ${where}: expected .*, received `));
    }
  });
});

/** As much of a layers model as is looked at before its options are read. */
function layersModel(): never {
  return { name: 'model1', layers: [], inputs: [], outputs: [] } as never;
}
