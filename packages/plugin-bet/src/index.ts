export { bet, embeddedTrains } from './bet.js';
export { embed } from './embed.js';
export { embeddedPlaces, embeddingSchedule } from './embedding-schedule.js';
export { errors } from './errors.js';

export type { BetOptions, EmbeddedTrains } from './bet.js';
export type { EmbeddingOptions, EmbeddingSchedule } from './embedding-schedule.js';
