import { defineOptions, number, oneOf, readArgument } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Initializer } from '../../contract/layers.js';
import { optionErrors } from '../../errors/option-errors.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);

/** Fills a variable with one value. Throws TRAINER_OPTION_BAD_VALUE unless `value` is finite. */
export function filled(value: number): Initializer {
  readArgument('filled', optionErrors.BAD_VALUE, 'value', number(), value);
  return (shape) => new Float32Array(sizeOf(shape)).fill(value);
}

/** Fills a variable with 0. */
export function zeros(): Initializer {
  return filled(0);
}

/** Fills a variable with 1. */
export function ones(): Initializer {
  return filled(1);
}

/** Draws from U(−limit, limit). Throws TRAINER_OPTION_BAD_VALUE unless `limit` > 0. */
export function uniform(limit: number): Initializer {
  readArgument('uniform', optionErrors.BAD_VALUE, 'limit', number({ above: 0 }), limit);
  return (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => (2 * random.uniform() - 1) * limit);
}

/** What `heNormal` divides by. */
export interface HeNormalOptions {
  /** `in` keeps the variance of the forward pass, `out` that of the gradients; default `in`. */
  readonly fan?: 'in' | 'out';
}

/** The options of `heNormal`. */
export const heNormalOptions = defineOptions('heNormal', optionErrors.BAD_VALUE, {
  fan: oneOf('in', 'out').default('in'),
} satisfies SpecOf<HeNormalOptions>);

/**
 * Draws from N(0, 2 / fan), for layers followed by a ReLU: convolution kernels `[height, width, in, out]` with a fan of
 * height · width · in (or · out), and dense kernels `[in, out]`. PyTorch's `kaiming_normal_(mode='fan_in' | 'fan_out')`
 * (He et al., "Delving deep into rectifiers", 2015). Throws TRAINER_OPTION_BAD_VALUE for another fan and
 * TRAINER_OPTION_NO_FAN for fewer than two axes.
 */
export function heNormal(options: HeNormalOptions = {}): Initializer {
  const { fan } = heNormalOptions.read(options);
  return (shape, random) => {
    if (shape.length < 2) throw optionErrors.NO_FAN({ shape });
    const [inputs, outputs] = shape.slice(-2);
    const deviation = Math.sqrt(2 / (sizeOf(shape.slice(0, -2)) * (fan === 'in' ? inputs : outputs)));
    return Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * deviation);
  };
}
