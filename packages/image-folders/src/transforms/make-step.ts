import { autoAugment } from './auto-augment.js';
import { colorJitter } from './color-jitter.js';
import { flip } from './flip.js';
import type { PixelStep } from './pixel-step.js';
import { randAugment } from './rand-augment.js';

/** A step without its function, as it goes to a thread. */
export type StepDescription = Pick<PixelStep, 'kind' | 'options'>;

const FACTORIES: Readonly<Record<PixelStep['kind'], (options: object) => PixelStep>> = {
  flip,
  'color-jitter': colorJitter,
  'rand-augment': randAugment,
  'auto-augment': autoAugment,
};

/** The step that a description stands for. */
export function makeStep({ kind, options }: StepDescription): PixelStep {
  return FACTORIES[kind](options);
}
