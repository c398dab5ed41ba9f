import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '@evenkeel/tfjs-runtime';
import type { BackboneDefinition, Layer, VariableScope } from '@evenkeel/trainer-core';
import { defineOptions, flag, list, oneOf, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { modelErrors } from './errors.js';
import { batchNorm } from './layers/batch-norm.js';
import { bottleneckBlock } from './layers/bottleneck-block.js';
import { convolution } from './layers/convolution.js';
import { globalAveragePool } from './layers/global-average-pool.js';
import { maxPool } from './layers/max-pool.js';
import { residualBlock } from './layers/residual-block.js';

/** What the networks for ImageNet can be told. */
export interface TorchvisionResNetOptions {
  /** Whether weight decay applies to γ and β of the batch normalisations; default true, as PyTorch decays all weights. */
  readonly decayNorm?: boolean;
}

/** The plan of a residual network for ImageNet. */
export interface TorchvisionResNetPlan extends TorchvisionResNetOptions {
  readonly name: string;
  /** `basic`: two 3×3 convolutions; `bottleneck`: 1×1, 3×3, 1×1 and four times as many channels out. */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of the four stages: four numbers, 1 or more. */
  readonly layers: readonly number[];
  /** Groups of the 3×3 convolutions, bottlenecks only; default 1. */
  readonly groups?: number;
  /** Channels of a group in the first stage, bottlenecks only; default 64. */
  readonly groupWidth?: number;
}

/** The options of `torchvisionResNet`. */
export const torchvisionResNetOptions = defineOptions('torchvisionResNet', modelErrors.BAD_OPTION, {
  name: text(),
  block: oneOf('basic', 'bottleneck'),
  layers: list(whole(1), 4, 4),
  groups: whole(1).default(1),
  groupWidth: whole(1).default(64),
  decayNorm: flag().default(true),
} satisfies SpecOf<TorchvisionResNetPlan>);

/**
 * A residual network as torchvision defines it: a 7×7 stem of stride 2, 3×3 max pooling, four stages of 64 to 512 channels (times 4
 * out of bottlenecks), projected shortcuts, kernels from N(0, 2 / fan-out), the mean over what is left.
 * `[batch, h, w, channels]` to features `[batch, 512]` or `[batch, 2048]`. Throws `MODELS_BAD_OPTION`, and `MODELS_NOT_IMAGES` when
 * it is built for examples of another rank.
 */
export function torchvisionResNet(plan: TorchvisionResNetPlan): BackboneDefinition {
  const { name, block, layers, groups, groupWidth, decayNorm } = torchvisionResNetOptions.read(plan);
  const shared = { norm: { decay: decayNorm }, fan: 'out' } as const;
  const expansion = block === 'basic' ? 1 : 4;
  return {
    name,
    settings: { block, layers, groups, groupWidth, decayNorm },
    build(scope, exampleShape): Layer<Tensor, Tensor2D> {
      if (exampleShape.length !== 3) throw modelErrors.NOT_IMAGES({ backbone: name, received: exampleShape });
      const stem = scope.child('stem');
      const stemShape = { inputs: exampleShape[2], outputs: 64, size: 7, stride: 2, fan: 'out' } as const;
      const stemConv = convolution(stem.child('conv'), stemShape);
      const stemNorm = batchNorm(stem.child('norm'), 64, shared.norm);
      const blockAt = (at: VariableScope, inputs: number, channels: number, stride: number) => {
        const outputs = channels * expansion;
        if (block === 'basic') {
          return residualBlock(at, { ...shared, inputs, outputs, stride, projection: true });
        }
        const width = Math.trunc(channels * (groupWidth / 64)) * groups;
        return bottleneckBlock(at, { ...shared, inputs, width, outputs, stride, groups });
      };
      const blocks: Layer<Tensor4D, Tensor4D>[] = [];
      for (const [stage, count] of layers.entries()) {
        for (let place = 0; place < count; place++) {
          const inputs = blocks.at(-1)?.outputSize ?? 64;
          const stride = stage > 0 && place === 0 ? 2 : 1;
          const at = scope.child(`stage${stage + 1}`).child(`block${place}`);
          blocks.push(blockAt(at, inputs, 64 * 2 ** stage, stride));
        }
      }
      return {
        outputSize: 512 * expansion,
        apply(images, context) {
          const low = maxPool(relu(stemNorm.apply(stemConv.apply(images as Tensor4D, context), context)));
          return globalAveragePool(blocks.reduce((value, layer) => layer.apply(value, context), low));
        },
      };
    },
  };
}

/** ResNet-18: features `[batch, 512]`; with a classifier of 1,000 classes 11,689,512 parameters. */
export function resnet18(options: TorchvisionResNetOptions = {}): BackboneDefinition {
  return torchvisionResNet({ name: 'resnet18', block: 'basic', layers: [2, 2, 2, 2], ...options });
}

/** ResNet-50: features `[batch, 2048]`; with a classifier of 1,000 classes 25,557,032 parameters. */
export function resnet50(options: TorchvisionResNetOptions = {}): BackboneDefinition {
  return torchvisionResNet({ name: 'resnet50', block: 'bottleneck', layers: [3, 4, 6, 3], ...options });
}

/** ResNet-101: features `[batch, 2048]`; with a classifier of 1,000 classes 44,549,160 parameters. */
export function resnet101(options: TorchvisionResNetOptions = {}): BackboneDefinition {
  return torchvisionResNet({ name: 'resnet101', block: 'bottleneck', layers: [3, 4, 23, 3], ...options });
}

/** ResNet-152: features `[batch, 2048]`; with a classifier of 1,000 classes 60,192,808 parameters. */
export function resnet152(options: TorchvisionResNetOptions = {}): BackboneDefinition {
  return torchvisionResNet({ name: 'resnet152', block: 'bottleneck', layers: [3, 8, 36, 3], ...options });
}

/** ResNeXt-50 (32×4d): features `[batch, 2048]`; with a classifier of 1,000 classes 25,028,904 parameters. */
export function resnext50(options: TorchvisionResNetOptions = {}): BackboneDefinition {
  const grouped = { groups: 32, groupWidth: 4 } as const;
  return torchvisionResNet({
    ...({ name: 'resnext50', block: 'bottleneck', layers: [3, 4, 6, 3], ...grouped } as const),
    ...options,
  });
}
