export { dataParallel } from './data-parallel.js';
export { errors } from './errors.js';
export { joinRanks } from './join-ranks.js';
export { findPlace } from './place/find-place.js';

export type { Sum } from './engine/reductions.js';
export type { Ranks } from './join-ranks.js';
export type { DataParallelOptions } from './options.js';
export type { Address, Place } from './place/place.js';
