export { dataParallel } from './data-parallel.js';
export { errors } from './errors.js';
export { findPlace } from './place/find-place.js';

export type { DataParallelOptions } from './data-parallel.js';
export type { Address, Place } from './place/place.js';
