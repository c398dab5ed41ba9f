import type { Initializer } from '../contract/layers.js';
import { checkNumber, optionErrors } from '../option-errors.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);

/** Fills a variable with one value. Throws TRAINER_OPTION_BAD_VALUE unless `value` is finite. */
export function filled(value: number): Initializer {
  checkNumber('filled', 'value', value, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE }, 'a finite number');
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
  checkNumber('uniform', 'limit', limit, { above: 0 }, '1/Math.sqrt(features) for a linear layer');
  return (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => (2 * random.uniform() - 1) * limit);
}

/** What `heNormal` divides by. */
export interface HeNormalOptions {
  /** `in` keeps the variance of the forward pass, `out` that of the gradients; default `in`. */
  readonly fan?: 'in' | 'out';
}

/**
 * Draws from N(0, 2 / fan), for layers followed by a ReLU: convolution kernels `[height, width, in, out]` with a fan of
 * height · width · in (or · out), and dense kernels `[in, out]`. PyTorch's `kaiming_normal_(mode='fan_in' | 'fan_out')`
 * (He et al., "Delving deep into rectifiers", 2015). Throws TRAINER_OPTION_BAD_VALUE for another fan and
 * TRAINER_OPTION_NO_FAN for fewer than two axes.
 */
export function heNormal({ fan = 'in' }: HeNormalOptions = {}): Initializer {
  if (fan !== 'in' && fan !== 'out') {
    const use = "'in' unless the paper you follow says otherwise";
    throw optionErrors.BAD_VALUE({
      factory: 'heNormal',
      option: 'fan',
      expected: "'in' or 'out'",
      received: fan,
      use,
    });
  }
  return (shape, random) => {
    if (shape.length < 2) throw optionErrors.NO_FAN({ shape });
    const [inputs, outputs] = shape.slice(-2);
    const deviation = Math.sqrt(2 / (sizeOf(shape.slice(0, -2)) * (fan === 'in' ? inputs : outputs)));
    return Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * deviation);
  };
}
