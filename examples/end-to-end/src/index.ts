export { trainerFor } from './methods.js';
export { openRunFolder } from './run-folder.js';
export { readSettings } from './settings.js';
export { prepareBackend } from './prepare-backend.js';
export { showProgress } from './show-progress.js';
