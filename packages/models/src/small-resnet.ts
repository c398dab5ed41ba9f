import type { BackboneDefinition } from '@evenkeel/trainer-core';
import { residualNetwork } from './residual-network.js';
import type { ResidualNetworkOptions } from './residual-network.js';

/** How large a small residual network is. */
export interface SmallResNetOptions extends ResidualNetworkOptions {
  /** Residual blocks in each of the three stages, 1 or more; default 1. */
  readonly blocks?: number;
  /** Stride of the stem; default 2, a quarter of the work of 1. */
  readonly stemStride?: 1 | 2;
}

/**
 * A residual network that trains in minutes without an accelerator, for 28×28 images: features `[batch, 64]`.
 * Throws `MODELS_BAD_OPTION`.
 */
export function smallResNet({
  blocks = 1,
  stemStride = 2,
  ...options
}: SmallResNetOptions = {}): BackboneDefinition {
  return residualNetwork({ name: 'small-resnet', blocks, stemStride, ...options });
}
