/** What a reader has around an example: code before it and, where it is a part of something, after it. */
export interface ExampleContext {
  readonly before: string;
  readonly after?: string;
}

/** Why an example is no module that compiles. */
export interface LeftOut {
  readonly because: string;
}

const values = (...declarations: string[]): ExampleContext => ({
  before: declarations.map((each) => `declare const ${each};`).join(' '),
});

const training = values(
  "data: import('@evenkeel/trainer-core').ClassDataset",
  "model: import('@evenkeel/trainer-core').BackboneDefinition",
);

const imageNoise = {
  before: `import { BATCH_TRANSFORMS, definePlugin } from '@evenkeel/trainer-core';
    import type { RandomStream } from '@evenkeel/trainer-core';
    declare const sigma: number;
    declare function addNoise(images: Float32Array, sigma: number, random: RandomStream): void;
    definePlugin({ name: 'image-noise', version: '1.0.0', api: '^2.0',`,
  after: '});',
};

/** By page and number of the example, from 1 on. All others compile by themselves. */
export const CONTEXTS: Readonly<Record<string, ExampleContext | LeftOut>> = {
  'ARCHITECTURE.md 1': { because: 'it shows the places in a definition, without values' },
  'docs/first-plugin.md 2': { because: 'a file that create-plugin writes, compared by first-plugin.test.ts' },
  'docs/first-plugin.md 3': { because: 'a file that create-plugin writes, compared by first-plugin.test.ts' },
  'docs/first-plugin.md 4': imageNoise,
  'docs/first-plugin.md 5': imageNoise,
  'docs/first-plugin.md 6': {
    before: `${training.before} import { createTrainer } from '@evenkeel/trainer-core';
      import type { TrainerPlugin } from '@evenkeel/trainer-core';
      declare function imageNoise(options: { sigma: number }): TrainerPlugin;`,
  },
  'docs/plugins.md 1': {
    before: `import { definePlugin, GRADIENT_TRANSFORMS } from '@evenkeel/trainer-core';
      import type { GradientTransform } from '@evenkeel/trainer-core';
      declare const limit: number;
      declare const transform: GradientTransform['transform'];
      definePlugin({ name: 'clip', version: '1.0.0', api: '^2.0', setup({ roles }) {`,
    after: '} });',
  },
  'docs/plugins.md 2': {
    before: `import { definePlugin, GRADIENTS } from '@evenkeel/trainer-core';
      import type { Gradients } from '@evenkeel/trainer-core';
      declare const rho: number;
      declare function uphill(gradients: Gradients, rho: number): Gradients;
      definePlugin({ name: 'sam', version: '1.0.0', api: '^2.0', setup({ roles }) {`,
    after: '} });',
  },
  'packages/datasets-lt/README.md 2': values(
    'images: Uint8Array, testImages: Uint8Array',
    'labels: Int32Array, testLabels: Int32Array',
  ),
  'packages/live-page/README.md 1': values('metrics: string', 'onServed: (url: string) => void'),
  'packages/plugin-b3rs/README.md 2': values('labels: Int32Array', 'classCounts: number[]'),
  'packages/plugin-diagnostics/README.md 1': values('path: string'),
  'packages/plugin-whitening/README.md 2': values(
    "features: import('@tensorflow/tfjs-core').Tensor2D",
    "kernel: import('@tensorflow/tfjs-core').Tensor2D",
    "bias: import('@tensorflow/tfjs-core').Tensor1D",
  ),
  'packages/tensorboard/README.md 1': values('folder: string'),
  'packages/trainer-testing/README.md 1': values(
    "centring: () => import('@evenkeel/trainer-core').FeatureTransformDefinition",
  ),
  'packages/trainer-testing/README.md 2': values(
    "mixup: (options: { alpha: number }) => import('@evenkeel/trainer-core').TrainerPlugin",
    "cutout: () => import('@evenkeel/trainer-core').TrainerPlugin",
  ),
  'examples/plugins/README.md 1': training,
  'examples/plugins/README.md 2': training,
  'examples/reproduce/README.md 1': {
    before: `import type { Method } from 'evenkeel/compare';
      import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
      import { whitening } from '@evenkeel/plugin-whitening';
      export const methods: Record<string, Method> = {`,
    after: '};',
  },
  'examples/tables/README.md 1': values(
    "train: readonly import('@evenkeel/example-tables').TableRow[]",
    "test: readonly import('@evenkeel/example-tables').TableRow[]",
  ),
};
