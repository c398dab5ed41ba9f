export { errors } from './errors.js';
export { gradientNoise } from './gradient-noise.js';
export { patience } from './patience.js';
export { tensorboard } from './tensorboard.js';
export { weightAveraging } from './weight-averaging.js';

export type { GradientNoiseOptions } from './gradient-noise.js';
export type { TensorboardOptions } from './tensorboard.js';
export type { WeightAveragingOptions } from './weight-averaging.js';
