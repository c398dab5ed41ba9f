export { prepareBackend } from '../shared/prepare-backend.js';
export { showProgress } from '../shared/show-progress.js';
export { loadData } from './load-data.js';
export { openRunFolder } from './run-folder.js';
export { addTrainOptions, readTrainSettings } from './settings.js';
export { trainCommand } from './train-command.js';
export { TRAIN_METHODS, trainerFor } from './train-methods.js';

export type { RunResult } from './results.js';
export type { RunFolder } from './run-folder.js';
export type { DataName, DataSettings, TrainFlags, TrainSettings } from './settings.js';
export type { TrainCommandOptions } from './train-command.js';
export type { TrainMethods } from './train-methods.js';
