export { launch } from './launch.js';

export type { LaunchOptions } from './launch.js';
