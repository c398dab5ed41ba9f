import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { BackboneDefinition } from '@evenkeel/trainer-core';
import { modelErrors } from './errors.js';
import { plannedNetwork, sharedSpec } from './residual-network.js';
import type { ResidualNetworkOptions } from './residual-network.js';

/** Which of the residual networks for CIFAR. */
export interface CifarResNetOptions extends ResidualNetworkOptions {
  /** 6n + 2: 8, 14, 20, 32, 44, 56, 110 ... */
  readonly depth: number;
}

/** The options of `cifarResNet`. */
export const cifarResNetOptions = defineOptions('cifarResNet', modelErrors.BAD_OPTION, {
  depth: whole(8).where('6n + 2 with n of 1 or more', (depth) => depth % 6 === 2),
  ...sharedSpec,
} satisfies SpecOf<CifarResNetOptions>);

/** The options of `resnet32`. */
export const resnet32Options = defineOptions('resnet32', modelErrors.BAD_OPTION, sharedSpec);

/**
 * The residual networks for 32×32 images of He et al., 2015, section 4.2, in the form long-tailed recognition compares
 * by (shortcuts of option A, He initialisation, no biases): `[batch, h, w, channels]` to features `[batch, 4·width]`.
 * Throws `MODELS_BAD_OPTION`.
 */
export function cifarResNet(options: CifarResNetOptions): BackboneDefinition {
  return networkOf(cifarResNetOptions.read(options));
}

function networkOf({ depth, ...shared }: Required<CifarResNetOptions>): BackboneDefinition {
  return plannedNetwork({ name: `resnet${depth}`, blocks: (depth - 2) / 6, stemStride: 1, ...shared });
}

/**
 * ResNet-32, the backbone of CIFAR-10-LT and CIFAR-100-LT tables: features `[batch, 64]`; 463,504 parameters and 69
 * million multiply-adds for a 32×32×3 image. Throws `MODELS_BAD_OPTION`.
 *
 * @example
 * const trainer = createTrainer({ data: cifar10LT({ imbalance: 100 }), model: resnet32() });
 */
export function resnet32(options: ResidualNetworkOptions = {}): BackboneDefinition {
  return networkOf({ depth: 32, ...resnet32Options.read(options) });
}
