export { errors } from './errors.js';
export { mixup } from './mixup.js';
export { tensorboard } from './tensorboard.js';
export { weightAveraging } from './weight-averaging.js';

export type { MixupOptions } from './mixup.js';
export type { TensorboardOptions } from './tensorboard.js';
export type { WeightAveragingOptions } from './weight-averaging.js';
