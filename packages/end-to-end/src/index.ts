export { endToEnd } from './end-to-end.js';

export type { EndToEndOptions } from './end-to-end.js';
