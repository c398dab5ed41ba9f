import { defineOptions, oneOf, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { BackboneDefinition } from '@evenkeel/trainer-core';
import { modelErrors } from './errors.js';
import { plannedNetwork, sharedSpec } from './residual-network.js';
import type { ResidualNetworkOptions } from './residual-network.js';

/** How large a small residual network is. */
export interface SmallResNetOptions extends ResidualNetworkOptions {
  /** Residual blocks in each of the three stages, 1 or more; default 1. */
  readonly blocks?: number;
  /** Stride of the stem; default 2, a quarter of the work of 1. */
  readonly stemStride?: 1 | 2;
}

/** The options of `smallResNet`. */
export const smallResNetOptions = defineOptions('smallResNet', modelErrors.BAD_OPTION, {
  blocks: whole(1).default(1),
  stemStride: oneOf(1, 2).default(2),
  ...sharedSpec,
} satisfies SpecOf<SmallResNetOptions>);

/**
 * A residual network that trains in minutes without an accelerator, for 28×28 images: features `[batch, 64]`.
 * Throws `MODELS_BAD_OPTION`.
 */
export function smallResNet(options: SmallResNetOptions = {}): BackboneDefinition {
  return plannedNetwork({ name: 'small-resnet', ...smallResNetOptions.read(options) });
}
