import { defineOptions, oneOf } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import { AUTO_AUGMENT_POLICIES, type PolicyName } from './auto-augment-policies.js';
import { applyOperation, isSigned } from './operations.js';
import type { PixelStep } from './pixel-step.js';

/** Which policy AutoAugment follows. */
export interface AutoAugmentOptions {
  /** `cifar10`, which the field uses for CIFAR-100 too, or `imagenet`; default `imagenet`. */
  readonly policy?: PolicyName;
}

/** The options of `autoAugment`. */
export const autoAugmentOptions = defineOptions('autoAugment', imageErrors.BAD_OPTION, {
  policy: oneOf('cifar10', 'imagenet').default('imagenet'),
} satisfies SpecOf<AutoAugmentOptions>);

/**
 * AutoAugment (Cubuk et al., CVPR 2019) with torchvision's strengths and nearest-pixel warps. Draws: `integer(25)` for the pair
 * of operations, then for each of the two `uniform`, at most its chance, and `integer(2)`, 0 turning a strength with a sign round.
 * Throws `IMAGES_BAD_OPTION`.
 *
 * @example
 * cifar10LT({ augment: { pixels: [autoAugment({ policy: 'cifar10' })] } }); // on bytes, after crop and mirror
 */
export function autoAugment(options: AutoAugmentOptions = {}): PixelStep {
  const { policy } = autoAugmentOptions.read(options);
  const pairs = AUTO_AUGMENT_POLICIES[policy];
  return {
    kind: 'auto-augment',
    name: `auto-augment (${policy})`,
    options: { policy },
    apply(image, random) {
      for (const { operation, chance, level } of pairs[random.integer(pairs.length)]) {
        const applies = random.uniform() <= chance;
        const negative = random.integer(2) === 0;
        if (applies) applyOperation(operation, image, level / 9, negative && isSigned(operation));
      }
    },
  };
}
