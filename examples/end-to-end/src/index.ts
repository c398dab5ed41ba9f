export { trainerFor } from './methods.js';
export { readSettings } from './settings.js';
